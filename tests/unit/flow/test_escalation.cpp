#include "bulkhead/flow/escalation.h"
#include "examples.h"

namespace bulkhead::flow {
namespace {

using Names = std::vector<std::string>;

// The split host with rules of our own beside those of the spec.
struct Split {
  explicit Split(const std::string& rules = {}) : host(test::derived_example("split")) {
    std::string conf = flask::emit_policy_conf(host.read.model, host.derived, {}, host.read.sources, {});
    conf.insert(conf.find("# --- roles and users"), rules);
    policy = test::compile_conf(conf);
    parties = parties_of(policy, *host.read.catalogue, host.read.model, host.derived);
  }

  [[nodiscard]] Escalation owning(const std::string& name, Life life) const {
    return escalate(policy, *host.read.catalogue, parties, *parties.find(name), life);
  }
  [[nodiscard]] Names taken(const std::string& name, Life life) const {
    Names names;
    for (const PartyId id : owning(name, life).owned_parties(parties)) names.push_back(parties.at(id).name);
    return names;
  }
  [[nodiscard]] const Taken* step(const Escalation& lost, const std::string& label) const {
    for (const Taken& each : lost.taken) {
      if (policy.type(each.label).name == label) return &each;
    }
    return nullptr;
  }

  test::DerivedSpec host;
  flask::BinaryPolicy policy;
  Parties parties;
};

bool loses(const Split& split, const Escalation& lost, catalogue::Power power, const std::string& type) {
  return std::any_of(lost.losses.begin(), lost.losses.end(), [&](const Loss& loss) {
    return loss.power == power && split.policy.type(loss.object).name == type;
  });
}

}  // namespace

TEST_CASE("sealing takes from domain 0 the domains that nobody rebuilds") {
  const Split split;
  CHECK(split.taken("control", Life::kBooting) == Names{"blue", "disk", "green", "hardware", "net"});
  CHECK(split.taken("control", Life::kSealed) == Names{"net"});
  CHECK(split.owning("control", Life::kBooting).hypervisor);  // it may load a policy
  CHECK_FALSE(split.owning("control", Life::kSealed).hypervisor);
}

TEST_CASE("whoever builds a domain gives it a label: the running one is had by relabelling") {
  const Split split;
  const Escalation lost = split.owning("control", Life::kSealed);
  const Taken* building = split.step(lost, "net_building_t");
  const Taken* running = split.step(lost, "net_t");
  REQUIRE(building != nullptr);
  REQUIRE(running != nullptr);
  CHECK(building->how == TakenBy::kOwning);
  CHECK(running->how == TakenBy::kRelabel);
  CHECK(split.policy.type(running->old_label).name == "net_building_t");
  CHECK(running->levers.size() == 3);
}

TEST_CASE("whoever owns a driver domain has its device and takes nobody over") {
  const Split split;
  for (const Life life : {Life::kBooting, Life::kSealed}) {
    const Escalation lost = split.owning("net", life);
    CHECK(lost.owned_parties(split.parties).empty());
    CHECK(loses(split, lost, catalogue::Power::kUsesDevice, "nic0_dev_t"));
    CHECK_FALSE(loses(split, lost, catalogue::Power::kUsesDevice, "ahci0_dev_t"));
    CHECK_FALSE(lost.hypervisor);
  }
}

TEST_CASE("each way to take a domain over is found when one rule opens it") {
  CHECK(Split("allow net_t blue_t:mmu map_write;\n").taken("net", Life::kSealed) == Names{"blue"});
  CHECK(Split("allow net_t blue_t:domain setvcpucontext;\n").taken("net", Life::kSealed) == Names{"blue"});
  CHECK(Split("allow net_t blue_t:hvm dm;\n").taken("net", Life::kSealed) == Names{"blue"});
  CHECK(Split("allow net_t blue_t:domain2 relabelself; allow net_t blue_t:domain transition;\n")
            .taken("net", Life::kSealed) == Names{"blue"});
  CHECK(Split("allow net_t blue_t:domain2 relabelself;\n").taken("net", Life::kSealed).empty());
}

TEST_CASE("what is taken over takes over in turn") {
  const Split split("allow net_t disk_t:mmu map_write; allow disk_t blue_t:mmu map_write;\n");
  CHECK(split.taken("net", Life::kSealed) == Names{"blue", "disk"});
}

TEST_CASE("a domain can be fetched back to a label that the attacker owns") {
  const Split split(
      "allow net_t blue_t:domain2 relabelfrom; allow net_t green_building_t:domain2 relabelto;\n"
      "allow net_t green_building_t:mmu map_write; allow blue_t green_building_t:domain transition;\n");
  const Escalation lost = split.owning("net", Life::kSealed);
  REQUIRE(split.step(lost, "blue_t") != nullptr);
  CHECK(split.step(lost, "blue_t")->how == TakenBy::kFetch);
}

TEST_CASE("the policy, enforcement and an unconfined device are worth everything; an interrupt is not") {
  const Names all{"blue", "control", "disk", "green", "hardware"};
  CHECK(Split("allow net_t security_t:security load_policy;\n").taken("net", Life::kSealed) == all);
  CHECK(Split("allow net_t security_t:security setenforce;\n").taken("net", Life::kSealed) == all);
  CHECK(Split("allow net_t nic0_dev_t:resource use_noiommu;\n").taken("net", Life::kSealed) == all);
  CHECK(Split("allow net_t irq_t:resource use_noiommu;\n").taken("net", Life::kSealed).empty());
}

TEST_CASE("whoever turns booleans on has what they open") {
  const std::string condition = "bool open false; if (open) { allow net_t blue_t:mmu map_write; }\n";
  const std::string turns = "allow net_t security_t:security setbool;\n";
  CHECK(Split(condition).taken("net", Life::kSealed).empty());
  CHECK(Split(condition + turns).taken("net", Life::kSealed) == Names{"blue"});
}

TEST_CASE("reading and stopping are losses without owning") {
  const Split split("allow net_t blue_t:mmu map_read; allow net_t green_t:domain pause;\n");
  const Escalation lost = split.owning("net", Life::kSealed);
  CHECK(lost.owned_parties(split.parties).empty());
  CHECK(loses(split, lost, catalogue::Power::kReads, "blue_t"));
  CHECK(loses(split, lost, catalogue::Power::kStops, "green_t"));
  CHECK_FALSE(loses(split, lost, catalogue::Power::kStops, "blue_t"));
}

}  // namespace bulkhead::flow
