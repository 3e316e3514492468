// diff: what two specs, output folders or binary policies grant apart from each other.
#include "bulkhead/analysis/diff.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "actions.h"
#include "bulkhead/base/files.h"
#include "bulkhead/base/render.h"
#include "bulkhead/base/text.h"
#include "bulkhead/flask/checkpolicy.h"
#include "diff_report.h"

namespace bulkhead::driver {
namespace {

namespace fs = std::filesystem;

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
    operand.rights = analysis::rights_of(operand.host->model, *operand.host->catalogue, operand.host->derived,
                                         operand.host->sources);
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

// Side by side, unless each stage is to be timed.
std::pair<Result<Operand>, Result<Operand>> load_both(const Invocation& invocation, StageClock& clock) {
  const std::string& path_a = invocation.arguments[0];
  const std::string& path_b = invocation.arguments[1];
  if (invocation.has("timings")) {
    Result<Operand> a = load(path_a, clock);
    return {std::move(a), load(path_b, clock)};
  }
  std::optional<Result<Operand>> b;
  std::thread beside([&] {
    StageClock own;
    b = load(path_b, own);
  });
  Result<Operand> a = load(path_a, clock);
  beside.join();
  return {std::move(a), std::move(*b)};
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

void print(std::string_view format, const DiffReport& report, Console& console) {
  if (format == "json") {
    console.print(diff_json(report));
    return;
  }
  if (format == "markdown") {
    console.print(diff_markdown(report));
    return;
  }
  for (const DiffSide* side : {&report.a, &report.b}) {
    for (const std::string& remark : side->remarks) {
      console.complain(fmt::format("{}: note: {}\n", printable(side->path), remark));
    }
  }
  console.print(diff_text(report));
}

}  // namespace

Result<ExitCode> run_diff(const Invocation& invocation, Console& console) {
  StageClock clock(console, invocation.has("timings"));
  auto [a, b] = load_both(invocation, clock);
  for (const Result<Operand>* operand : {&a, &b}) {
    if (!*operand) {
      return operand->error();
    }
  }
  clock.end();
  if (!report_both(*a, *b, console)) {
    return ExitCode::kRejected;
  }
  clock.begin("diff");
  SourceSet sources;
  const catalogue::Catalogue shipped = catalogue::Catalogue::shipped(sources);
  const analysis::PolicyDiff diff = analysis::diff(*a->rights, *b->rights, &shipped);
  clock.begin("print");
  const DiffSide side_a{a->path, a->host != nullptr, a->rights->remarks()};
  const DiffSide side_b{b->path, b->host != nullptr, b->rights->remarks()};
  print(invocation.value("format"), {diff, side_a, side_b, shipped}, console);
  clock.end();
  return diff.same() ? ExitCode::kDone : ExitCode::kRejected;
}

}  // namespace bulkhead::driver
