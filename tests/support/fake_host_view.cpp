// The host as another domain sees it.
#include "fake_host.h"

namespace bulkhead::test {

namespace {

Error denied(const char* doing) {
  return Error::from_errno(doing, EPERM);
}

}  // namespace

// What no domain but the control domain is meant to call is denied.
struct FakeHost::View final : public hypervisor::Hypervisor, public hypervisor::Xenstore {
  View(FakeHost& fake, Domid domid) : host_(fake), caller_(domid) {}

  Result<hypervisor::HostFacts> host() override { return denied("ask for the host's facts"); }
  Result<std::string> command_line() override { return denied("ask for Xen's command line"); }
  Result<std::vector<hypervisor::DomainFacts>> domains() override { return denied("list the domains"); }
  Result<std::string> debug_key(char) override { return denied("press a debug key"); }
  Result<std::string> console_ring() override { return denied("read the console ring"); }
  Result<hypervisor::RingText> console_since(std::uint32_t) override { return denied("read the console ring"); }
  Result<hypervisor::GrantTableCopy> grant_table(Domid) override { return denied("read a grant table"); }
  Result<std::vector<hypervisor::Boolean>> booleans() override { return denied("ask for booleans"); }
  Result<hypervisor::Enforcement> enforcement() override { return host_.given.enforcement; }
  Result<Sid> sid_of(const std::string&) override { return denied("ask for a label's number"); }
  Result<std::string> label_of(Sid) override { return denied("ask for a label"); }
  Result<hypervisor::AccessVector> access(Sid, Sid, std::uint16_t) override { return denied("ask for a vector"); }
  Result<Sid> transition(Sid, Sid, std::uint16_t) override { return denied("ask for a transition"); }
  Result<void> load_policy(std::string_view) override { return denied("load a policy"); }
  Result<void> relabel(Domid, Sid) override { return denied("relabel a domain"); }
  Result<void> relabel_self(Sid) override { return denied("relabel this domain"); }
  Result<void> create(const hypervisor::NewDomain&) override { return denied("create a domain"); }
  Result<hypervisor::EventPort> allocate_port(Domid, Domid) override { return denied("allocate a port"); }
  Result<hypervisor::Built> build(const hypervisor::NewDomain&, const hypervisor::Image&) override {
    return denied("build a domain");
  }
  Result<void> pause(Domid) override { return denied("pause a domain"); }
  Result<void> unpause(Domid) override { return denied("unpause a domain"); }
  Result<void> destroy(Domid) override { return denied("destroy a domain"); }
  Result<void> send_domain_ends_to(Domid) override { return denied("send the ends of domains"); }
  Result<void> assign_device(Domid domid, hypervisor::Sbdf device) override {
    return host_.assign(caller_, domid, device);
  }
  Result<void> allow_iomem(Domid domid, Range frames) override { return host_.give(caller_, domid, "iomem", frames); }
  Result<void> allow_ioports(Domid domid, Range ports) override { return host_.give(caller_, domid, "ioport", ports); }
  Result<void> map_irq(Domid domid, std::uint32_t irq) override {
    return host_.give(caller_, domid, "irq", {irq, irq});
  }

  Result<std::optional<std::string>> read(const std::string& path) override {
    const std::lock_guard lock(host_.mutex_);
    return host_.store.read(caller_, path);
  }
  Result<std::optional<std::vector<std::string>>> list(const std::string& path) override {
    const std::lock_guard lock(host_.mutex_);
    return host_.store.list(caller_, path);
  }
  Result<std::optional<hypervisor::NodeAccess>> access(const std::string& path) override {
    const std::lock_guard lock(host_.mutex_);
    return host_.store.access(caller_, path);
  }
  // A domain sets the rights only of what it makes; the launcher's interface has no other way than with both.
  Result<void> write(const std::vector<hypervisor::StoreNode>& nodes) override {
    const std::lock_guard lock(host_.mutex_);
    return host_.store.write(caller_, nodes);
  }
  Result<void> remove(const std::string& path) override {
    const std::lock_guard lock(host_.mutex_);
    return host_.store.remove(caller_, path);
  }
  Result<void> introduce(Domid, hypervisor::Frame, hypervisor::EventPort) override {
    return denied("introduce a domain");
  }

  Result<bool> await_domain_event(std::chrono::nanoseconds) override { return denied("watch domains"); }

 private:
  FakeHost& host_;
  Domid caller_;
};

FakeHost::FakeHost(const plan::LaunchPlan& plan) : plan_(plan) {
  prepare();
}

FakeHost::~FakeHost() = default;

FakeHost::View& FakeHost::view(Domid caller) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<View>& made = views_[caller];
  if (!made) {
    made = std::make_unique<View>(*this, caller);
  }
  return *made;
}

hypervisor::Hypervisor& FakeHost::hypervisor_of(Domid caller) {
  return view(caller);
}

hypervisor::Xenstore& FakeHost::store_of(Domid caller) {
  return view(caller);
}

}  // namespace bulkhead::test
