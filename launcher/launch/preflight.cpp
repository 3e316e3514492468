#include "bulkhead/launch/preflight.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/launch/seal.h"
#include "bulkhead/verify/verify.h"

namespace bulkhead::launch {
namespace {

constexpr std::size_t kShownDifferences = 20;
// Beside its memory a domain costs Xen its page tables, its vCPUs and its grant tables.
constexpr std::uint64_t kOverheadKib = 4096;

class Preflight {
 public:
  Preflight(const plan::LaunchPlan& plan, Images& images, const World& world)
      : plan_(plan), images_(images), world_(world) {}

  Result<PreflightAnswer> run();

 private:
  using Check = Result<void> (Preflight::*)();

  Result<void> look_at_flask();
  Result<void> look_at_policy();
  Result<void> look_at_host();
  Result<void> look_at_command_line();
  Result<void> look_at_remapping();
  Result<void> look_at_domains();
  Result<void> look_at_files();
  Result<void> look_at_devices();
  Result<void> look_at_what_cannot_start();

  void compare_identity(const plan::Device& device, const hypervisor::PciIdentity& found);
  void add(std::string id, std::string object, std::string found, std::string wanted, std::string remedy,
           std::string origin = {}) {
    answer_.findings.push_back(
        {std::move(id), std::move(object), std::move(found), std::move(wanted), std::move(remedy), std::move(origin)});
  }

