#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "bulkhead/base/text.h"
#include "bulkhead/model/boot_options.h"
#include "index.h"
#include "quote.h"

namespace bulkhead::report {

namespace {

// FLASK asks for another permission in each of the three states, and the policy grants that of one: the hypervisor must
// be in the state that the policy is for.
std::string_view iommu_option(spec::IommuStrength strength) {
  switch (strength) {
    case spec::IommuStrength::kRequired:
      return "iommu=required,intremap";
    case spec::IommuStrength::kNoRemapping:
      return "iommu=required,no-intremap";
    case spec::IommuStrength::kNone:
      return "iommu=no";
  }
  BULKHEAD_CHECK(false, "the strength of the IOMMU is one of its three values");
}

// The answers of the debug keys, which verification reads, grow with the number of domains.
std::uint64_t console_ring_kib(std::size_t domains) {
  constexpr std::uint64_t kLeast = 1024;
  constexpr std::uint64_t kMost = 65536;
  return std::clamp(std::bit_ceil(std::uint64_t{domains} * 32), kLeast, kMost);
}

std::string xen_options(const model::Model& model) {
  const model::Domain& control = model.at(model.control);
  const std::uint64_t memory_kib = control.memory_bytes.value / 1024;
  std::string options = fmt::format("dom0_mem={}K,max:{}K dom0_max_vcpus={} flask=enforcing {}", memory_kib, memory_kib,
                                    control.vcpus.value, iommu_option(model.iommu));
  if (model.split) {
    options += fmt::format(" hardware_dom={}", model.at(model.hardware).domid.value);
  }
  if (model.iommu != spec::IommuStrength::kNone) {
    options += " dom0-iommu=strict";
  }
  return options + fmt::format(" conring_size={}K", console_ring_kib(model.domains.size()));
}

struct Entry {
  std::string title;
  std::string xen_options;
  std::string kernel_options;
  bool confined = true;
};

std::string entry_text(const model::Domain& control, const Entry& entry) {
  const std::string kernel = control.kernel.empty() ? "/boot/vmlinuz" : control.kernel;
  const std::string ramdisk = control.ramdisk.empty() ? "/boot/initrd.img" : control.ramdisk;
  std::string out;
  const auto line = [&](const std::string& text) { out += text + '\n'; };
  // Where GRUB has a password, it is asked for what is not --unrestricted.
  line(fmt::format("menuentry {}{} {{", grub_word(entry.title), entry.confined ? " --unrestricted" : ""));
  line("  multiboot2 /boot/xen.gz " + entry.xen_options);
  line(fmt::format("  module2 {}{}{}", grub_word(kernel), entry.kernel_options.empty() ? "" : " ",
                   entry.kernel_options));
  line("  module2 --nounzip " + grub_word(ramdisk));
  if (entry.confined) {
    line("  module2 /boot/xenpolicy");
  }
  line("}");
  return out;
}

}  // namespace

std::string boot_config(const Inputs& inputs) {
  const model::Model& model = inputs.model;
  const model::Domain& control = model.at(model.control);
  const std::string name = model.host_name.empty() ? "host" : model.host_name;
  std::string out = fmt::format(
      "# GRUB entries for {}, compiled from {}. Paths under /boot are those of Debian; change them to the host's.\n"
      "# xenpolicy must be the one with SHA-256 {}.\n"
      "# Options of the machine (console=, ucode=, ...) are to be added; none of those below may be left out.\n"
      "# Xen 4.17 must not be entered through PVH with a separate policy; multiboot2 is not concerned.\n",
      comment_text(name), comment_text(inputs.spec_name), inputs.policy_sha256);
  out += entry_text(
      control, {"bulkhead-" + name, xen_options(model), grub_words(model::kernel_command_line(model, control)), true});
  out +=
      "\n# To repair the host: no policy, no hardware domain, nothing confined, and the launcher starts nothing.\n"
      "# Where GRUB has a password, this entry asks for it.\n";
  out += entry_text(control, {"recovery-" + name, "flask=disabled", grub_words(control.command_line), false});
  return out;
}

}  // namespace bulkhead::report
