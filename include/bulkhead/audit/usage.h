// What `bulkhead usage --format json` found never used. In: its text. Out: the permissions, or the JSON path at which
// it is no such file. Read for what the audit shows; other keys are left alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"

namespace bulkhead::audit {

struct UnusedPermission {
  std::string source;  // types
  std::string target;
  std::string access_class;
  std::string permission;
  std::string reason;
  std::string origin;
  bool operator==(const UnusedPermission&) const = default;
};

struct UsageOfDomain {
  std::string name;
  std::uint64_t granted = 0;
  std::uint64_t used = 0;
  std::uint64_t kept = 0;        // never seen, and a rule says why it stays
  std::uint64_t not_traced = 0;  // its uses are not logged
  std::vector<UnusedPermission> unused;
  bool operator==(const UsageOfDomain&) const = default;
};

struct Usage {
  std::vector<UsageOfDomain> domains;
  bool operator==(const Usage&) const = default;
};

[[nodiscard]] Result<Usage> read_usage(std::string_view json);

}  // namespace bulkhead::audit
