// diff: what two specs, output folders or binary policies grant apart from each other.
#include "bulkhead/analysis/diff.h"

#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "actions.h"
#include "bulkhead/base/files.h"
#include "bulkhead/base/render.h"
#include "bulkhead/base/text.h"
#include "bulkhead/flask/checkpolicy.h"

namespace bulkhead::driver {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

// One of the two, with all that its Rights refer to.
struct Operand {
  std::string path;
  std::unique_ptr<Host> host;                   // of a spec
  std::unique_ptr<flask::BinaryPolicy> policy;  // of a folder or a binary
  std::unique_ptr<analysis::Rights> rights;     // none: the spec is rejected
};

// POLICYDB_MAGIC, little-endian: no text starts so.
bool is_binary_policy(std::string_view bytes) {
  return bytes.starts_with("\x8c\xff\x7c\xf9");
}

Result<Operand> load_binary(Operand operand, const std::string& path, StageClock& clock) {
  clock.begin("policy");
  const Result<std::string> bytes = read_file(path, flask::kMaxPolicyBytes);
  if (!bytes) {
    return bytes.error();
  }
  Result<flask::BinaryPolicy> read = flask::read_binary_policy(*bytes);
  if (!read) {
    return Error(read.error()).with_context("read the policy " + quoted(path));
  }
  operand.policy = std::make_unique<flask::BinaryPolicy>(std::move(*read));
  operand.rights = analysis::rights_of(*operand.policy);
  return operand;
}

Result<Operand> load_spec(Operand operand, StageClock& clock) {
  auto host = read_host(operand.path, Depth::kPrivileges, clock);
  if (!host) {
    return host.error();
  }
  operand.host = std::move(*host);
  if (operand.host->accepted()) {
    operand.rights = analysis::rights_of(operand.host->model, operand.host->derived, operand.host->sources);
  }
  return operand;
}

Result<Operand> load(const std::string& path, StageClock& clock) {
  Operand operand;
  operand.path = path;
  std::error_code error;
  if (fs::is_directory(path, error)) {
    return load_binary(std::move(operand), (fs::path(path) / "xenpolicy").string(), clock);
  }
  const Result<std::string> bytes = read_file(path, flask::kMaxPolicyBytes);
  if (!bytes) {
    return bytes.error();
  }
  return is_binary_policy(*bytes) ? load_binary(std::move(operand), path, clock) : load_spec(std::move(operand), clock);
}

std::string access_text(char sign, const std::vector<analysis::AccessChange>& changes) {
  std::string out;
  const std::string* last = nullptr;
  for (const analysis::AccessChange& change : changes) {
    if (last == nullptr || *last != change.source) {
      out += fmt::format("  {}\n", change.source);
    }
    last = &change.source;
    out += fmt::format("    {} {}:{} {{ {} }}", sign, change.target, change.access_class,
                       fmt::join(change.permissions, " "));
    out += change.origins.empty() ? "\n" : fmt::format("  # {}\n", fmt::join(change.origins, ", "));
  }
  return out;
}

std::string other_text(const std::vector<analysis::OtherChange>& changes) {
  std::string out;
  for (const analysis::OtherChange& change : changes) {
    if (change.in_a) {
      out += fmt::format("  - {}{}{}\n", change.what, change.before.empty() ? "" : " = ", change.before);
    }
    if (change.in_b) {
      out += fmt::format("  + {}{}{}\n", change.what, change.after.empty() ? "" : " = ", change.after);
    }
  }
  return out;
}

std::string names_text(char sign, const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    out += fmt::format("  {} {}\n", sign, name);
  }
  return out;
}

