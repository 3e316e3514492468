// What watching a host decides, without doing it: when to look, which domain to build anew and when, what to alarm. In:
// the plan, the time, and what was seen and done. Out: the next thing to do, alarms, and the counts for metrics.
//
// The restart policy is the plan's (`restart:` of a domain). A domain that ends again and again is built anew after
// ever longer pauses, and after `budget` times within `window` not any more: whoever makes it crash gets no further
// try until a person restarts it. Never restarted: control and hardware domain, and what is `restart: never`.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "bulkhead/hypervisor/hypervisor.h"
#include "bulkhead/hypervisor/machine.h"
#include "bulkhead/plan/launch_plan.h"
#include "bulkhead/verify/finding.h"
#include "bulkhead/verify/observation.h"

namespace bulkhead::watch {

using Time = hypervisor::Machine::Time;

struct Settings {
  Time every = std::chrono::minutes(1);        // a look at everything
  Time first_pause = std::chrono::seconds(1);  // before the second restart in a row; doubled for each further one
  Time longest_pause = std::chrono::minutes(1);
  unsigned budget = 5;  // restarts of one domain within `window`
  Time window = std::chrono::minutes(10);
  bool restarts = true;  // false: it only tells
};

struct Alarm {
  enum class Kind : std::uint8_t {
    kFound,         // a finding that the look before did not have; of notices: each time
    kCleared,       // one that is gone
    kEnded,         // a domain that ran and does not any more
    kRestarted,     // built anew, verified
    kNotRestarted,  // building it anew failed
    kGivenUp,       // its budget is used up
  };
  Kind kind{};
  verify::Finding finding;  // of kFound and kCleared; of the others its domain and object, and as `found` what happened
  bool operator==(const Alarm&) const = default;
};
[[nodiscard]] std::string_view name(Alarm::Kind kind);  // "found"
// One line: {"time": …, "alarm": "found", and what a finding has}.
[[nodiscard]] std::string to_json(const Alarm& alarm, const std::string& time);

struct DomainRecord {
  bool up = false;
  std::uint64_t restarts = 0;                          // since the watch began
  std::uint64_t denials = 0;                           // of which it was the source
  std::map<verify::Severity, std::uint64_t> findings;  // of the last look
};
struct HostRecord {
  std::map<verify::Severity, std::uint64_t> findings;  // those about no domain
  std::uint64_t looks = 0;
  std::uint64_t denials = 0;
  std::uint64_t denials_lost_bytes = 0;
  std::uint64_t unseen = 0;  // questions of the last look without an answer
  Time took{};               // the last look
};

class Watcher {
 public:
  Watcher(const plan::LaunchPlan& plan, const Settings& settings, Time now);

  struct Next {
    enum class What : std::uint8_t { kWait, kLook, kRestart };
    What what = What::kWait;
    hypervisor::Domid domid = 0;  // of kRestart
    Time until{};                 // of kWait: when there is something to do unless a domain ends before
  };
  // The first in the plan's order, which is that of the start: who serves others comes before them.
  [[nodiscard]] Next next(Time now) const;

  void on_domains(Time now, const std::vector<hypervisor::DomainFacts>& domains);
  void on_look(Time now, Time took, const verify::Observation& seen, const std::vector<verify::Finding>& findings);
  void on_restarted(Time now, hypervisor::Domid domid, const Result<void>& outcome);

  [[nodiscard]] std::vector<Alarm> take_alarms();  // since they were last taken
  [[nodiscard]] const std::map<std::string, DomainRecord>& domains() const { return records_; }
  [[nodiscard]] const HostRecord& host() const { return host_; }
  [[nodiscard]] std::uint32_t denials_from() const { return denials_from_; }

 private:
  struct Life {
    bool seen_up = false;       // at any time: what never ran is the launcher's to start
    std::optional<Time> due;    // when it is to be built anew
    std::deque<Time> restarts;  // within the window
    bool given_up = false;
  };
  using Key = std::tuple<std::string, std::string, std::string>;  // of a finding: id, object, domain

  void plan_restart(Time now, const plan::Domain& domain, Life& life);
  void add_alarm(Alarm::Kind kind, const plan::Domain& domain, std::string what);

  const plan::LaunchPlan& plan_;
  Settings settings_;
  Time next_look_;
  std::map<hypervisor::Domid, Life> lives_;
  std::map<std::string, DomainRecord> records_;  // of the plan's domains
  std::map<std::string, std::string> by_label_;  // label to the domain's name
  HostRecord host_;
  std::map<Key, verify::Finding> standing_;  // of the last look, but for notices
  std::vector<Alarm> alarms_;
  std::uint32_t denials_from_ = 0;
};

// For Prometheus' node exporter (textfile collector); `looked_at` in seconds since 1970.
[[nodiscard]] std::string metrics_text(const Watcher& watcher, double looked_at);

}  // namespace bulkhead::watch
