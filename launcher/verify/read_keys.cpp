#include "read_keys.h"

#include <algorithm>
#include <optional>

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

template <typename Use>
Result<Blocks<Use>> read_blocks(hypervisor::Hypervisor& hypervisor, char key,
                                Result<Blocks<Use>> (*parse)(std::string_view),
                                const std::set<hypervisor::Domid>& wanted) {
  Blocks<Use> all;
  std::optional<Error> failure;
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    const auto text = hypervisor.debug_key(key);
    if (!text) {
      return text.error();
    }
    auto answer = parse(*text);
    if (!answer) {
      failure = answer.error();
      continue;
    }
    failure.reset();
    all.blocks.merge(answer->blocks);
    all.spoiled.merge(answer->spoiled);
    all.torn += answer->torn;
    const bool complete =
        std::all_of(wanted.begin(), wanted.end(), [&](hypervisor::Domid domid) { return all.blocks.contains(domid); });
    // An answer without a torn line has all there is: whoever is missing has gone meanwhile.
    if (complete || answer->torn == 0) {
      break;
    }
  }
  if (failure && all.blocks.empty()) {
    return Error(*failure).with_context(
        fmt::format("read what Xen prints for debug key '{}', {} times", key, kAttempts));
  }
  for (const auto& [domid, uses] : all.blocks) {
    all.spoiled.erase(domid);
  }
  return all;
}

}  // namespace

Result<Devices> read_devices(hypervisor::Hypervisor& hypervisor) {
  return read_key<Devices>(hypervisor, 'Q', [](std::string_view text) -> Result<Devices> {
    auto owners = parse_pci_devices(text);
    return owners ? Result<Devices>(Devices{std::move(*owners), message_interrupts(text)})
                  : Result<Devices>(owners.error());
  });
}

Result<Blocks<ChannelUse>> read_event_channels(hypervisor::Hypervisor& hypervisor,
                                               const std::set<hypervisor::Domid>& wanted) {
  return read_blocks(hypervisor, 'e', parse_event_channels, wanted);
}

Result<Blocks<GrantUse>> read_mapped_grants(hypervisor::Hypervisor& hypervisor,
                                            const std::set<hypervisor::Domid>& wanted) {
  return read_blocks(hypervisor, 'g', parse_mapped_grants, wanted);
}

Result<std::map<hypervisor::Sbdf, PciOwner>> read_pci_owners(hypervisor::Hypervisor& hypervisor) {
  return read_key(hypervisor, 'Q', parse_pci_devices);
}

Result<std::map<hypervisor::Domid, Ranges>> read_domain_ranges(hypervisor::Hypervisor& hypervisor) {
  return read_key(hypervisor, 'q', parse_domain_ranges);
}

}  // namespace bulkhead::verify
