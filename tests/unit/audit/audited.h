// Hosts to audit: an example compiled by the program itself, started in the fake host, asked. In: a spec's path. Out:
// the plan, its privileges, the host, and the audit of it.
#pragma once

#include <memory>
#include <string>

#include "bulkhead/audit/audit.h"
#include "bulkhead/verify/observation.h"
#include "support/fake_host.h"

namespace bulkhead::test {

inline constexpr const char* kWhen = "2026-11-22T18:50:00Z";

struct Compiled {
  plan::LaunchPlan plan;  // with digests of the fake host's files
  audit::Privileges privileges;
};

// Of `examples/<name>/host.yaml`, or of a spec's text.
[[nodiscard]] Compiled compile_example(const std::string& name);
[[nodiscard]] Compiled compile_text(const std::string& spec);

// Every domain that starts at boot runs under its label, devices are where the plan has them.
[[nodiscard]] std::unique_ptr<FakeHost> started(const plan::LaunchPlan& plan);
// The same without the steps of a launch: the fake host has no domain that serves the xenstore. What only a launch
// makes (channels, grants, nodes) is not there, and not among `hypervisor_only`.
[[nodiscard]] std::unique_ptr<FakeHost> placed(const plan::LaunchPlan& plan);
[[nodiscard]] verify::ObserveOptions hypervisor_only();
void seal(FakeHost& host, const plan::LaunchPlan& plan);

[[nodiscard]] audit::Audit audit_of(const Compiled& compiled, FakeHost& host,
                                    const verify::ObserveOptions& options = {});
[[nodiscard]] audit::Audit audit_of(const Compiled& compiled, const audit::Observed& observed,
                                    const audit::Usage* usage = nullptr);

// Two driver domains with clients of their own each: `guests` domains in all of them.
[[nodiscard]] std::string large_host(int guests);

}  // namespace bulkhead::test
