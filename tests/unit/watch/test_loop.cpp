// The whole watch on a fake host whose time passes only while somebody waits.
#include <catch2/catch.hpp>

#include "bulkhead/watch/loop.h"
#include "running_host.h"

namespace bulkhead::test {

namespace {

using watch::Alarm;

struct KeptOutlet final : watch::Outlet {
  explicit KeptOutlet(RunningHost& of) : running(of) {}

  Result<void> alarm(const Alarm& alarm) override {
    alarms.push_back(std::string(name(alarm.kind)) + " " + alarm.finding.domain + " " + alarm.finding.id);
    return failing ? Result<void>(Error("disk full")) : Result<void>();
  }
  Result<void> metrics(const watch::Watcher& watcher) override {
    text = metrics_text(watcher, 0);
    return {};
  }
  bool stops() override {
    if (on_turn) {
      on_turn(++turns);
    }
    return running.host.now() >= until;
  }
  launch::Journal& journal() override { return running.journal; }

  RunningHost& running;
  watch::Time until = std::chrono::minutes(30);
  std::function<void(int)> on_turn;
  int turns = 0;
  bool failing = false;
  std::vector<std::string> alarms;
  std::string text;
};

struct WatchedHost : RunningHost {
  WatchedHost() : outlet(*this) {
    options.observe.only_allowed = true;
    outlet.until = host.now() + std::chrono::minutes(5);
  }
  Result<void> run() { return watch::watch(plan, options, images, world(), outlet); }

  watch::LoopOptions options;
  KeptOutlet outlet;
};

}  // namespace

TEST_CASE_METHOD(WatchedHost, "a host that stays as it is raises no alarm") {
  REQUIRE(run().has_value());
  CHECK(outlet.alarms.empty());
  CHECK(outlet.text.find("bulkhead_verify_total 5\n") != std::string::npos);
  CHECK(outlet.text.find("bulkhead_domain_up{domain=\"net\"} 1\n") != std::string::npos);
}

TEST_CASE_METHOD(WatchedHost, "a driver domain that crashes is built anew from a sealed host, and looked at") {
  REQUIRE(host.relabel_self(*host.sid_of("system_u:system_r:control_t")).has_value());
  outlet.on_turn = [&](int turn) {
    if (turn == 10) {
      host.crash(id("net"));
    }
  };
  REQUIRE(run().has_value());
  CHECK(outlet.alarms == std::vector<std::string>{"ended net ", "restarted net "});
  CHECK(domain("net").ready);
  CHECK(host.violations().empty());
  CHECK(outlet.text.find("bulkhead_domain_restarts_total{domain=\"net\"} 1\n") != std::string::npos);
}

TEST_CASE_METHOD(WatchedHost, "a driver domain that crashes again and again is given up, and the watch goes on") {
  outlet.until = host.now() + std::chrono::minutes(20);
  outlet.on_turn = [&](int) {
    if (host.state.contains(id("net")) && domain("net").ready) {
      host.crash(id("net"));
    }
  };
  REQUIRE(run().has_value());
  CHECK(std::count(outlet.alarms.begin(), outlet.alarms.end(), "restarted net ") == 5);
  CHECK(std::count(outlet.alarms.begin(), outlet.alarms.end(), "given-up net ") == 1);
  CHECK(outlet.text.find("bulkhead_domain_up{domain=\"net\"} 0\n") != std::string::npos);
}

TEST_CASE_METHOD(WatchedHost, "drift is an alarm when it comes and when it goes") {
  outlet.on_turn = [&](int turn) {
    if (turn == 10) {
      host.pci_owner[{0, 0, 3, 0}] = id("blue");
    }
    if (turn == 150) {
      host.pci_owner[{0, 0, 3, 0}] = id("net");
    }
  };
  REQUIRE(run().has_value());
  CHECK(outlet.alarms == std::vector<std::string>{"found net device-owner", "cleared net device-owner"});
}

TEST_CASE_METHOD(WatchedHost, "a kernel that is missing costs no domain, and is told") {
  host.given.files.clear();
  launch::Images none(plan, host);
  outlet.on_turn = [&](int turn) {
    if (turn == 3) {
      host.crash(id("net"));
    }
  };
  REQUIRE(watch::watch(plan, options, none, world(), outlet).has_value());
  CHECK(std::count(outlet.alarms.begin(), outlet.alarms.end(), "not-restarted net ") == 5);
  CHECK(host.state.contains(id("net")));
}

TEST_CASE_METHOD(WatchedHost, "questions that fail are alarms, and the watch goes on") {
  std::size_t before = 0;
  outlet.on_turn = [&](int turn) {
    if (turn > 1 && before == 0) {
      before = host.call_count();
    }
    host.fail_call(host.call_count() + 7);
  };
  outlet.until = host.now() + std::chrono::minutes(2);
  REQUIRE(run().has_value());
  CHECK(!outlet.alarms.empty());
}

TEST_CASE_METHOD(WatchedHost, "an alarm that cannot be written ends the watch") {
  outlet.failing = true;
  outlet.on_turn = [&](int turn) {
    if (turn == 3) {
      host.crash(id("blue"));
    }
  };
  const auto done = run();
  REQUIRE(!done.has_value());
  CHECK(done.error().message() == "disk full");
}

}  // namespace bulkhead::test