std::string to_text(const analysis::PolicyDiff& diff, const Operand& a, const Operand& b) {
  if (diff.same()) {
    return fmt::format("{} and {} grant the same\n", a.path, b.path);
  }
  std::string out = fmt::format("--- {}\n+++ {}\n", a.path, b.path);
  if (!diff.added_types.empty() || !diff.removed_types.empty()) {
    out += fmt::format("types: {} removed, {} added\n", diff.removed_types.size(), diff.added_types.size());
    out += names_text('-', diff.removed_types) + names_text('+', diff.added_types);
  }
  out += fmt::format("widened: {} in {}\n", counted(diff.widened_permissions, "permission"),
                     counted(diff.widened.size(), "access vector"));
  out += access_text('+', diff.widened);
  out += fmt::format("narrowed: {} in {}\n", counted(diff.narrowed_permissions, "permission"),
                     counted(diff.narrowed.size(), "access vector"));
  out += access_text('-', diff.narrowed);
  if (!diff.other.empty()) {
    out += fmt::format("other: {}\n", counted(diff.other.size(), "difference"));
    out += other_text(diff.other);
  }
  return out;
}

ordered_json access_json(const std::vector<analysis::AccessChange>& changes) {
  ordered_json list = ordered_json::array();
  for (const analysis::AccessChange& change : changes) {
    list.push_back({{"source", change.source},
                    {"target", change.target},
                    {"class", change.access_class},
                    {"permissions", change.permissions},
                    {"origins", change.origins}});
  }
  return list;
}

ordered_json other_json(const std::vector<analysis::OtherChange>& changes) {
  ordered_json list = ordered_json::array();
  for (const analysis::OtherChange& change : changes) {
    list.push_back({{"what", change.what},
                    {"a", change.in_a ? ordered_json(change.before) : ordered_json(nullptr)},
                    {"b", change.in_b ? ordered_json(change.after) : ordered_json(nullptr)}});
  }
  return list;
}

ordered_json operand_json(const Operand& operand) {
  return {{"path", operand.path}, {"is_spec", operand.host != nullptr}, {"remarks", operand.rights->remarks()}};
}

std::string to_json(const analysis::PolicyDiff& diff, const Operand& a, const Operand& b) {
  const ordered_json json{{"format_version", 1},
                          {"same", diff.same()},
                          {"a", operand_json(a)},
                          {"b", operand_json(b)},
                          {"added_types", diff.added_types},
                          {"removed_types", diff.removed_types},
                          {"widened_permissions", diff.widened_permissions},
                          {"widened", access_json(diff.widened)},
                          {"narrowed_permissions", diff.narrowed_permissions},
                          {"narrowed", access_json(diff.narrowed)},
                          {"other", other_json(diff.other)}};
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

// Both specs' mistakes in one run.
bool report_both(const Operand& a, const Operand& b, Console& console) {
  bool accepted = true;
  for (const Operand* operand : {&a, &b}) {
    if (operand->host != nullptr && !report(*operand->host, console)) {
      accepted = false;
    }
  }
  return accepted;
}

}  // namespace

Result<ExitCode> run_diff(const Invocation& invocation, Console& console) {
  StageClock clock(console, invocation.has("timings"));
  const Result<Operand> a = load(invocation.arguments[0], clock);
  if (!a) {
    return a.error();
  }
  const Result<Operand> b = load(invocation.arguments[1], clock);
  if (!b) {
    return b.error();
  }
  clock.end();
  if (!report_both(*a, *b, console)) {
    return ExitCode::kRejected;
  }
  clock.begin("diff");
  const analysis::PolicyDiff diff = analysis::diff(*a->rights, *b->rights);
  clock.end();
  if (invocation.value("format") == "json") {
    console.print(to_json(diff, *a, *b));
  } else {
    for (const Operand* operand : {&*a, &*b}) {
      for (const std::string& remark : operand->rights->remarks()) {
        console.complain(fmt::format("{}: note: {}\n", printable(operand->path), remark));
      }
    }
    console.print(to_text(diff, *a, *b));
  }
  return diff.same() ? ExitCode::kDone : ExitCode::kRejected;
}

}  // namespace bulkhead::driver
