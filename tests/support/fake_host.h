// A Xen host in memory, for tests of the launcher: a small working implementation of the three interfaces, not a list
// of canned answers. It starts as the plan's host does after Xen's boot: domain 0 runs under its booting label, holds
// the hardware, every file of the plan is there. It enforces what Xen, FLASK and xenstored enforce and a wrong order
// would run into, lets time pass only in sleep(), and then does what the domains would do: become ready, answer
// requests for devices, connect back ends and front ends.
//
// It records every call and can fail the k-th. What Xen would take but nobody may do (unpause under the building label)
// is recorded as a violation. Several threads may call.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/hypervisor/machine.h"
#include "bulkhead/hypervisor/xenstore.h"
#include "bulkhead/plan/launch_plan.h"
#include "fake_store.h"

namespace bulkhead::test {

// The plan with digests that fit the files a FakeHost has.
[[nodiscard]] plan::LaunchPlan with_fake_files(plan::LaunchPlan plan);

// What a test may change before a run, or while no call is under way.
class FakeHost;

struct FakeSetup {
  hypervisor::HostFacts facts;  // free_kib is worked out
  std::string command_line;     // its hardware_dom= is what makes a domain the hardware domain
  hypervisor::Enforcement enforcement = hypervisor::Enforcement::kEnforcing;
  plan::Expectations policy;                                // that the hypervisor holds; cells and transitions sorted
  std::map<std::string, plan::Expectations> loadable;       // binary to what it means
  std::map<std::string, std::string> files;                 // path to content
  std::map<hypervisor::Sbdf, hypervisor::PciIdentity> pci;  // cards in their slots
  std::string console;                                      // the ring before the first key
  std::map<char, std::string> key_text;                     // printed for a key instead of the truth
  std::set<hypervisor::Domid> never_ready;
  std::set<std::string> refused_devices;  // by the agent in the hardware domain
  bool agent_answers = true;
  hypervisor::Machine::Time dying_time{};     // how long a destroyed domain's number is taken
  std::vector<hypervisor::Boolean> booleans;  // of the policy
  std::uint32_t ring_start = 0;               // place of the first byte of `console`: those before are overwritten
  std::function<void(FakeHost&)> meddle;      // called before each question: what guests do while somebody looks
  hypervisor::Machine::Time boot_time = std::chrono::seconds(4);          // of a domain, until it is ready
  hypervisor::Machine::Time reply_time = std::chrono::milliseconds(120);  // of the agent and of back ends
};

// What the debug keys e and g print, as it is.
struct FakeChannel {
  hypervisor::EventPort port = 0;
  hypervisor::Domid remote = 0;
  std::optional<hypervisor::EventPort> remote_port;  // none: unbound
  std::string label;
};
struct FakeMapping {
  std::uint32_t ref = 0;
  hypervisor::Domid mapper = 0;
  bool writable = false;
};

struct FakeDomain {
  hypervisor::NewDomain made;
  hypervisor::Sid sid{};
  hypervisor::RunState state = hypervisor::RunState::kPaused;
  std::uint8_t shutdown_code = 0;
  bool holds_all = false;  // all frames, ports and interrupts
  std::vector<hypervisor::Range> iomem;
  std::vector<hypervisor::Range> ioports;
  std::set<std::uint32_t> irqs;
  std::map<hypervisor::EventPort, hypervisor::Domid> ports;  // to whom each may be bound
  std::optional<hypervisor::Image> image;                    // once it is built
  std::optional<hypervisor::Built> built;
  bool introduced = false;
  std::optional<hypervisor::Machine::Time> ready_at;  // once it runs
  std::optional<hypervisor::Machine::Time> gone_at;   // once it dies
  bool ready = false;
  std::vector<FakeChannel> channels;
  std::vector<FakeMapping> mapped;  // its own grants
  hypervisor::GrantTableCopy table;
};

class FakeHost final : public hypervisor::Hypervisor, public hypervisor::Xenstore, public hypervisor::Machine {
 public:
  using Domid = hypervisor::Domid;
  using Sid = hypervisor::Sid;
  using Range = hypervisor::Range;

