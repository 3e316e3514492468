// count-permissions [--cells] POLICY [TYPE...]: how much each type of a binary policy may, as JSON on stdout. The same
// counting for every policy, whoever compiled it.
//
// permissions: distinct class.permission that the type holds over any target, itself included; `held` names them.
// targets: the breadth, types over which it holds anything. Booleans stand as the policy sets them;
// `permissions_any_booleans` counts what it holds in some setting. Constraints and type bounds, which only take away,
// are not looked at: where `upper_limit` is true the counts are a limit. Without TYPE: all types that hold anything.
// Exit: 0, 1 no such type, 2 usage, 3 unreadable.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/base/files.h"
#include "bulkhead/flask/access.h"
#include "bulkhead/flask/binary_policy.h"
#include "bulkhead/flask/checkpolicy.h"

namespace bulkhead::flask {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  bool cells = false;
  std::string policy;
  std::vector<std::string> types;
};

using Vectors = std::map<ClassValue, AccessVector>;  // what is held over any target

Vectors vectors_of(std::span<const AccessCell> cells) {
  Vectors vectors;
  for (const AccessCell& cell : cells) vectors[cell.target_class] |= cell.permissions;
  return vectors;
}

std::vector<std::string> names_in(const BinaryClass& of, AccessVector permissions) {
  std::vector<std::string> names;
  for (unsigned bit = 0; bit < of.permissions.size(); ++bit) {
    if (((permissions >> bit) & 1U) != 0) names.push_back(of.permissions[bit]);
  }
  return names;
}

std::vector<std::string> qualified_names(const BinaryPolicy& policy, const Vectors& vectors) {
  std::vector<std::string> names;
  for (const auto& [target_class, permissions] : vectors) {
    const BinaryClass& of = policy.class_at(target_class);
    for (const std::string& name : names_in(of, permissions)) names.push_back(fmt::format("{}.{}", of.name, name));
  }
  return names;
}

Json cells_as_json(const BinaryPolicy& policy, std::span<const AccessCell> cells) {
  Json list = Json::array();
  for (const AccessCell& cell : cells) {
    const BinaryClass& of = policy.class_at(cell.target_class);
    list.push_back({policy.type(cell.target).name, of.name, names_in(of, cell.permissions)});
  }
  return list;
}

class Counter {
 public:
  static Result<Counter> make(const BinaryPolicy& policy) {
    Result<std::vector<BooleanSetting>> settings = boolean_settings(policy);
    if (!settings) return Error(settings.error()).with_context("count over the settings of the booleans");
    return Counter(policy, *settings);
  }

  [[nodiscard]] Json count(TypeValue source, bool with_cells) const {
    RowReader reader(defaults_);
    const std::span<const AccessCell> cells = reader.row(source);
    std::set<TypeValue> targets;
    for (const AccessCell& cell : cells) targets.insert(cell.target);
    const std::vector<std::string> held = qualified_names(*policy_, vectors_of(cells));
    Json counted{{"name", policy_->type(source).name},
                 {"permissions", held.size()},
                 {"permissions_any_booleans", any_booleans(source)},
                 {"targets", targets.size()},
                 {"held", held}};
    if (with_cells) counted["cells"] = cells_as_json(*policy_, cells);
    return counted;
  }

 private:
  Counter(const BinaryPolicy& policy, const std::vector<BooleanSetting>& settings)
      : policy_(&policy), defaults_(policy, RuleKind::kAllow, default_setting(policy)) {
    if (policy.booleans.empty()) return;
    for (const BooleanSetting& setting : settings) others_.emplace_back(policy, RuleKind::kAllow, setting);
  }

  [[nodiscard]] std::size_t any_booleans(TypeValue source) const {
    RowReader reader(defaults_);
    Vectors vectors = vectors_of(reader.row(source));
    for (const AccessTable& table : others_) {
      RowReader other(table);
      for (const auto& [target_class, permissions] : vectors_of(other.row(source)))
        vectors[target_class] |= permissions;
    }
    return qualified_names(*policy_, vectors).size();
  }

  const BinaryPolicy* policy_;
  AccessTable defaults_;
  std::vector<AccessTable> others_;  // a table for each setting of the booleans, if there are any
};

std::vector<TypeValue> all_types(const BinaryPolicy& policy) {
  std::vector<TypeValue> values;
  for (const BinaryType& type : policy.types) {
    if (type.kind == TypeKind::kType) values.push_back(type.value);
  }
  return values;
}

Result<std::vector<TypeValue>> types_named(const BinaryPolicy& policy, const std::vector<std::string>& names) {
  std::vector<TypeValue> values;
  for (const std::string& name : names) {
    const std::optional<TypeValue> value = policy.find_type(name);
    if (!value || policy.type(*value).kind != TypeKind::kType) return Error(fmt::format("no type `{}`", name));
    values.push_back(*value);
  }
  return values;
}

Json describe(const BinaryPolicy& policy, std::size_t bytes) {
  std::size_t defined = 0;
  for (const BinaryClass& of : policy.classes) defined += of.permissions.size();
  const auto transitions = std::count_if(policy.rules.begin(), policy.rules.end(),
                                         [](const BinaryRule& rule) { return rule.kind == RuleKind::kTypeTransition; });
  return Json{{"bytes", bytes},
              {"version", policy.version},
              {"types_defined", all_types(policy).size()},
              {"permissions_defined", defined},
              {"transitions", transitions},
              {"upper_limit", policy.has_constraints() || policy.has_type_bounds()}};
}

int fail(int code, const std::string& message) {
  fmt::print(stderr, "count-permissions: {}\n", message);
  return code;
}

int run(const Arguments& arguments) {
  const Result<std::string> bytes = read_file(arguments.policy, kMaxPolicyBytes);
  if (!bytes) return fail(3, bytes.error().message());
  const Result<BinaryPolicy> policy = read_binary_policy(*bytes);
  if (!policy) return fail(3, fmt::format("{}: {}", arguments.policy, policy.error().message()));
  const Result<Counter> counter = Counter::make(*policy);
  if (!counter) return fail(3, counter.error().message());
  Result<std::vector<TypeValue>> types = types_named(*policy, arguments.types);
  if (!types) return fail(1, fmt::format("{}: {}", arguments.policy, types.error().message()));
  const bool all = types->empty();

  Json counted = Json::array();
  for (const TypeValue value : all ? all_types(*policy) : *types) {
    Json count = counter->count(value, arguments.cells);
    if (!all || count["permissions_any_booleans"] != 0) counted.push_back(std::move(count));
  }
  Json report = describe(*policy, bytes->size());
  report["types"] = std::move(counted);
  // A binary's names may be any bytes.
  fmt::print("{}\n", report.dump(-1, ' ', false, Json::error_handler_t::replace));
  return 0;
}

}  // namespace
}  // namespace bulkhead::flask

int main(int argc, char** argv) {
  try {
    bulkhead::flask::Arguments arguments;
    std::vector<std::string> words(argv + 1, argv + argc);
    if (!words.empty() && words.front() == "--cells") {
      arguments.cells = true;
      words.erase(words.begin());
    }
    if (words.empty() || words.front().starts_with("-")) {
      return bulkhead::flask::fail(2, "usage: count-permissions [--cells] POLICY [TYPE...]");
    }
    arguments.policy = words.front();
    arguments.types.assign(words.begin() + 1, words.end());
    return bulkhead::flask::run(arguments);
  } catch (const std::exception& error) {  // of the libraries: memory, a full pipe
    std::fputs(error.what(), stderr);
    return 3;
  }
}
