#include <catch2/catch.hpp>

#include "bulkhead/delegate/request.h"
#include "verified_host.h"

namespace bulkhead::test {

TEST_CASE("a host started in the right order runs without a violation") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  start_all(host, plan);
  CHECK(host.violations().empty());
  CHECK(*host.read("/local/domain/1/data/ready") == "1");
  CHECK(*host.read("/local/domain/2/data/ready") == "1");
}

TEST_CASE("domain 0 can give nothing once the hardware domain is there") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  put_paused(host, plan, 1);
  put_paused(host, plan, 2);
  const auto given = host.allow_iomem(2, {0xFEBA0, 0xFEBBF});
  REQUIRE(!given.has_value());
  CHECK(given.error().message() == "give iomem feba0-febbf to domain 2: Operation not permitted");
  CHECK(host.state.at(2).iomem.empty());
}

TEST_CASE("a domain under its running label cannot be built any more") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  put_paused(host, plan, 1);
  hypervisor::NewDomain made;
  made.domid = 2;
  made.label = "system_u:system_r:net_building_t";
  made.memory_kib = 1024;
  REQUIRE(host.create(made).has_value());
  hypervisor::Image image;
  image.kernel = *host.read_file("/boot/vmlinuz");
  image.xenstore_port = *host.allocate_port(2, 0);
  REQUIRE(host.relabel(2, *host.sid_of("system_u:system_r:net_t")).has_value());
  const auto built = host.build(made, image);
  REQUIRE(!built.has_value());
  CHECK(built.error().message() == "build domain 2: Permission denied");
}

TEST_CASE("a domain that is unpaused under its building label is a violation") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  hypervisor::NewDomain made;
  made.domid = 2;
  made.label = "system_u:system_r:net_building_t";
  REQUIRE(host.create(made).has_value());
  REQUIRE(host.unpause(2).has_value());
  CHECK(host.violations() == std::vector<std::string>{"domain 2 is unpaused under its building label",
                                                      "domain 2 is unpaused without a kernel"});
}

TEST_CASE("the k-th change fails and is not made") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  put_paused(host, plan, 1);
  host.fail_change(host.change_count() + 1);
  CHECK(!host.unpause(1).has_value());
  CHECK(host.changes().back() == "unpause 1 = fails");
  CHECK(host.state.at(1).state == hypervisor::RunState::kPaused);
  CHECK(host.unpause(1).has_value());
}

TEST_CASE("the k-th change fails although it is made") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  put_paused(host, plan, 1);
  host.fail_change(host.change_count() + 1, FakeHost::Fails::kAfterwards);
  CHECK(!host.unpause(1).has_value());
  CHECK(host.state.at(1).state == hypervisor::RunState::kRunning);
}

TEST_CASE("the agent in the hardware domain gives a device to its owner and to nobody else") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  put_paused(host, plan, 1);
  put_paused(host, plan, 2);
  put_paused(host, plan, 3);
  REQUIRE(host.unpause(1).has_value());
  const std::string request = delegate::folder(1) + "/nic0/request";
  const auto ask = [&](const delegate::Request& asked) {
    REQUIRE(host.write({{request, delegate::to_text(asked), {0, {1}, {}}}}).has_value());
    host.sleep(std::chrono::seconds(5));
    return delegate::parse_answer((*host.read(delegate::folder(1) + "/nic0/answer")).value_or(""));
  };
  CHECK(ask({7, 3}) == delegate::Answer{7, "the device is another domain's"});
  CHECK(ask({8, 2}) == delegate::Answer{8, std::nullopt});
  CHECK(host.state.at(2).iomem == std::vector<hypervisor::Range>{{0xFEBA0, 0xFEBDF}});
  CHECK(host.state.at(3).iomem.empty());
  CHECK(host.violations().empty());
}

TEST_CASE("back end and front end of a network connection find each other") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  start_all(host, plan);
  const std::string back = "/local/domain/2/backend/vif/3/0";
  const std::string front = "/local/domain/3/device/vif/0";
  REQUIRE(host.write({{back, "", {2, {3}, {}}},
                      {back + "/frontend", front, {2, {3}, {}}},
                      {back + "/frontend-id", "3", {2, {3}, {}}},
                      {back + "/script", "/etc/xen/vif", {2, {3}, {}}},
                      {back + "/state", "1", {2, {3}, {}}}})
              .has_value());
  host.sleep(std::chrono::seconds(1));
  CHECK(*host.read(back + "/state") == "2");
  put_paused(host, plan, 3);
  REQUIRE(host.write({{"/local/domain/3/device/vif", "", {3, {}, {}}},
                      {front, "", {3, {2}, {}}},
                      {front + "/state", "1", {3, {2}, {}}}})
              .has_value());
  REQUIRE(host.unpause(3).has_value());
  host.sleep(std::chrono::seconds(5));
  CHECK(*host.read(back + "/state") == "4");
  CHECK(*host.read(front + "/state") == "4");
  CHECK(host.violations().empty());
}

TEST_CASE("another domain reads and writes only what the rights of a node let it") {
  const plan::LaunchPlan plan = split_plan();
  FakeHost host(plan);
  REQUIRE(host.write({{"/local/domain/2/device/vif/0", "", {2, {3}, {}}}}).has_value());
  CHECK(host.store_of(3).read("/local/domain/2/device/vif/0").has_value());
  CHECK(!host.store_of(4).read("/local/domain/2/device/vif/0").has_value());
  CHECK(!host.store_of(3).write({{"/local/domain/2/device/vif/0", "x", {2, {3}, {}}}}).has_value());
  CHECK(host.store_of(2).write({{"/local/domain/2/device/vif/0", "x", {2, {3}, {}}}}).has_value());
}

TEST_CASE("a write of several nodes is made whole or not at all") {
  FakeHost host(split_plan());
  CHECK(!host.write({{"/tool/a", "1", {}}, {"not absolute", "2", {}}}).has_value());
  CHECK(*host.read("/tool/a") == std::nullopt);
}

}  // namespace bulkhead::test
