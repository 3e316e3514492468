#include "bulkhead/audit/privileges.h"

#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "json_object.h"

namespace bulkhead::audit {

namespace {

constexpr std::uint64_t kVersion = 1;  // of privileges.json

void read_entry(JsonObject& object, std::vector<Privilege>& list) {
  Privilege entry{.source_type = object.text("source_type"),
                  .target = object.text("target"),
                  .target_type = object.text("target_type"),
                  .access_class = object.text("class"),
                  .permissions = object.texts("permissions"),
                  .phase = object.text("phase"),
                  .reason = object.text("reason"),
                  .origin = object.text("origin")};
  object.refuse_others();
  list.push_back(std::move(entry));
}

void read_domain(JsonObject& object, Privileges& privileges) {
  DomainPrivileges domain{
      .name = object.text("name"), .label = object.text("label"), .privileges = {}, .unreviewed = {}};
  static_cast<void>(object.text("role"));  // the plan has it, and the devices and ranges
  static_cast<void>(object.texts("devices"));
  object.object("io", [](JsonObject&) {});
  object.each("privileges", [&](JsonObject& entry) { read_entry(entry, domain.privileges); });
  object.each("xsa77", [&](JsonObject& entry) {
    domain.unreviewed.push_back({entry.text("operation"), entry.text("class"), entry.text("permission")});
    entry.refuse_others();
  });
  object.refuse_others();
  privileges.domains.push_back(std::move(domain));
}

// Source, target, class as the plan numbers them.
using Triple = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;

// The plan's numbers by the names that privileges.json uses: types are the last part of a label.
class Numbers {
 public:
  explicit Numbers(const plan::Expectations& expected) : expected_(expected) {
    for (std::size_t i = 0; i < expected.labels.size(); ++i) {
      const std::string& label = expected.labels[i];
      types_[label.substr(label.rfind(':') + 1)] = static_cast<std::uint32_t>(i);
    }
    for (std::size_t i = 0; i < expected.classes.size(); ++i) {
      classes_[expected.classes[i].name] = static_cast<std::uint32_t>(i + 1);
    }
  }

  [[nodiscard]] std::optional<Triple> triple(const Privilege& entry) const {
    const auto source = types_.find(entry.source_type);
    const auto target = types_.find(entry.target_type);
    const auto access_class = classes_.find(entry.access_class);
    if (source == types_.end() || target == types_.end() || access_class == classes_.end()) {
      return std::nullopt;
    }
    return Triple{source->second, target->second, access_class->second};
  }

  [[nodiscard]] std::optional<std::uint32_t> bit(std::uint32_t access_class, const std::string& permission) const {
    const std::vector<std::string>& names = expected_.classes[access_class - 1].permissions;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == permission) {
        return static_cast<std::uint32_t>(i);
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] std::string text(const Triple& triple) const {
    const auto& [source, target, access_class] = triple;
    return fmt::format("{} on {}, class {}", expected_.labels[source], expected_.labels[target],
                       expected_.classes[access_class - 1].name);
  }

 private:
  const plan::Expectations& expected_;
  std::map<std::string, std::uint32_t, std::less<>> types_;
  std::map<std::string, std::uint32_t, std::less<>> classes_;
};

std::optional<std::string> add_cells(const std::vector<Privilege>& entries, const Numbers& numbers,
                                     std::map<Triple, std::uint32_t>& cells) {
  for (const Privilege& entry : entries) {
    const auto triple = numbers.triple(entry);
    if (!triple) {
      return fmt::format("the plan does not know {} on {}, class {}", quoted(entry.source_type),
                         quoted(entry.target_type), quoted(entry.access_class));
    }
    for (const std::string& permission : entry.permissions) {
      const auto bit = numbers.bit(std::get<2>(*triple), permission);
      if (!bit) {
        return fmt::format("class {} of the plan has no permission {}", quoted(entry.access_class), quoted(permission));
      }
      cells[*triple] |= 1U << *bit;
    }
  }
  return std::nullopt;
}

std::optional<std::string> compare_cells(const Privileges& privileges, const plan::Expectations& expected) {
  const Numbers numbers(expected);
  std::map<Triple, std::uint32_t> cells;
  std::optional<std::string> problem = add_cells(privileges.hypervisor, numbers, cells);
  for (const DomainPrivileges& domain : privileges.domains) {
    problem = problem ? problem : add_cells(domain.privileges, numbers, cells);
  }
  if (problem) {
    return problem;
  }
  for (const plan::Cell& cell : expected.cells) {
    const Triple triple{cell.source, cell.target, cell.access_class};
    const auto found = cells.find(triple);
    if (found == cells.end() || found->second != cell.vector) {
      return fmt::format("the plan has other permissions of {}", numbers.text(triple));
    }
    cells.erase(found);
  }
  if (!cells.empty()) {
    return fmt::format("the plan has no permission of {}", numbers.text(cells.begin()->first));
  }
  return std::nullopt;
}

}  // namespace

Result<Privileges> read_privileges(std::string_view json) {
  Privileges privileges;
  const Result<void> read = read_json(json, [&](JsonObject& object) {
    object.version(kVersion);
    static_cast<void>(object.text("xen"));
    privileges.spec_sha256 = object.text("spec_sha256");
    privileges.policy_sha256 = object.text("policy_sha256");
    object.each("accepted", [&](JsonObject& entry) {
      privileges.accepted.push_back({.finding = entry.text("finding"),
                                     .domains = entry.texts("domains"),
                                     .devices = entry.texts("devices"),
                                     .reason = entry.text("reason"),
                                     .origin = entry.text("origin")});
      entry.refuse_others();
    });
    object.each("domains", [&](JsonObject& entry) { read_domain(entry, privileges); });
    object.object("hypervisor", [&](JsonObject& entry) {
      entry.each("privileges", [&](JsonObject& each) { read_entry(each, privileges.hypervisor); });
      entry.refuse_others();
    });
    object.refuse_others();
  });
  if (!read) {
    return read.error();
  }
  return privileges;
}

std::optional<std::string> disagreement(const Privileges& privileges, const plan::LaunchPlan& plan) {
  if (privileges.policy_sha256 != plan.digests.policy_sha256) {
    return fmt::format("it is of the policy {}, the plan of {}", privileges.policy_sha256, plan.digests.policy_sha256);
  }
  if (privileges.spec_sha256 != plan.digests.spec_sha256) {
    return fmt::format("it is of the spec {}, the plan of {}", privileges.spec_sha256, plan.digests.spec_sha256);
  }
  std::set<std::string_view> names;
  for (const DomainPrivileges& domain : privileges.domains) {
    const plan::Domain* const planned = plan::find_domain(plan, domain.name);
    if (planned == nullptr || planned->label != domain.label || !names.insert(domain.name).second) {
      return fmt::format("its domain {} is not the plan's", quoted(domain.name));
    }
  }
  if (names.size() != plan.domains.size()) {
    return fmt::format("it has {} domains, the plan {}", names.size(), plan.domains.size());
  }
  return compare_cells(privileges, plan.expectations);
}

}  // namespace bulkhead::audit
