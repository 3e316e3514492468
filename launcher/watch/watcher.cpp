#include "bulkhead/watch/watcher.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "bulkhead/base/json_text.h"

namespace bulkhead::watch {

namespace {

using hypervisor::DomainFacts;
using hypervisor::RunState;
using verify::Finding;
using verify::Severity;

constexpr std::uint8_t kPowerOff = 0;
constexpr std::uint8_t kSuspend = 2;

// Why a domain does not run; empty: it does, or it is paused on purpose.
std::string end_of(const DomainFacts* facts) {
  if (facts == nullptr) {
    return "it is gone";
  }
  switch (facts->state) {
    case RunState::kPaused:
    case RunState::kRunning:
      return {};
    case RunState::kShutdown:
      return facts->shutdown_code == kPowerOff ? "it powered itself off"
                                               : fmt::format("it ended with code {}", facts->shutdown_code);
    case RunState::kDying:
      return "it is being destroyed";
  }
  BULKHEAD_CHECK(false, "a domain is in one of four states");
}

bool wants_restart(const plan::Domain& domain, const DomainFacts* facts) {
  const bool off = facts != nullptr && facts->state == RunState::kShutdown && facts->shutdown_code == kPowerOff;
  const bool suspended = facts != nullptr && facts->state == RunState::kShutdown && facts->shutdown_code == kSuspend;
  if (domain.control || domain.hardware || suspended) {
    return false;
  }
  switch (domain.restart) {
    case plan::Restart::kNever:
      return false;
    case plan::Restart::kOnFailure:
      return !off;
    case plan::Restart::kAlways:
      return true;
  }
  BULKHEAD_CHECK(false, "a domain is restarted in one of three ways");
}

}  // namespace

std::string_view name(Alarm::Kind kind) {
  switch (kind) {
    case Alarm::Kind::kFound:
      return "found";
    case Alarm::Kind::kCleared:
      return "cleared";
    case Alarm::Kind::kEnded:
      return "ended";
    case Alarm::Kind::kRestarted:
      return "restarted";
    case Alarm::Kind::kNotRestarted:
      return "not-restarted";
    case Alarm::Kind::kGivenUp:
      return "given-up";
  }
  BULKHEAD_CHECK(false, "an alarm is of one of six kinds");
}

std::string to_json(const Alarm& alarm, const std::string& time) {
  std::string out;
  JsonText json(out);
  json.begin_object(JsonText::Layout::kInline);
  const auto field = [&](std::string_view key, std::string_view value) {
    json.key(key);
    json.text(value);
  };
  field("time", time);
  field("alarm", name(alarm.kind));
  field("severity", to_text(alarm.finding.severity));
  field("domain", alarm.finding.domain);
  field("id", alarm.finding.id);
  field("object", alarm.finding.object);
  field("found", alarm.finding.found);
  field("wanted", alarm.finding.wanted);
  field("origin", alarm.finding.origin);
  json.end();
  return out;
}

Watcher::Watcher(const plan::LaunchPlan& plan, const Settings& settings, Time now)
    : plan_(plan), settings_(settings), next_look_(now) {
  for (const plan::Domain& domain : plan.domains) {
    records_[domain.name];
    lives_[domain.domid];
    for (const auto& label : {std::optional(domain.label), domain.booting_label, domain.building_label}) {
      if (label) {
        by_label_.emplace(*label, domain.name);
      }
    }
  }
}

void Watcher::add_alarm(Alarm::Kind kind, const plan::Domain& domain, std::string what) {
  Finding finding;
  finding.object = "domain " + domain.name;
  finding.found = std::move(what);
  finding.origin = domain.origin;
  finding.severity = kind == Alarm::Kind::kRestarted ? Severity::kNotice : Severity::kDegraded;
  finding.domain = domain.name;
  alarms_.push_back({kind, std::move(finding)});
}

Watcher::Next Watcher::next(Time now) const {
  Time until = next_look_;
  for (const plan::Domain& domain : plan_.domains) {
    const Life& life = lives_.at(domain.domid);
    if (life.due && *life.due <= now) {
      return {Next::What::kRestart, domain.domid, now};
    }
    until = life.due ? std::min(until, *life.due) : until;
  }
  return {until <= now ? Next::What::kLook : Next::What::kWait, 0, until};
}

void Watcher::plan_restart(Time now, const plan::Domain& domain, Life& life) {
  while (!life.restarts.empty() && now - life.restarts.front() > settings_.window) {
    life.restarts.pop_front();
  }
  if (life.restarts.size() >= settings_.budget) {
    life.given_up = true;
    add_alarm(
        Alarm::Kind::kGivenUp, domain,
        fmt::format("it was built anew {} times within {} s and stays down until somebody restarts it",
                    life.restarts.size(), std::chrono::duration_cast<std::chrono::seconds>(settings_.window).count()));
    return;
  }
  if (life.restarts.empty()) {
    life.due = now;
    return;
  }
  Time pause = settings_.first_pause;
  for (std::size_t i = 1; i < life.restarts.size() && pause < settings_.longest_pause; ++i) {
    pause *= 2;
  }
  life.due = now + std::min(pause, settings_.longest_pause);
}

void Watcher::on_domains(Time now, const std::vector<DomainFacts>& domains) {
  std::map<hypervisor::Domid, const DomainFacts*> there;
  for (const DomainFacts& facts : domains) {
    there.emplace(facts.domid, &facts);
  }
  for (const plan::Domain& domain : plan_.domains) {
    const auto found = there.find(domain.domid);
    const DomainFacts* facts = found == there.end() ? nullptr : found->second;
    Life& life = lives_.at(domain.domid);
    DomainRecord& record = records_.at(domain.name);
    const std::string end = end_of(facts);
    const bool was_up = record.up;
    record.up = facts != nullptr && facts->state == RunState::kRunning;
    if (end.empty()) {
      // Whoever brought it back had a reason: its budget begins anew.
      if (record.up && life.given_up) {
        life = Life{};
      }
      life.seen_up = life.seen_up || record.up;
      life.due.reset();
      continue;
    }
    if (was_up) {
      add_alarm(Alarm::Kind::kEnded, domain, end);
    }
    // At the start of the watch a domain that should run and does not has ended before it.
    const bool ours = life.seen_up || (domain.start == plan::Start::kBoot && facts != nullptr);
    if (settings_.restarts && ours && !life.due && !life.given_up && wants_restart(domain, facts)) {
      plan_restart(now, domain, life);
    }
  }
}

void Watcher::on_look(Time now, Time took, const verify::Observation& seen, const std::vector<Finding>& findings) {
  next_look_ = now + settings_.every;
  ++host_.looks;
  host_.took = took;
  host_.findings.clear();
  host_.unseen =
      static_cast<std::uint64_t>(std::count_if(seen.unseen.begin(), seen.unseen.end(), [](const verify::Unseen& one) {
        return one.why == verify::Unseen::Why::kFailed;
      }));
  for (auto& [domain, record] : records_) {
    record.findings.clear();
  }
  std::map<Key, Finding> standing;
  for (const Finding& finding : findings) {
    const auto record = records_.find(finding.domain);
    ++(record == records_.end() ? host_.findings : record->second.findings)[finding.severity];
    const Key key{finding.id, finding.object, finding.domain};
    const bool notice = finding.severity == Severity::kNotice;
    if (notice || !standing_.contains(key)) {
      alarms_.push_back({Alarm::Kind::kFound, finding});
    }
    if (!notice) {
      standing.emplace(key, finding);
    }
  }
  for (const auto& [key, finding] : standing_) {
    if (!standing.contains(key)) {
      alarms_.push_back({Alarm::Kind::kCleared, finding});
    }
  }
  standing_ = std::move(standing);
  if (!seen.denials) {
    return;
  }
  host_.denials += seen.denials->count;
  host_.denials_lost_bytes += seen.denials->lost_bytes;
  denials_from_ = seen.denials->next;
  for (const verify::Denial& denial : seen.denials->kinds) {
    if (const auto domain = by_label_.find(denial.source); domain != by_label_.end()) {
      records_.at(domain->second).denials += denial.count;
    }
  }
}

void Watcher::on_restarted(Time now, hypervisor::Domid domid, const Result<void>& outcome) {
  const plan::Domain* domain = plan::find_domain(plan_, domid);
  BULKHEAD_CHECK(domain != nullptr, "only domains of the plan are built anew");
  Life& life = lives_.at(domid);
  life.due.reset();
  life.restarts.push_back(now);
  ++records_.at(domain->name).restarts;
  if (outcome) {
    add_alarm(Alarm::Kind::kRestarted, *domain, "it was built anew and verified");
  } else {
    add_alarm(Alarm::Kind::kNotRestarted, *domain, outcome.error().message());
    plan_restart(now, *domain, life);
  }
  next_look_ = now;
}

std::vector<Alarm> Watcher::take_alarms() {
  return std::exchange(alarms_, {});
}

}  // namespace bulkhead::watch
