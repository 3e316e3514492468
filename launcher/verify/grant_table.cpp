// Grant tables as their owners write them (xen/include/public/grant_table.h).
#include <cstring>
#include <map>
#include <utility>

#include "bulkhead/verify/observation.h"

namespace bulkhead::verify {

namespace {

constexpr std::size_t kSizeV1 = 8;
constexpr std::size_t kSizeV2 = 16;
constexpr std::uint16_t kTypeMask = 3;  // GTF_type_mask
constexpr std::uint16_t kPermit = 1;    // GTF_permit_access
constexpr std::uint16_t kTransfer = 2;  // GTF_accept_transfer
constexpr std::uint16_t kReadOnly = 4;  // GTF_readonly

GrantUse::Way way_of(std::uint16_t flags) {
  switch (flags & kTypeMask) {
    case kPermit:
      return (flags & kReadOnly) != 0 ? GrantUse::Way::kRead : GrantUse::Way::kWrite;
    case kTransfer:
      return GrantUse::Way::kTransfer;
    default:
      return GrantUse::Way::kTransitive;
  }
}

}  // namespace

// Tables mostly repeat what they said before, so the last hit is tried first.
std::vector<GrantUse> read_grant_table(const hypervisor::GrantTableCopy& table) {
  const std::size_t size = table.version == 2 ? kSizeV2 : kSizeV1;
  std::map<std::pair<hypervisor::Domid, GrantUse::Way>, GrantUse> uses;
  auto last = uses.end();
  for (std::size_t at = 0; at + size <= table.entries.size(); at += size) {
    std::uint16_t header[2];
    std::memcpy(header, table.entries.data() + at, sizeof header);
    if ((header[0] & kTypeMask) == 0) {
      continue;
    }
    const auto key = std::pair(hypervisor::Domid{header[1]}, way_of(header[0]));
    if (last == uses.end() || last->first != key) {
      const GrantUse first{key.first, key.second, 0, static_cast<std::uint32_t>(at / size)};
      last = uses.emplace(key, first).first;
    }
    ++last->second.count;
  }
  std::vector<GrantUse> all;
  for (const auto& [key, use] : uses) {
    if (all.size() == kMaxGrantUses) {
      break;
    }
    all.push_back(use);
  }
  return all;
}

}  // namespace bulkhead::verify
