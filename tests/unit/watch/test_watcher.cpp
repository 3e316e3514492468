// What the watcher decides, with the time passed in.
#include <catch2/catch.hpp>

#include "bulkhead/watch/watcher.h"
#include "running_host.h"

namespace bulkhead::test {

namespace {

using hypervisor::RunState;
using verify::Finding;
using verify::Severity;
using watch::Alarm;
using watch::Time;
using What = watch::Watcher::Next::What;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct Watched {
  Watched() : watcher(plan, settings(), Time{}) {
    for (const plan::Domain& domain : plan.domains) {
      hypervisor::DomainFacts one;
      one.domid = domain.domid;
      one.state = RunState::kRunning;
      facts.push_back(one);
    }
    see(Time{});
    watcher.on_look(Time{}, milliseconds(5), {}, {});
    REQUIRE(watcher.take_alarms().empty());
  }

  static watch::Settings settings() {
    watch::Settings settings;
    settings.budget = 3;
    return settings;
  }
  hypervisor::DomainFacts& of(const char* name) {
    return *std::find_if(facts.begin(), facts.end(),
                         [&](const auto& one) { return one.domid == plan::find_domain(plan, name)->domid; });
  }
  void end(const char* name, std::uint8_t code = 3) {
    of(name).state = RunState::kShutdown;
    of(name).shutdown_code = code;
  }
  void see(Time now) { watcher.on_domains(now, facts); }
  // The next restart, and it succeeds.
  void restart(Time now, const char* name) {
    const auto next = watcher.next(now);
    REQUIRE(next.what == What::kRestart);
    REQUIRE(next.domid == of(name).domid);
    of(name).state = RunState::kRunning;
    watcher.on_restarted(now, next.domid, {});
    see(now);
    watcher.on_look(now, Time{}, {}, {});
  }
  std::vector<std::string> alarms() {
    std::vector<std::string> lines;
    for (const Alarm& alarm : watcher.take_alarms()) {
      lines.push_back(std::string(name(alarm.kind)) + " " + alarm.finding.domain + ": " + alarm.finding.found);
    }
    return lines;
  }

  plan::LaunchPlan plan = split_plan();
  watch::Watcher watcher;
  std::vector<hypervisor::DomainFacts> facts;
};

Finding finding(const char* id, const char* domain, Severity severity) {
  return {id, std::string("domain ") + domain, "found", "wanted", "", "host.yaml:1:1", severity, domain};
}

}  // namespace

TEST_CASE_METHOD(Watched, "a look is due when its time has come, and not before") {
  CHECK(watcher.next(seconds(59)).what == What::kWait);
  CHECK(watcher.next(seconds(59)).until == minutes(1));
  CHECK(watcher.next(minutes(1)).what == What::kLook);
}

TEST_CASE_METHOD(Watched, "a domain that crashed is built anew at once the first time") {
  end("net");
  see(seconds(5));
  CHECK(alarms() == std::vector<std::string>{"ended net: it ended with code 3"});
  restart(seconds(5), "net");
  CHECK(alarms() == std::vector<std::string>{"restarted net: it was built anew and verified"});
  CHECK(watcher.domains().at("net").restarts == 1);
}

TEST_CASE_METHOD(Watched, "pauses grow, and when the budget is used up the domain stays down") {
  Time now = seconds(10);
  for (const int pause : {0, 1, 2}) {
    end("net");
    see(now);
    CHECK(watcher.next(now).what == (pause == 0 ? What::kRestart : What::kWait));
    now += seconds(pause);
    restart(now, "net");
  }
  (void)watcher.take_alarms();
  end("net");
  see(now);
  CHECK(alarms() == std::vector<std::string>{"ended net: it ended with code 3",
                                             "given-up net: it was built anew 3 times within 600 s and stays down "
                                             "until somebody restarts it"});
  CHECK(watcher.next(now + minutes(30)).what == What::kLook);
  see(now + minutes(30));
  CHECK(alarms().empty());
}

TEST_CASE_METHOD(Watched, "a domain that somebody brought back has its budget again") {
  Time now = seconds(10);
  for (int i = 0; i < 3; ++i, now += minutes(1)) {
    end("net");
    see(now);
    restart(now + seconds(2), "net");
  }
  end("net");
  see(now);
  of("net").state = RunState::kRunning;
  see(now + minutes(1));
  end("net");
  see(now + minutes(2));
  CHECK(watcher.next(now + minutes(2)).what == What::kRestart);
}

TEST_CASE_METHOD(Watched, "restarts that lie longer back than the window do not count") {
  Time now = seconds(10);
  for (int i = 0; i < 20; ++i, now += minutes(11)) {
    end("net");
    see(now);
    restart(now, "net");
  }
  CHECK(watcher.domains().at("net").restarts == 20);
}

TEST_CASE_METHOD(Watched, "a failed restart is told and tried again after a pause") {
  end("net");
  see(seconds(5));
  watcher.on_restarted(seconds(9), of("net").domid, Error("no memory"));
  CHECK(alarms() == std::vector<std::string>{"ended net: it ended with code 3", "not-restarted net: no memory"});
  CHECK(watcher.next(seconds(9)).what == What::kLook);
  watcher.on_look(seconds(9), Time{}, {}, {});
  CHECK(watcher.next(seconds(9)).until == seconds(10));
  CHECK(watcher.next(seconds(10)).what == What::kRestart);
}

TEST_CASE("what ended and is built anew is the plan's to say") {
  struct Row {
    plan::Restart restart;
    std::optional<std::uint8_t> code;  // none: it is gone
    bool again;
  };
  for (const Row& row : std::vector<Row>{{plan::Restart::kNever, 3, false},
                                         {plan::Restart::kNever, std::nullopt, false},
                                         {plan::Restart::kOnFailure, 3, true},
                                         {plan::Restart::kOnFailure, 1, true},
                                         {plan::Restart::kOnFailure, std::nullopt, true},
                                         {plan::Restart::kOnFailure, 0, false},
                                         {plan::Restart::kOnFailure, 2, false},
                                         {plan::Restart::kAlways, 0, true},
                                         {plan::Restart::kAlways, 2, false}}) {
    Watched watched;
    for (plan::Domain& domain : watched.plan.domains) {
      domain.restart = row.restart;
    }
    if (row.code) {
      watched.end("net", *row.code);
    } else {
      std::erase_if(watched.facts, [&](const auto& one) { return one.domid == domid_of(watched.plan, "net"); });
    }
    watched.see(seconds(1));
    CHECK((watched.watcher.next(seconds(1)).what == What::kRestart) == row.again);
    CHECK(watched.alarms().size() == 1);
  }
}

TEST_CASE_METHOD(Watched, "control and hardware domain are never built anew, a paused domain runs for the plan") {
  for (plan::Domain& domain : plan.domains) {
    domain.restart = plan::Restart::kAlways;
  }
  end("control");
  end("hardware");
  of("net").state = RunState::kPaused;
  see(seconds(1));
  CHECK(watcher.next(seconds(1)).what == What::kWait);
  CHECK(alarms().size() == 2);
}

TEST_CASE_METHOD(Watched, "of several that ended, who serves others comes first") {
  for (plan::Domain& domain : plan.domains) {
    domain.restart = plan::Restart::kOnFailure;
  }
  end("blue");
  end("disk");
  see(seconds(1));
  restart(seconds(1), "disk");
  restart(seconds(1), "blue");
}

TEST_CASE_METHOD(Watched, "a watch that only tells builds nothing") {
  watch::Settings only;
  only.restarts = false;
  watch::Watcher telling(plan, only, Time{});
  telling.on_domains(Time{}, facts);
  end("net");
  telling.on_domains(seconds(1), facts);
  CHECK(telling.next(seconds(1)).what == What::kLook);
  const std::vector<Alarm> told = telling.take_alarms();
  REQUIRE(told.size() == 1);
  CHECK(told[0].kind == Alarm::Kind::kEnded);
}

TEST_CASE_METHOD(Watched, "a finding is an alarm once, and one more when it is gone; a notice is one each time") {
  const std::vector<Finding> both{finding("label", "net", Severity::kBreach), finding("denial", "", Severity::kNotice)};
  watcher.on_look(minutes(1), Time{}, {}, both);
  CHECK(alarms() == std::vector<std::string>{"found net: found", "found : found"});
  watcher.on_look(minutes(2), Time{}, {}, both);
  CHECK(alarms() == std::vector<std::string>{"found : found"});
  watcher.on_look(minutes(3), Time{}, {}, {});
  CHECK(alarms() == std::vector<std::string>{"cleared net: found"});
}

TEST_CASE_METHOD(Watched, "an alarm is one line of JSON") {
  CHECK(to_json(Alarm{Alarm::Kind::kFound, finding("label", "net", Severity::kBreach)}, "2026-11-22T18:50:00Z") ==
        R"({"time": "2026-11-22T18:50:00Z", "alarm": "found", "severity": "breach", "domain": "net", "id": "label", )"
        R"("object": "domain net", "found": "found", "wanted": "wanted", "origin": "host.yaml:1:1"})");
}

TEST_CASE_METHOD(Watched, "metrics have each domain, the host and the last look") {
  verify::Observation seen;
  seen.denials = verify::Denials{};
  seen.denials->count = 7;
  seen.denials->lost_bytes = 12;
  seen.denials->next = 99;
  seen.denials->kinds = {{"system_u:system_r:net_t", "x", "grant", {"map_read"}, 6}, {"other", "x", "grant", {}, 1}};
  seen.unseen = {{verify::Aspect::kStore, std::nullopt, verify::Unseen::Why::kFailed, "x"},
                 {verify::Aspect::kStore, std::nullopt, verify::Unseen::Why::kNotAllowed, "x"}};
  end("blue");
  see(seconds(1));
  watcher.on_look(seconds(1), milliseconds(250), seen,
                  {finding("label", "net", Severity::kBreach), finding("unknown-domain", "9", Severity::kBreach)});
  CHECK(watcher.denials_from() == 99);
  const std::string text = metrics_text(watcher, 1700000000.5);
  for (const char* line :
       {"# HELP bulkhead_domain_up Whether the domain runs.\n# TYPE bulkhead_domain_up gauge\n",
        "bulkhead_domain_up{domain=\"net\"} 1\n", "bulkhead_domain_up{domain=\"blue\"} 0\n",
        "bulkhead_domain_restarts_total{domain=\"net\"} 0\n", "bulkhead_domain_denials_total{domain=\"net\"} 6\n",
        "bulkhead_domain_findings{domain=\"net\",severity=\"breach\"} 1\n",
        "bulkhead_domain_findings{domain=\"net\",severity=\"notice\"} 0\n",
        "bulkhead_host_findings{severity=\"breach\"} 1\n", "\nbulkhead_denials_total 7\n",
        "\nbulkhead_denials_lost_bytes_total 12\n", "\nbulkhead_verify_unseen 1\n", "\nbulkhead_verify_total 2\n",
        "\nbulkhead_verify_timestamp_seconds 1700000000.500\n", "\nbulkhead_verify_duration_seconds 0.250000\n"}) {
    INFO(line);
    CHECK(text.find(line) != std::string::npos);
  }
}

}  // namespace bulkhead::test
