// audit: what the running host is, beside what was compiled, for a person to read. audit --compare: two of them.
#include "bulkhead/audit/audit.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "actions.h"
#include "bulkhead/audit/compare.h"
#include "bulkhead/audit/observe.h"
#include "bulkhead/base/digest.h"
#include "bulkhead/base/files.h"
#include "bulkhead/base/text.h"
#include "observing.h"
#include "plan_file.h"
#include "world.h"

namespace bulkhead::launcher {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{64} << 20U;
constexpr std::array<std::string_view, 3> kFiles{"audit.html", "audit.json", "audit.txt"};

bool is_audit_file(std::string_view path) {
  return std::find(kFiles.begin(), kFiles.end(), path) != kFiles.end();
}

std::string beside(const std::string& path, std::string_view name) {
  const std::size_t slash = path.rfind('/');
  return (slash == std::string::npos ? std::string() : path.substr(0, slash + 1)) + std::string(name);
}

struct Files {
  audit::Privileges privileges;
  std::optional<audit::Usage> usage;
  std::vector<audit::Digest> digests;
};

Result<std::string> read(const std::string& path, std::string_view what, Files& files) {
  auto text = read_file(path, kMaxBytes);
  if (!text) {
    return Error(text.error()).with_context(fmt::format("read {}", what));
  }
  files.digests.push_back({std::string(what), path, sha256_hex(*text), "as it is now"});
  return text;
}

// Nothing: one of them is refused, and why is printed.
Result<std::optional<Files>> read_files(const plan::LaunchPlan& plan, const Invocation& invocation, Console& console) {
  Files files;
  const std::string plan_file = plan_path(invocation);
  const auto refuse = [&](const std::string& path, const std::string& why) {
    console.fail(Error(
        fmt::format("{} is refused: {}; take it from the folder that the plan was compiled into", quoted(path), why)));
    return std::optional<Files>();
  };
  if (const auto text = read(plan_file, "launch plan", files); !text) {
    return text.error();
  }
  const std::string path =
      invocation.has("privileges") ? invocation.value("privileges") : beside(plan_file, "privileges.json");
  const auto text = read(path, "privileges", files);
  if (!text) {
    return text.error();
  }
  auto privileges = audit::read_privileges(*text);
  if (!privileges) {
    return refuse(path, privileges.error().message());
  }
  if (const auto why = audit::disagreement(*privileges, plan)) {
    return refuse(path, *why);
  }
  files.privileges = *std::move(privileges);
  if (invocation.has("usage")) {
    const auto usage_text = read(invocation.value("usage"), "usage", files);
    if (!usage_text) {
      return usage_text.error();
    }
    auto usage = audit::read_usage(*usage_text);
    if (!usage) {
      return refuse(invocation.value("usage"), usage.error().message());
    }
    files.usage = *std::move(usage);
  }
  if (const auto program = read_file("/proc/self/exe", kMaxBytes)) {
    files.digests.push_back({.what = "launcher",
                             .path = "bulkhead-launch " BULKHEAD_VERSION,
                             .sha256 = sha256_hex(*program),
                             .state = "as it runs now"});
  }
  return std::optional<Files>(std::move(files));
}

Result<void> put_out(const audit::Audit& audit, const Invocation& invocation, Console& console) {
  if (invocation.has("output")) {
    const FileTree tree{
        {"audit.html", audit_html(audit)}, {"audit.json", audit_json(audit)}, {"audit.txt", audit_text(audit)}};
    const std::string folder = invocation.value("output");
    if (const auto written = replace_folder(folder, tree, is_audit_file); !written) {
      return Error(written.error()).with_context("write the audit");
    }
    console.print(fmt::format("{}\n{}: audit.html, audit.json, audit.txt\n", audit.verdict, folder));
    return {};
  }
  const std::string format = invocation.value("format");
  console.print(format == "html" ? audit_html(audit) : format == "json" ? audit_json(audit) : audit_text(audit));
  return {};
}

Result<ExitCode> audit_host(const plan::LaunchPlan& plan, const Invocation& invocation, Console& console) {
  auto files = read_files(plan, invocation, console);
  if (!files) {
    return files.error();
  }
  if (!*files) {
    return ExitCode::kRejected;
  }
  const auto options = observe_options(plan, invocation, console);
  if (!options) {
    return ExitCode::kUsage;
  }
  const auto world = open_world(plan, options->from);
  if (!world) {
    return world.error();
  }
  const audit::Observed observed =
      audit::observe(plan, now_in_utc(), *options, *world->hypervisor, *world->store, *world->machine);
  const std::vector<audit::Digest> now = audit::digest_files(plan, *world->machine);
  (*files)->digests.insert((*files)->digests.end(), now.begin(), now.end());
  const audit::Audit audit = audit::make_audit({.plan = plan,
                                                .privileges = (*files)->privileges,
                                                .observed = observed,
                                                .usage = (*files)->usage ? &*(*files)->usage : nullptr,
                                                .digests = (*files)->digests,
                                                .version = BULKHEAD_VERSION});
  if (const auto done = put_out(audit, invocation, console); !done) {
    return done.error();
  }
  return audit.holds ? ExitCode::kDone : audit.differs ? ExitCode::kRejected : ExitCode::kEnvironment;
}

}  // namespace

Result<ExitCode> run_audit(const Invocation& invocation, Console& console) {
  return with_plan(plan_path(invocation), console,
                   [&](const plan::LaunchPlan& plan) { return audit_host(plan, invocation, console); });
}

Result<ExitCode> run_audit_diff(const Invocation& invocation, Console& console) {
  std::array<audit::Recorded, 2> audits;
  for (std::size_t i = 0; i < audits.size(); ++i) {
    const std::string path = invocation.argument(i);
    const auto text = read_file(path, kMaxBytes);
    if (!text) {
      return Error(text.error()).with_context("read the audit");
    }
    auto read = audit::read_audit(*text);
    if (!read) {
      console.fail(Error(fmt::format("{} is no audit.json: {}", quoted(path), read.error().message())));
      return ExitCode::kRejected;
    }
    audits[i] = *std::move(read);
  }
  const audit::Comparison comparison = audit::compare(audits[0], audits[1]);
  console.print(invocation.value("format") == "json" ? to_json(comparison) : to_text(comparison));
  return comparison.no_worse() ? ExitCode::kDone : ExitCode::kRejected;
}

}  // namespace bulkhead::launcher
