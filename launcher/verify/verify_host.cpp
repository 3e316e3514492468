#include "bulkhead/verify/conform.h"
#include "bulkhead/verify/observation.h"
#include "bulkhead/verify/verify.h"

namespace bulkhead::verify {

namespace {

// For who looks at the hypervisor alone.
class NoStore final : public hypervisor::Xenstore {
 public:
  Result<std::optional<std::string>> read(const std::string&) override { return none(); }
  Result<std::optional<std::vector<std::string>>> list(const std::string&) override { return none(); }
  Result<std::optional<hypervisor::NodeAccess>> access(const std::string&) override { return none(); }
  Result<void> write(const std::vector<hypervisor::StoreNode>&) override { return none(); }
  Result<void> remove(const std::string&) override { return none(); }
  Result<void> introduce(hypervisor::Domid, hypervisor::Frame, hypervisor::EventPort) override { return none(); }
  Result<bool> await_domain_event(std::chrono::nanoseconds) override { return none(); }

 private:
  static Error none() { return Error("the xenstore is not looked at"); }
};
class NoMachine final : public hypervisor::Machine {
 public:
  Result<hypervisor::Bytes> read_file(const std::string&) override { return none(); }
  Result<std::optional<hypervisor::PciIdentity>> pci_identity(hypervisor::Sbdf) override { return none(); }
  Time now() override { return {}; }
  void sleep(Time) override {}

 private:
  static Error none() { return Error("the machine is not looked at"); }
};

}  // namespace

Result<std::vector<Finding>> verify_running_host(const plan::LaunchPlan& plan, Scope scope,
                                                 hypervisor::Hypervisor& hypervisor) {
  ObserveOptions options;
  options.aspects = {Aspect::kDomains};
  if (scope == Scope::kEverything) {
    options.aspects.insert(Aspect::kDevices);
  }
  options.only_allowed = false;
  options.from = plan.host.control_domid;
  NoStore store;
  NoMachine machine;
  const Observation seen = observe(plan, options, hypervisor, store, machine);
  for (const Unseen& unseen : seen.unseen) {
    if (unseen.why == Unseen::Why::kFailed) {
      return Error(unseen.reason).with_context("verify the host");
    }
  }
  return conform(plan, seen);
}

}  // namespace bulkhead::verify
