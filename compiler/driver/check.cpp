// check, show and schema: the commands that need nothing but the front half.
#include <fmt/format.h>

#include "actions.h"
#include "bulkhead/analysis/assertions.h"
#include "bulkhead/base/render.h"
#include "bulkhead/base/sarif.h"
#include "bulkhead/flow/parties.h"
#include "bulkhead/model/model.h"
#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/spec/expectations.h"
#include "bulkhead/spec/language.h"

namespace bulkhead::driver {
namespace {

std::string accepted_line(const Host& host) {
  const model::Model& model = host.model;
  std::string line = fmt::format(
      "{}: accepted: {}, {}, {}, {}, {} granted\n", host.path, counted(model.domains.size(), "domain"),
      counted(model.devices.size(), "device"), counted(model.links.size(), "connection"),
      counted(host.derived.set.types.size(), "type"), counted(host.derived.set.cells().size(), "access vector"));
  if (!model.assertions.empty()) {
    line += fmt::format("{}: {} checked on what the spec derives, all hold; `compile` and `verify` check the binary\n",
                        host.path, counted(model.assertions.size(), "assertion"));
  }
  return line;
}

}  // namespace

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

bool report(const Host& host, Console& console) {
  console.complain(render_text(host.diagnostics, host.sources, console.color()));
  if (!host.accepted()) {
    console.complain(
        fmt::format("{}: rejected: {}\n", printable(host.path), counted(host.diagnostics.error_count(), "error")));
  }
  return host.accepted();
}

Result<ExitCode> run_check(const Invocation& invocation, Console& console) {
  StageClock clock(console, invocation.has("timings"));
  const auto host = read_host(invocation.arguments[0], Depth::kPrivileges, clock);
  if (!host) {
    return host.error();
  }
  if ((*host)->accepted() && !(*host)->model.assertions.empty()) {
    clock.begin("assertions");
    const flask::BinaryPolicy derived = flow::policy_of((*host)->model, (*host)->derived);
    analysis::check_assertions((*host)->model, *(*host)->catalogue, (*host)->derived, derived, (*host)->diagnostics);
    clock.end();
  }
  const ExitCode exit = (*host)->accepted() ? ExitCode::kDone : ExitCode::kRejected;
  if (invocation.value("format") == "json") {
    console.print(render_json((*host)->diagnostics, (*host)->sources));
  } else if (invocation.value("format") == "sarif") {
    console.print(render_sarif((*host)->diagnostics, (*host)->sources, static_cast<int>(exit)));
  } else if (report(**host, console)) {
    console.print(accepted_line(**host));
  }
  return exit;
}

Result<ExitCode> run_show(const Invocation& invocation, Console& console) {
  StageClock clock(console, false);
  const auto host = read_host(invocation.arguments[0], Depth::kModel, clock);
  if (!host) {
    return host.error();
  }
  if (!report(**host, console)) {
    return ExitCode::kRejected;
  }
  console.print(model::show((*host)->model));
  return ExitCode::kDone;
}

Result<ExitCode> run_schema(const Invocation& invocation, Console& console) {
  const std::string of = invocation.value("of");
  console.print(of == "inventory"      ? spec::inventory_schema()
                : of == "launch-plan"  ? plan::launch_plan_schema()
                : of == "expectations" ? spec::expectations_schema()
                                       : spec::json_schema());
  return ExitCode::kDone;
}

}  // namespace bulkhead::driver
