#include <catch2/catch.hpp>

#include "reported.h"

namespace bulkhead::report {

namespace {

std::string classic_host(const std::string& iommu) {
  return "bulkhead: 1\nhost: { xen: \"4.17\", hardware: control, iommu: " + iommu +
         " }\ndomains:\n  control: { role: control, cmdline: \"console=hvc0\", memory: 1024 MiB }\n";
}

// The line of the entry that starts the hypervisor.
std::string xen_line(const std::string& text) {
  const std::size_t start = text.find("\n  multiboot2 ") + 3;
  return text.substr(start, text.find('\n', start) - start);
}

}  // namespace

TEST_CASE("a split host's entry has what the policy was made for, and one to repair it") {
  CHECK(
      boot_config(Reported().inputs()) ==
      R"(# GRUB entries for lab, compiled from host.yaml. Paths under /boot are those of Debian; change them to the host's.
# xenpolicy must be the one with SHA-256 bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.
# Options of the machine (console=, ucode=, ...) are to be added; none of those below may be left out.
# Xen 4.17 must not be entered through PVH with a separate policy; multiboot2 is not concerned.
menuentry bulkhead-lab --unrestricted {
  multiboot2 /boot/xen.gz dom0_mem=1048576K,max:1048576K dom0_max_vcpus=1 flask=enforcing iommu=required,intremap hardware_dom=1 dom0-iommu=strict conring_size=1024K
  module2 /boot/vmlinuz pci=off
  module2 --nounzip /boot/initrd.img
  module2 /boot/xenpolicy
}

# To repair the host: no policy, no hardware domain, nothing confined, and the launcher starts nothing.
# Where GRUB has a password, this entry asks for it.
menuentry recovery-lab {
  multiboot2 /boot/xen.gz flask=disabled
  module2 /boot/vmlinuz
  module2 --nounzip /boot/initrd.img
}
)");
}

TEST_CASE("the hypervisor is put in the state of the IOMMU that the policy grants the use of") {
  CHECK(
      xen_line(boot_config(Reported(classic_host("required")).inputs())) ==
      "multiboot2 /boot/xen.gz dom0_mem=1048576K,max:1048576K dom0_max_vcpus=1 flask=enforcing iommu=required,intremap "
      "dom0-iommu=strict conring_size=1024K");
  CHECK(xen_line(boot_config(Reported(classic_host("no-remapping")).inputs())) ==
        "multiboot2 /boot/xen.gz dom0_mem=1048576K,max:1048576K dom0_max_vcpus=1 flask=enforcing "
        "iommu=required,no-intremap "
        "dom0-iommu=strict conring_size=1024K");
  CHECK(xen_line(boot_config(Reported(classic_host("none")).inputs())) ==
        "multiboot2 /boot/xen.gz dom0_mem=1048576K,max:1048576K dom0_max_vcpus=1 flask=enforcing iommu=no "
        "conring_size=1024K");
}

TEST_CASE("domain 0 of a classic host keeps its devices") {
  const std::string text = boot_config(Reported(classic_host("required")).inputs());
  CHECK(text.find("\n  module2 /boot/vmlinuz console=hvc0\n") != std::string::npos);
  CHECK(text.find("hardware_dom") == std::string::npos);
}

TEST_CASE("the console ring grows with the domains") {
  CHECK(xen_line(boot_config(Reported(large_host(100)).inputs())).ends_with(" conring_size=4096K"));
}

}  // namespace bulkhead::report
