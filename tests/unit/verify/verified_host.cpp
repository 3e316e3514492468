#include "verified_host.h"

#include <catch2/catch.hpp>

#include "../plan/sample_plan.h"

namespace bulkhead::test {

using hypervisor::Domid;

plan::LaunchPlan split_plan() {
  plan::LaunchPlan plan = with_fake_files(plan::sample_plan());
  plan.expectations.classes.push_back({"domain", {"create", "unpause"}});
  return plan;
}

void put_paused(FakeHost& host, const plan::LaunchPlan& plan, Domid domid) {
  const plan::Domain& domain = *plan::find_domain(plan, domid);
  hypervisor::NewDomain made;
  made.domid = domid;
  made.label = *domain.building_label;
  made.type = domain.type == plan::DomainType::kPv ? hypervisor::ContainerType::kPv : hypervisor::ContainerType::kPvh;
  made.uses_devices = !domain.guest;
  made.memory_kib = domain.memory_kib;
  made.vcpus = domain.vcpus;
  REQUIRE(host.create(made).has_value());
  hypervisor::Image image;
  image.kernel = *host.read_file(*domain.kernel);
  image.xenstore_port = *host.allocate_port(domid, 0);
  image.initial_domain = domain.hardware;
  const auto built = host.build(made, image);
  REQUIRE(built.has_value());
  REQUIRE(host.relabel(domid, *host.sid_of(domain.label)).has_value());
  const std::string home = "/local/domain/" + std::to_string(domid);
  REQUIRE(host.write({{home, "", {0, {domid}, {}}}, {home + "/data", "", {domid, {}, {}}}}).has_value());
  REQUIRE(host.introduce(domid, built->xenstore_frame, image.xenstore_port).has_value());
}

void start_all(FakeHost& host, const plan::LaunchPlan& plan) {
  for (const plan::Domain& domain : plan.domains) {
    if (domain.control || domain.start != plan::Start::kBoot) {
      continue;
    }
    put_paused(host, plan, domain.domid);
    for (const plan::Device& device : plan.devices) {
      if (device.owner_domid != domain.domid) {
        continue;
      }
      hypervisor::Hypervisor& agent = host.hypervisor_of(plan.host.hardware_domid);
      REQUIRE(host.assign_device(domain.domid, *hypervisor::parse_sbdf(*device.sbdf)).has_value());
      for (const plan::Range& range : device.iomem) {
        REQUIRE(agent.allow_iomem(domain.domid, {range.first, range.last}).has_value());
      }
      for (const plan::Range& range : device.ioports) {
        REQUIRE(agent.allow_ioports(domain.domid, {range.first, range.last}).has_value());
      }
      for (const std::uint32_t irq : device.irqs) {
        REQUIRE(agent.map_irq(domain.domid, irq).has_value());
      }
    }
    REQUIRE(host.unpause(domain.domid).has_value());
    host.sleep(host.given.boot_time);
  }
}

}  // namespace bulkhead::test
