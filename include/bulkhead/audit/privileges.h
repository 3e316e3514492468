// privileges.json, as `bulkhead compile` writes it beside the launch plan: each permission with its reason and the line
// of the spec. In: its text. Out: its content, or the JSON path at which it is no such file (an Error).
//
// Nothing of it is believed because of its name: disagreement() compares every cell with the plan, which the launcher
// in turn asks the hypervisor for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/plan/launch_plan.h"

namespace bulkhead::audit {

// Permissions of one source on one target that have one reason.
struct Privilege {
  std::string source_type;
  std::string target;  // a domain, a device, "a/b" (an event channel), an initial SID
  std::string target_type;
  std::string access_class;
  std::vector<std::string> permissions;
  std::string phase;  // "building", "booting", "running"
  std::string reason;
  std::string origin;  // "host.yaml:41:5"
  bool operator==(const Privilege&) const = default;
};

struct Unreviewed {  // an operation outside XSA-77
  std::string operation;
  std::string access_class;
  std::string permission;
  bool operator==(const Unreviewed&) const = default;
};

struct Accepted {  // a risk that the spec takes
  std::string finding;
  std::vector<std::string> domains;
  std::vector<std::string> devices;
  std::string reason;
  std::string origin;
  bool operator==(const Accepted&) const = default;
};

struct DomainPrivileges {
  std::string name;
  std::string label;
  std::vector<Privilege> privileges;
  std::vector<Unreviewed> unreviewed;
  bool operator==(const DomainPrivileges&) const = default;
};

struct Privileges {
  std::string spec_sha256;
  std::string policy_sha256;
  std::vector<Accepted> accepted;
  std::vector<DomainPrivileges> domains;
  std::vector<Privilege> hypervisor;  // what its own labels hold
  bool operator==(const Privileges&) const = default;
};

[[nodiscard]] Result<Privileges> read_privileges(std::string_view json);

// The first thing in which the file is not of this plan: a digest, a domain, a cell more or a cell less. Nothing: it
// is.
[[nodiscard]] std::optional<std::string> disagreement(const Privileges& privileges, const plan::LaunchPlan& plan);

}  // namespace bulkhead::audit
