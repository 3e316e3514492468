// compile: the whole pipeline, and a folder that changes at the very end or not at all.
#include <chrono>
#include <functional>
#include <future>
#include <utility>

#include <fmt/format.h>

#include "actions.h"
#include "artifacts.h"
#include "bulkhead/base/render.h"
#include "bulkhead/cli/deferred_signals.h"
#include "verify.h"

namespace bulkhead::driver {
namespace {

std::string summary(const Host& host, const Policy& policy, const FileTree& tree, const std::string& folder) {
  const model::Model& model = host.model;
  std::string text = fmt::format("{}: {}, {}, {}\n", host.path, counted(model.domains.size(), "domain"),
                                 counted(model.devices.size(), "device"), counted(model.links.size(), "connection"));
  text += fmt::format("proof: {}\n", proof_line(policy.proof));
  text += model.assertions.empty()
              ? std::string()
              : fmt::format("assertions: {} checked on the binary, all hold\n", model.assertions.size());
  text += fmt::format("policy: {}, {}, {}\n", counted(tree.at("xenpolicy").size(), "byte"),
                      counted(policy.read.rules.size(), "rule"), counted(host.derived.set.types.size(), "type"));
  std::size_t guests = 0;
  std::string names;
  for (const auto& [name, content] : tree) {
    if (name.starts_with("xl/")) {
      ++guests;
    } else {
      names += (names.empty() ? "" : ", ") + name;
    }
  }
  text += fmt::format("{}: {}", folder, names);
  return text + (guests == 0 ? "\n" : fmt::format(", xl/ ({})\n", counted(guests, "file")));
}

// SIGINT or SIGTERM came: leave, and let it take effect when everything is removed.
Result<ExitCode> interrupted() {
  return Error("interrupted; nothing was written");
}

Result<ExitCode> write(const Host& host, Policy& policy, std::future<Draft>& drafted, const std::string& folder,
                       StageClock& clock, Console& console) {
  clock.begin("artifacts");
  Draft draft = drafted.get();
  const std::chrono::nanoseconds beside = draft.took;
  const FileTree tree = finish_artifacts(std::move(draft), policy);
  clock.end();
  clock.add("artifacts (beside checkpolicy)", beside);
  if (cli::DeferredSignals::is_pending()) {
    return interrupted();
  }
  clock.begin("write");
  if (const Result<void> written = replace_folder(folder, tree, is_artifact); !written) {
    return written.error();
  }
  clock.end();
  console.print(summary(host, policy, tree, folder));
  return ExitCode::kDone;
}

Result<ExitCode> compile(const Invocation& invocation, Console& console) {
  StageClock clock(console, invocation.has("timings"));
  const auto host = read_host(invocation.arguments[0], Depth::kPrivileges, clock);
  if (!host) {
    return host.error();
  }
  if (!(*host)->accepted()) {
    report(**host, console);
    return ExitCode::kRejected;
  }
  if (cli::DeferredSignals::is_pending()) {
    return interrupted();
  }
  std::future<Draft> drafted;  // waits for its thread at the end, whatever happens
  Result<Policy> policy = compile_host(**host, invocation.has("trace"), clock, [&] {
    drafted = std::async(draft_artifacts, std::cref(**host), invocation.value("root"));
  });
  clock.end();
  if (cli::DeferredSignals::is_pending()) {
    return interrupted();
  }
  if (!policy) {
    return policy.error();
  }
  const bool proven = report_proof(**host, policy->proof, console);
  if (!report(**host, console) || !proven) {
    if (!proven) {
      console.complain(
          fmt::format("{}: the compiled policy is not what the spec says: {}; this is a fault of bulkhead\n",
                      printable((*host)->path), counted(policy->proof.differences.size(), "difference")));
    }
    return ExitCode::kRejected;
  }
  return write(**host, *policy, drafted, invocation.value("output"), clock, console);
}

}  // namespace

Result<ExitCode> run_compile(const Invocation& invocation, Console& console) {
  const cli::DeferredSignals deferred;
  return compile(invocation, console);
}

}  // namespace bulkhead::driver
