#include "audited.h"

#include <catch2/catch.hpp>

#include "bulkhead/audit/observe.h"
#include "bulkhead/base/files.h"
#include "bulkhead/base/process.h"
#include "bulkhead/launch/images.h"
#include "bulkhead/launch/perform.h"

namespace bulkhead::test {

namespace {

constexpr std::size_t kMaxBytes = std::size_t{64} << 20U;

std::string content(const std::string& path) {
  auto text = read_file(path, kMaxBytes);
  REQUIRE(text.has_value());
  return *std::move(text);
}

Compiled compile_file(const std::string& spec, const std::string& folder) {
  const std::string out = folder + "/out";
  const auto done = run_process({BULKHEAD_PROGRAM, "compile", spec, "-o", out});
  REQUIRE(done.has_value());
  INFO(done->standard_error);
  REQUIRE(done->exit_code == 0);
  auto plan = plan::read_launch_plan(content(out + "/launch-plan.json"));
  auto privileges = audit::read_privileges(content(out + "/privileges.json"));
  INFO((privileges ? std::string() : privileges.error().message()));
  REQUIRE(plan.has_value());
  REQUIRE(privileges.has_value());
  return {with_fake_files(*std::move(plan)), *std::move(privileges)};
}

class NoJournal final : public launch::Journal {
 public:
  void started(const launch::Step&) override {}
  void finished(const launch::Step&, Duration) override {}
  void failed(const launch::Step&, Duration, const Error& error) override { FAIL(error.message()); }
  void undone(const launch::Step&, const Result<void>&) override {}
  void note(std::string_view) override {}
};

}  // namespace

Compiled compile_example(const std::string& name) {
  const auto folder = TemporaryFolder::make();
  REQUIRE(folder.has_value());
  return compile_file(std::string(BULKHEAD_SOURCE_DIR) + "/examples/" + name + "/host.yaml", folder->path());
}

Compiled compile_text(const std::string& spec) {
  const auto folder = TemporaryFolder::make();
  REQUIRE(folder.has_value());
  REQUIRE(replace_file(folder->path() + "/host.yaml", spec).has_value());
  return compile_file(folder->path() + "/host.yaml", folder->path());
}

std::unique_ptr<FakeHost> started(const plan::LaunchPlan& plan) {
  auto host = std::make_unique<FakeHost>(plan);
  host->given.facts.total_kib = std::uint64_t{1} << 32U;  // room for 200 domains
  launch::Images images(plan, *host);
  NoJournal journal;
  const launch::PerformOptions options{
      .workers = 1, .patience = std::chrono::seconds(60), .scope = verify::Scope::kWithoutDevices};
  const auto done = launch::perform(launch::start_steps(plan), plan, images, {*host, *host, *host}, options, journal);
  INFO((done ? std::string() : done.error().message()));
  REQUIRE(done.has_value());
  return host;
}

std::unique_ptr<FakeHost> placed(const plan::LaunchPlan& plan) {
  auto host = std::make_unique<FakeHost>(plan);
  for (const plan::Domain& domain : plan.domains) {
    if (domain.control || domain.start != plan::Start::kBoot) {
      continue;
    }
    FakeDomain& put = host->state[domain.domid];
    put.made.domid = domain.domid;
    put.made.memory_kib = domain.memory_kib;
    put.made.vcpus = domain.vcpus;
    put.made.runs_xenstore = domain.domid == plan.host.xenstore_domid;
    put.sid = *host->sid_of(domain.label);
    put.state = hypervisor::RunState::kRunning;
  }
  for (auto& [sbdf, owner] : host->pci_owner) {
    owner = plan.host.hardware_domid;
  }
  for (const plan::Device& device : plan.devices) {
    if (device.sbdf) {
      host->pci_owner[*hypervisor::parse_sbdf(*device.sbdf)] = device.owner_domid.value_or(plan.host.hardware_domid);
    }
  }
  return host;
}

verify::ObserveOptions hypervisor_only() {
  verify::ObserveOptions options;
  options.aspects = {verify::Aspect::kDomains, verify::Aspect::kEnforcement, verify::Aspect::kPolicy,
                     verify::Aspect::kDevices};
  return options;
}

void seal(FakeHost& host, const plan::LaunchPlan& plan) {
  const plan::Domain& control = *plan::find_domain(plan, plan.host.control_domid);
  REQUIRE(host.relabel_self(*host.sid_of(control.label)).has_value());
}

audit::Audit audit_of(const Compiled& compiled, const audit::Observed& observed, const audit::Usage* usage) {
  return audit::make_audit({.plan = compiled.plan,
                            .privileges = compiled.privileges,
                            .observed = observed,
                            .usage = usage,
                            .digests = {},
                            .version = BULKHEAD_VERSION});
}

audit::Audit audit_of(const Compiled& compiled, FakeHost& host, const verify::ObserveOptions& options) {
  return audit_of(compiled, audit::observe(compiled.plan, kWhen, options, host, host, host));
}

std::string large_host(int guests) {
  constexpr int kBackEnds = 10;
  std::string text =
      "bulkhead: 1\nhost: { xen: \"4.17\", hardware: { domain: hardware } }\ndomains:\n  control: { role: control }\n"
      "  hardware: { role: hardware, kernel: /k }\n";
  for (int i = 0; i < kBackEnds; ++i) {
    text += "  net" + std::to_string(i) + ": { role: driver, kernel: /k, restart: on-failure }\n";
  }
  for (int i = 0; i < guests; ++i) {
    text += "  g" + std::to_string(i) + ": { role: guest, kernel: /k }\n";
  }
  text += "connections:\n";
  for (int i = 0; i < guests; ++i) {
    text += "  - { network: { backend: net" + std::to_string(i % kBackEnds) + ", frontend: g" + std::to_string(i) +
            ", bridge: br0 } }\n";
  }
  return text + "accept:\n  - { finding: unreviewed-operations, domains: [hardware], reason: \"a test\" }\n";
}

}  // namespace bulkhead::test