  explicit FakeHost(const plan::LaunchPlan& plan);
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;
  FakeHost(FakeHost&&) = delete;
  FakeHost& operator=(FakeHost&&) = delete;
  ~FakeHost() override;

  FakeSetup given;
  std::map<Domid, FakeDomain> state;                           // of all domains
  std::map<hypervisor::Sbdf, std::optional<Domid>> pci_owner;  // nothing: quarantine
  FakeStore store;

  // --- What a test asks afterwards
  // Calls that change something, one line each: "create 2 system_u:system_r:net_building_t", "unpause 2 = Error's
  // text".
  [[nodiscard]] std::vector<std::string> changes() const;
  [[nodiscard]] std::size_t call_count() const;  // all that can fail, questions too
  [[nodiscard]] std::size_t change_count() const;
  [[nodiscard]] std::vector<std::string> violations() const;

  // --- Failures, counted from 1. An afterwards-failure does the work and still answers with the error.
  enum class Fails : std::uint8_t { kInstead, kAfterwards };
  void fail_call(std::size_t number, Fails how = Fails::kInstead);
  void fail_change(std::size_t number, Fails how = Fails::kInstead);

  // --- What happens on the host
  void crash(Domid domid, std::uint8_t shutdown_code = 3);
  // The same host as another domain sees it; its calls are not recorded and fail only for the host's own reasons.
  [[nodiscard]] hypervisor::Hypervisor& hypervisor_of(Domid caller);
  [[nodiscard]] hypervisor::Xenstore& store_of(Domid caller);

  // --- Hypervisor
  [[nodiscard]] Result<hypervisor::HostFacts> host() override;
  [[nodiscard]] Result<std::string> command_line() override;
  [[nodiscard]] Result<std::vector<hypervisor::DomainFacts>> domains() override;
  [[nodiscard]] Result<std::string> debug_key(char key) override;
  [[nodiscard]] Result<std::string> console_ring() override;
  [[nodiscard]] Result<hypervisor::RingText> console_since(std::uint32_t from) override;
  [[nodiscard]] Result<hypervisor::GrantTableCopy> grant_table(Domid domid) override;
  [[nodiscard]] Result<hypervisor::Enforcement> enforcement() override;
  [[nodiscard]] Result<std::vector<hypervisor::Boolean>> booleans() override;
  [[nodiscard]] Result<Sid> sid_of(const std::string& label) override;
  [[nodiscard]] Result<std::string> label_of(Sid sid) override;
  [[nodiscard]] Result<hypervisor::AccessVector> access(Sid source, Sid target, std::uint16_t access_class) override;
  [[nodiscard]] Result<Sid> transition(Sid source, Sid target, std::uint16_t access_class) override;
  [[nodiscard]] Result<void> load_policy(std::string_view binary) override;
  [[nodiscard]] Result<void> relabel(Domid domid, Sid sid) override;
  [[nodiscard]] Result<void> relabel_self(Sid sid) override;
  [[nodiscard]] Result<void> create(const hypervisor::NewDomain& domain) override;
  [[nodiscard]] Result<hypervisor::EventPort> allocate_port(Domid owner, Domid remote) override;
  [[nodiscard]] Result<hypervisor::Built> build(const hypervisor::NewDomain& domain,
                                                const hypervisor::Image& image) override;
  [[nodiscard]] Result<void> pause(Domid domid) override;
  [[nodiscard]] Result<void> unpause(Domid domid) override;
  [[nodiscard]] Result<void> destroy(Domid domid) override;
  [[nodiscard]] Result<void> send_domain_ends_to(Domid domid) override;
  [[nodiscard]] Result<void> assign_device(Domid domid, hypervisor::Sbdf device) override;
  [[nodiscard]] Result<void> allow_iomem(Domid domid, Range frames) override;
  [[nodiscard]] Result<void> allow_ioports(Domid domid, Range ports) override;
  [[nodiscard]] Result<void> map_irq(Domid domid, std::uint32_t irq) override;

