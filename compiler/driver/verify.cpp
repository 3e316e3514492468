// verify, and how a difference between a host and a binary policy is told.
#include "verify.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actions.h"
#include "bulkhead/base/render.h"

namespace bulkhead::driver {
namespace {

// Beyond these a reader learns nothing new; the count is printed.
constexpr std::size_t kMaxShown = 200;

std::string where(const analysis::Difference& difference, const Host& host) {
  return difference.origin.is_known() ? host.sources.describe(difference.origin) : host.path;
}

bool holds(std::string_view text, std::string_view part) {
  while (part.ends_with(';')) {
    part.remove_suffix(1);
  }
  return text.find(part) != std::string_view::npos;
}

std::string describe(const analysis::Difference& difference) {
  std::string text =
      difference.excess ? "the policy has, and the spec does not: " : "the spec has, and the policy does not: ";
  text += difference.what;
  // Of a rule the two sides often are what was just said.
  if (!difference.expected.empty() && !holds(difference.what, difference.expected)) {
    text += fmt::format("; the spec: {}", difference.expected);
  }
  if (!difference.found.empty() && !holds(difference.what, difference.found)) {
    text += fmt::format("; the policy: {}", difference.found);
  }
  if (difference.offset != 0) {
    text += fmt::format(" (at byte {} of the policy)", difference.offset);
  }
  return text;
}

nlohmann::ordered_json to_json(const analysis::Difference& difference, const Host& host) {
  nlohmann::ordered_json json{{"excess", difference.excess},
                              {"what", difference.what},
                              {"expected", difference.expected},
                              {"found", difference.found}};
  if (difference.origin.is_known()) {
    json["origin"] = host.sources.describe(difference.origin);
  }
  if (difference.offset != 0) {
    json["offset"] = difference.offset;
  }
  return json;
}

std::string verdict_json(const Host& host, const Policy& policy, bool holds) {
  nlohmann::ordered_json json{{"format_version", 1},
                              {"holds", holds},
                              {"types", policy.proof.types},
                              {"cells", policy.proof.cells},
                              {"allowed", policy.proof.allowed},
                              {"permissions", policy.proof.permissions},
                              {"assertions", host.model.assertions.size()},
                              {"differences", nlohmann::ordered_json::array()}};
  for (const analysis::Difference& difference : policy.proof.differences) {
    json["differences"].push_back(to_json(difference, host));
  }
  json["diagnostics"] = nlohmann::ordered_json::parse(render_json(host.diagnostics, host.sources))["diagnostics"];
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace

bool report_proof(const Host& host, const analysis::Proof& proof, Console& console) {
  const std::string_view bold = console.color() ? "\033[1m" : "";
  const std::string_view red = console.color() ? "\033[1;31m" : "";
  const std::string_view off = console.color() ? "\033[0m" : "";
  std::size_t shown = 0;
  for (const analysis::Difference& difference : proof.differences) {
    if (shown++ == kMaxShown) {
      console.complain(fmt::format("and {} more\n", proof.differences.size() - kMaxShown));
      break;
    }
    console.complain(fmt::format("{}{}:{} {}error:{} {}\n", bold, printable(where(difference, host)), off, red, off,
                                 printable(describe(difference))));
  }
  return proof.holds();
}

std::string proof_line(const analysis::Proof& proof) {
  return fmt::format("{} compared over {}: all as the spec says; {} allowed, with {}", counted(proof.cells, "cell"),
                     counted(proof.types, "type"), counted(proof.allowed, "cell"),
                     counted(proof.permissions, "permission"));
}

Result<ExitCode> run_verify(const Invocation& invocation, Console& console) {
  StageClock clock(console, invocation.has("timings"));
  const auto host = read_host(invocation.value("spec"), Depth::kPrivileges, clock);
  if (!host) {
    return host.error();
  }
  const bool json = invocation.value("format") == "json";
  if (!(*host)->accepted()) {
    if (json) {
      console.print(render_json((*host)->diagnostics, (*host)->sources));
    } else {
      report(**host, console);
    }
    return ExitCode::kRejected;
  }
  const std::string path = invocation.value("policy");
  const Result<Policy> policy = verify_host(**host, path, clock);
  if (!policy) {
    return policy.error();
  }
  const bool holds = policy->proof.holds() && (*host)->accepted();
  if (json) {
    console.print(verdict_json(**host, *policy, holds));
    return holds ? ExitCode::kDone : ExitCode::kRejected;
  }
  report_proof(**host, policy->proof, console);
  console.complain(render_text((*host)->diagnostics, (*host)->sources, console.color()));
  if (!holds) {
    console.complain(fmt::format("{}: is not what {} says: {}, {} that {} not hold\n", printable(path),
                                 printable((*host)->path), counted(policy->proof.differences.size(), "difference"),
                                 counted((*host)->diagnostics.error_count(), "assertion"),
                                 (*host)->diagnostics.error_count() == 1 ? "does" : "do"));
    return ExitCode::kRejected;
  }
  console.print(fmt::format("{}: {}; {}\n", path, proof_line(policy->proof),
                            (*host)->model.assertions.empty()
                                ? std::string("the spec asserts nothing")
                                : counted((*host)->model.assertions.size(), "assertion") + " checked, all hold"));
  return ExitCode::kDone;
}

}  // namespace bulkhead::driver