  const plan::LaunchPlan& plan_;
  Images& images_;
  const World& world_;
  PreflightAnswer answer_;
  bool enforcing_ = false;
  bool booting_ = false;
  bool other_iommu_ = false;
};

Result<PreflightAnswer> Preflight::run() {
  // FLASK first: without it no label means anything. The rest is independent of each other, and all of it is asked.
  static constexpr Check kChecks[] = {
      &Preflight::look_at_flask,        &Preflight::look_at_policy,    &Preflight::look_at_host,
      &Preflight::look_at_command_line, &Preflight::look_at_remapping, &Preflight::look_at_domains,
      &Preflight::look_at_files,        &Preflight::look_at_devices,   &Preflight::look_at_what_cannot_start};
  for (const Check check : kChecks) {
    if (const auto looked = (this->*check)(); !looked) {
      // A policy that is not the plan's may refuse the question itself; that is a finding like any other.
      add("cannot-ask", "Xen", looked.error().message(), "an answer",
          "another policy, or a sealed host, refuses preflight's questions");
    }
  }
  return std::move(answer_);
}

Result<void> Preflight::look_at_flask() {
  const auto enforcement = world_.hypervisor.enforcement();
  if (!enforcement) {
    return enforcement.error();
  }
  switch (*enforcement) {
    case hypervisor::Enforcement::kInactive:
      add("flask-inactive", "Xen", "FLASK is not the active security module", "FLASK, enforcing",
          "boot a Xen built with XSM_FLASK, without xsm=dummy or xsm=silo", plan_.host.origin);
      return {};
    case hypervisor::Enforcement::kPermissive:
      add("flask-permissive", "Xen", "FLASK is permissive: it logs what it should refuse", "FLASK, enforcing",
          "boot Xen with flask=enforcing", plan_.host.origin);
      break;
    case hypervisor::Enforcement::kEnforcing:
      break;
  }
  enforcing_ = true;
  const auto now = phase(plan_, world_.hypervisor);
  if (!now) {
    add("control-label", "domain 0", now.error().message(), "the plan's booting label",
        "boot Xen with this plan's xenpolicy", plan_.domains.front().origin);
    return {};
  }
  booting_ = *now == Phase::kBooting;
  if (!booting_) {
    add("already-sealed", "domain 0", "it runs under its sealed label", "the booting label",
        "a sealed host is started already; only a reboot starts it anew", plan_.domains.front().origin);
  }
  return {};
}

Result<void> Preflight::look_at_policy() {
  if (!enforcing_) {
    return {};
  }
  auto matrix = verify::verify_policy(plan_, kShownDifferences, world_.hypervisor);
  if (!matrix) {
    return matrix.error();
  }
  answer_.cells = matrix->cells;
  answer_.transitions = matrix->transitions;
  std::move(matrix->findings.begin(), matrix->findings.end(), std::back_inserter(answer_.findings));
  return {};
}

Result<void> Preflight::look_at_host() {
  const auto host = world_.hypervisor.host();
  if (!host) {
    return host.error();
  }
  const auto release = fmt::format("{}.{}", host->major, host->minor);
  if (release != plan_.host.xen) {
    add("xen-version", "Xen", release, plan_.host.xen, "set `host.xen` to the release that runs, and compile again",
        plan_.host.origin);
  }
  const bool wants_iommu = plan_.host.iommu != plan::IommuStrength::kNone;
  other_iommu_ = host->iommu != wants_iommu;
  if (other_iommu_) {
    add("iommu", "Xen", host->iommu ? "an IOMMU is in use" : "no IOMMU is in use",
        wants_iommu ? "an IOMMU, as `host.iommu` says" : "none, as `host.iommu` says",
        wants_iommu ? "enable VT-d or AMD-Vi in the firmware, and do not boot Xen with iommu=off"
                    : "set `host.iommu` to what the machine has: FLASK asks for another permission in each case",
        plan_.host.origin);
  }
  std::uint64_t needed = 0;
  for (const plan::Domain& domain : plan_.domains) {
    if (!domain.control && domain.start == plan::Start::kBoot) {
      needed += domain.memory_kib + kOverheadKib;
    }
  }
  if (needed > host->free_kib) {
    add("memory", "Xen", fmt::format("{} MiB free", host->free_kib / 1024),
        fmt::format("{} MiB for the domains that start at boot", (needed + 1023) / 1024),
        "give domain 0 less (dom0_mem=), or the domains");
  }
  for (const plan::Domain& domain : plan_.domains) {
    const bool beyond = domain.placement && domain.placement->cpus && domain.placement->cpus->last >= host->cpus;
    if (beyond) {
      add("placement", "domain " + domain.name, fmt::format("{} processors", host->cpus),
          fmt::format("processor {}", domain.placement->cpus->last), "correct `place`", domain.origin);
    }
  }
  return {};
}

// The last value of `name=` on a command line, as Xen takes it.
std::optional<std::string> option(std::string_view line, std::string_view name) {
  std::optional<std::string> found;
  for (const std::string_view word : split(line, ' ')) {
    if (word.size() > name.size() && word.substr(0, name.size()) == name && word[name.size()] == '=') {
      found = std::string(word.substr(name.size() + 1));
    }
  }
  return found;
}

bool lists(const std::optional<std::string>& value, std::string_view word) {
  if (!value) {
    return false;
  }
  const auto words = split(*value, ',');
  return std::find(words.begin(), words.end(), word) != words.end();
}

Result<void> Preflight::look_at_command_line() {
  const auto line = world_.hypervisor.command_line();
  if (!line) {
    return line.error();
  }
  const std::string wanted = std::to_string(plan_.host.hardware_domid);
  const std::string found = option(*line, "hardware_dom").value_or("0");
  if (found != wanted) {
    add("hardware-dom", "Xen", "hardware_dom=" + found, "hardware_dom=" + wanted,
        "boot Xen as boot.cfg, beside the plan, says", plan_.host.origin);
  }
  if (const auto words = split(*line, ' '); std::find(words.begin(), words.end(), "console_to_ring") != words.end()) {
    add("console-to-ring", "Xen", "console_to_ring: domains write into the ring in which the debug keys answer",
        "no console_to_ring", "boot Xen as boot.cfg, beside the plan, says", plan_.host.origin);
  }
  const bool strict = lists(option(*line, "dom0-iommu"), "strict") || lists(option(*line, "iommu"), "dom0-strict");
  if (plan_.host.shape == plan::Shape::kSplit && plan_.host.iommu != plan::IommuStrength::kNone && !strict) {
    add("dom0-iommu", "Xen", "without dom0-iommu=strict the hardware domain's devices reach all memory",
        "dom0-iommu=strict", "boot Xen as boot.cfg, beside the plan, says", plan_.host.origin);
  }
  return {};
}

// Interrupt remapping is visible in what Xen says while it boots (xen/drivers/passthrough/iommu.c, iommu_setup), and
// in which permission FLASK asks for.
Result<void> Preflight::look_at_remapping() {
  if (plan_.host.iommu == plan::IommuStrength::kNone) {
    return {};
  }
  const auto ring = world_.hypervisor.console_ring();
  if (!ring) {
    return ring.error();
  }
  const bool wanted = plan_.host.iommu == plan::IommuStrength::kRequired;
  const bool on = ring->find("(XEN) Interrupt remapping enabled") != std::string::npos;
  const bool off = ring->find("(XEN) Interrupt remapping disabled") != std::string::npos;
  if (on == off) {
    add("remapping-unknown", "Xen", "its boot messages do not say whether interrupts are remapped",
        wanted ? "interrupt remapping" : "no interrupt remapping",
        "boot Xen with conring_size=1M, so that they are still there", plan_.host.origin);
  } else if (on != wanted) {
    add("remapping", "Xen", on ? "interrupts are remapped" : "interrupts are not remapped",
        wanted ? "interrupt remapping" : "no interrupt remapping",
        "FLASK asks for another permission in each case: set `host.iommu` to what the machine does, or boot Xen with "
        "iommu=intremap",
        plan_.host.origin);
  }
  return {};
}

Result<void> Preflight::look_at_domains() {
  const auto domains = world_.hypervisor.domains();
  if (!domains) {
    return domains.error();
  }
  for (const hypervisor::DomainFacts& facts : *domains) {
    if (facts.domid == plan_.host.control_domid) {
      continue;
    }
    const plan::Domain* planned = plan::find_domain(plan_, facts.domid);
    if (planned != nullptr) {
      add("domid-in-use", fmt::format("domain {}", facts.domid), "a domain of this number exists already",
          "none: the plan gives it to " + planned->name, "destroy it, or reboot", planned->origin);
    } else {
      add("unknown-domain", fmt::format("domain {}", facts.domid), "a domain that the plan does not know",
          "no domain but domain 0", "destroy it, or reboot");
    }
  }
  return {};
}

Result<void> Preflight::look_at_files() {
  std::vector<std::string> paths;
  for (const plan::Domain& domain : plan_.domains) {
    for (const auto& path : {domain.kernel, domain.ramdisk}) {
      if (!domain.control && path && std::find(paths.begin(), paths.end(), *path) == paths.end()) {
        paths.push_back(*path);
        if (const auto bytes = images_.get(*path); !bytes) {
          add("file", "file " + *path, bytes.error().message(), "the file that the plan was compiled with",
              "put the file back, or compile the spec again and review what changed", domain.origin);
        }
      }
    }
  }
  return {};
}

std::string hex(std::uint32_t number, int digits) {
  return fmt::format("{:0{}x}", number, digits);
}

void Preflight::compare_identity(const plan::Device& device, const hypervisor::PciIdentity& found) {
  const plan::Identity& wanted = *device.identity;
  std::vector<std::string> is;
  std::vector<std::string> should;
  const auto compare = [&](std::string_view what, std::optional<std::uint32_t> want, std::uint32_t have) {
    if (want && *want != have) {
      is.push_back(fmt::format("{} {}", what, hex(have, 4)));
      should.push_back(fmt::format("{} {}", what, hex(*want, 4)));
    }
  };
  compare("vendor", wanted.vendor, found.vendor);
  compare("device", wanted.device, found.device);
  compare("subsystem vendor", wanted.subsystem_vendor, found.subsystem_vendor);
  compare("subsystem device", wanted.subsystem_device, found.subsystem_device);
  if (wanted.device_class && (found.class_code & wanted.device_class->mask) != wanted.device_class->code) {
    is.push_back("class " + hex(found.class_code, 6));
    should.push_back(fmt::format("class {} ({})", wanted.device_class->name, hex(wanted.device_class->code, 6)));
  }
  if (!is.empty()) {
    add("other-device", fmt::format("device {} at {}", device.name, *device.sbdf), join(is, ", "), join(should, ", "),
        "another card is in the slot: put the right one back, or correct `is` and compile again", device.origin);
  }
}

Result<void> Preflight::look_at_devices() {
  if (other_iommu_) {
    return {};  // FLASK asks for another permission then, and refuses to let the cards' numbers be read
  }
  for (const plan::Device& device : plan_.devices) {
    if (!device.sbdf || !device.identity) {
      continue;
    }
    const auto sbdf = hypervisor::parse_sbdf(*device.sbdf);
    const auto found = sbdf ? world_.machine.pci_identity(*sbdf) : Error("not a PCI address");
    const std::string object = fmt::format("device {} at {}", device.name, *device.sbdf);
    if (!found) {
      return Error(found.error()).with_context(object);
    }
    if (!*found) {
      add("device-missing", object, "no device answers there", "the device that the spec names",
          "see what `bulkhead-launch inventory` finds", device.origin);
    } else {
      compare_identity(device, **found);
    }
  }
  return {};
}

Result<void> Preflight::look_at_what_cannot_start() {
  for (const plan::Domain& domain : plan_.domains) {
    if (domain.control || domain.start != plan::Start::kBoot) {
      continue;
    }
    if (domain.type == plan::DomainType::kHvm) {
      add("unsupported", "domain " + domain.name, "type hvm", "pv or pvh",
          "this release does not start HVM domains: set `start: on-demand` and use the xl file", domain.origin);
    } else if (!domain.kernel) {
      add("unsupported", "domain " + domain.name, "no kernel", "a kernel",
          "the launcher starts kernels directly: name one, or set `start: on-demand`", domain.origin);
    } else if (domain.type == plan::DomainType::kPvh && domain.vcpus > hypervisor::kMaxPvhVcpus) {
      add("unsupported", "domain " + domain.name, fmt::format("pvh with {} vcpus", domain.vcpus),
          fmt::format("{} vcpus or less", hypervisor::kMaxPvhVcpus), "Xen gives a PVH domain no more", domain.origin);
    }
  }
  return {};
}

}  // namespace

Result<PreflightAnswer> preflight(const plan::LaunchPlan& plan, Images& images, const World& world) {
  return Preflight(plan, images, world).run();
}

}  // namespace bulkhead::launch
