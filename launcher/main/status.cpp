// status: each domain of the plan, as it is.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "actions.h"
#include "bulkhead/base/json_text.h"
#include "bulkhead/launch/seal.h"
#include "findings.h"
#include "plan_file.h"
#include "world.h"

namespace bulkhead::launcher {
namespace {

std::string_view state_name(const hypervisor::DomainFacts& facts) {
  switch (facts.state) {
    case hypervisor::RunState::kPaused:
      return "paused";
    case hypervisor::RunState::kRunning:
      return "running";
    case hypervisor::RunState::kShutdown:
      return facts.shutdown_code == 3 ? "crashed" : "shut down";
    case hypervisor::RunState::kDying:
      return "dying";
  }
  return "?";
}

struct Line {
  const plan::Domain* domain = nullptr;
  std::string state = "not there";
  std::string label;
};

Result<std::vector<Line>> look(const plan::LaunchPlan& plan, hypervisor::Hypervisor& hypervisor) {
  const auto domains = hypervisor.domains();
  if (!domains) {
    return domains.error();
  }
  std::vector<Line> lines;
  for (const plan::Domain& domain : plan.domains) {
    Line line{&domain, "not there", ""};
    const auto facts = std::find_if(domains->begin(), domains->end(),
                                    [&](const hypervisor::DomainFacts& f) { return f.domid == domain.domid; });
    if (facts != domains->end()) {
      const auto label = hypervisor.label_of(facts->sid);
      if (!label) {
        return label.error();
      }
      line.state = state_name(*facts);
      line.label = *label;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string as_text(const std::vector<Line>& lines, bool sealed) {
  std::string out = sealed ? "domain 0 is sealed\n" : "domain 0 is not sealed\n";
  for (const Line& line : lines) {
    fmt::format_to(std::back_inserter(out), "{:5}  {:<24} {:<10} {}\n", line.domain->domid, line.domain->name,
                   line.state, line.label.empty() ? "-" : line.label);
  }
  return out;
}

std::string as_json(const std::vector<Line>& lines, bool sealed) {
  std::string out;
  JsonText json(out);
  json.begin_object();
  json.key("sealed");
  json.flag(sealed);
  json.key("domains");
  json.begin_array();
  for (const Line& line : lines) {
    json.begin_object(JsonText::Layout::kInline);
    json.key("domid");
    json.number(line.domain->domid);
    json.key("name");
    json.text(line.domain->name);
    json.key("state");
    json.text(line.state);
    json.key("label");
    if (line.label.empty()) {
      json.null();
    } else {
      json.text(line.label);
    }
    json.end();
  }
  json.end();
  json.end();
  return out + "\n";
}

// Without the xenstore: when that one hangs, this still tells.
Result<ExitCode> status(const plan::LaunchPlan& plan, const Invocation& invocation, Console& console) {
  const auto hypervisor = hypervisor::open_hypervisor();
  if (!hypervisor) {
    return hypervisor.error();
  }
  const auto phase = launch::phase(plan, **hypervisor);
  if (!phase) {
    return phase.error();
  }
  const auto lines = look(plan, **hypervisor);
  if (!lines) {
    return lines.error();
  }
  const bool sealed = *phase == launch::Phase::kSealed;
  console.print(invocation.value("format") == "json" ? as_json(*lines, sealed) : as_text(*lines, sealed));
  const auto findings = verify::verify_running_host(plan, verify::Scope::kWithoutDevices, **hypervisor);
  if (!findings) {
    return findings.error();
  }
  for (const verify::Finding& finding : *findings) {
    console.complain(to_text(finding));
  }
  return findings->empty() ? ExitCode::kDone : ExitCode::kRejected;
}

}  // namespace

Result<ExitCode> run_status(const Invocation& invocation, Console& console) {
  return with_plan(plan_path(invocation), console,
                   [&](const plan::LaunchPlan& plan) { return status(plan, invocation, console); });
}

}  // namespace bulkhead::launcher