  // --- Xenstore
  [[nodiscard]] Result<std::optional<std::string>> read(const std::string& path) override;
  [[nodiscard]] Result<std::optional<std::vector<std::string>>> list(const std::string& path) override;
  [[nodiscard]] Result<std::optional<hypervisor::NodeAccess>> access(const std::string& path) override;
  [[nodiscard]] Result<void> write(const std::vector<hypervisor::StoreNode>& nodes) override;
  [[nodiscard]] Result<void> remove(const std::string& path) override;
  [[nodiscard]] Result<void> introduce(Domid domid, hypervisor::Frame ring, hypervisor::EventPort port) override;
  [[nodiscard]] Result<bool> await_domain_event(Time patience) override;

  // --- Machine
  [[nodiscard]] Result<hypervisor::Bytes> read_file(const std::string& path) override;
  [[nodiscard]] Result<std::optional<hypervisor::PciIdentity>> pci_identity(hypervisor::Sbdf device) override;
  [[nodiscard]] Time now() override;
  void sleep(Time duration) override;

  // --- For the views of other domains and for sleep(); unrecorded, the caller holds no lock.
  [[nodiscard]] Result<void> give(Domid caller, Domid domid, const std::string& kind, Range range);
  [[nodiscard]] Result<void> assign(Domid caller, Domid domid, hypervisor::Sbdf device);

 private:
  struct View;
  struct Failure {
    std::size_t number = 0;
    Fails how = Fails::kInstead;
  };
  enum class Kind : std::uint8_t { kQuestion, kChange };

  void prepare();
  void start_control(const plan::Domain& domain);
  void put_devices();
  template <typename T, typename Body>
  Result<T> call(Kind kind, const std::string& line, Body body);
  [[nodiscard]] std::optional<Fails> due(Kind kind);
  View& view(Domid caller);

  [[nodiscard]] Result<FakeDomain*> find(const std::string& doing, Domid domid);
  [[nodiscard]] const plan::Domain* planned(Domid domid) const;
  [[nodiscard]] Domid hardware_domid() const;  // by the command line, once that domain is there
  [[nodiscard]] Domid named_hardware_domid() const;
  [[nodiscard]] bool is_sealed() const;
  [[nodiscard]] Sid number_of(const std::string& label);
  [[nodiscard]] std::optional<std::uint32_t> index_of(Sid sid) const;  // in given.policy.labels
  [[nodiscard]] std::uint64_t free_kib() const;
  [[nodiscard]] Result<void> do_create(const hypervisor::NewDomain& domain);
  [[nodiscard]] Result<hypervisor::Built> do_build(const hypervisor::NewDomain& domain, const hypervisor::Image& image);
  [[nodiscard]] Result<void> do_relabel(Domid domid, Sid sid);
  [[nodiscard]] Result<void> do_relabel_self(Sid sid);
  [[nodiscard]] Result<void> do_unpause(Domid domid);
  [[nodiscard]] Result<void> do_destroy(Domid domid);
  void violate(const std::string& what) { violations_.push_back(what); }

  [[nodiscard]] std::string print_devices() const;   // key 'Q'
  [[nodiscard]] std::string print_domains() const;   // key 'q'
  [[nodiscard]] std::string print_channels() const;  // key 'e'
  [[nodiscard]] std::string print_grants() const;    // key 'g'

  void pass_time();  // what the domains do
  void set_as(Domid domid, const std::string& path, const std::string& value);
  void become_ready(Domid domid, FakeDomain& domain);
  void answer_delegation();
  [[nodiscard]] std::string delegate(const std::string& device, Domid domid);  // empty: done; else why not
  void serve(Domid backend, const std::string& back);
  [[nodiscard]] bool is_due(const std::string& event);  // reply_time after it was first asked for
  [[nodiscard]] bool is_up(Domid domid) const;

  const plan::LaunchPlan plan_;
  mutable std::recursive_mutex mutex_;
  std::vector<std::string> changes_;
  std::vector<std::string> violations_;
  std::size_t calls_ = 0;
  std::optional<Failure> failing_call_;
  std::optional<Failure> failing_change_;
  std::vector<std::string> sids_;  // index + 1 = number
  std::optional<Domid> domain_ends_to_ = 0;
  bool domain_event_ = true;  // one that nobody was told of yet
  bool meddling_ = false;
  Time now_{};
  std::map<std::string, Time> first_seen_;
  std::map<std::string, std::string> answered_;  // requests for devices
  std::map<Domid, std::unique_ptr<View>> views_;
};

}  // namespace bulkhead::test
