#include "read_keys.h"

#include <fmt/format.h>

namespace bulkhead::verify {

namespace {

constexpr int kAttempts = 8;

template <typename T>
Result<T> read_key(hypervisor::Hypervisor& hypervisor, char key, Result<T> (*parse)(std::string_view)) {
  for (int attempt = 1;; ++attempt) {
    const auto text = hypervisor.debug_key(key);
    if (!text) {
      return text.error();
    }
    auto parsed = parse(*text);
    if (parsed) {
      return parsed;
    }
    if (attempt == kAttempts) {
      return Error(parsed.error())
          .with_context(fmt::format("read what Xen prints for debug key '{}', {} times", key, attempt));
    }
  }
}

}  // namespace

Result<std::map<hypervisor::Sbdf, PciOwner>> read_pci_owners(hypervisor::Hypervisor& hypervisor) {
  return read_key(hypervisor, 'Q', parse_pci_devices);
}

Result<std::map<hypervisor::Domid, Ranges>> read_domain_ranges(hypervisor::Hypervisor& hypervisor) {
  return read_key(hypervisor, 'q', parse_domain_ranges);
}

}  // namespace bulkhead::verify
