#include "support/compiled.h"

namespace bulkhead::privilege {
namespace {

using test::DerivedSpec;
using test::small_host;

std::string context_of_sid(const DerivedSpec& host, const std::string& sid) {
  const auto& sids = host.derived.set.abi->initial_sids;
  for (std::size_t i = 0; i < sids.size(); ++i) {
    if (sids[i] == sid) return context(host.derived.set.at(host.derived.set.initial_sids[i]));
  }
  return {};
}

std::string transition(const DerivedSpec& host, const std::string& source, const std::string& target,
                       const std::string& access_class) {
  const PrivilegeSet& set = host.derived.set;
  for (const Transition& t : set.transitions) {
    if (set.at(t.source).name == source && set.at(t.target).name == target &&
        set.abi->at(t.access_class).name == access_class) {
      return set.at(t.result).name;
    }
  }
  return "none";
}

}  // namespace

TEST_CASE("netback maps and copies, and the front end may only be copied from") {
  const DerivedSpec host(small_host());
  CHECK(host.cell("net_t", "blue_t", "grant") == "copy map_read map_write unmap");
  CHECK(host.cell("blue_t", "net_t", "grant") == "copy");
}

TEST_CASE("blkback maps and never copies") {
  std::string text = small_host();
  text.replace(text.find("  - { network:"), 0,
               "  - { disk: { backend: net, frontend: blue, target: /dev/sda, device: xvda } }\n");
  text.replace(text.find("[blue, green]"), 13, "[green]");
  const DerivedSpec host(text);
  CHECK(host.cell("net_t", "blue_t", "grant") == "map_read map_write unmap");
  CHECK(host.cell("blue_t", "net_t", "grant").empty());
}

TEST_CASE("guests of one network domain have nothing to do with each other") {
  const DerivedSpec host(small_host());
  for (const abi::AccessClass& access_class : host.derived.set.abi->classes) {
    CHECK(host.cell("blue_t", "green_t", access_class.name).empty());
    CHECK(host.cell("green_t", "blue_t", access_class.name).empty());
  }
}

TEST_CASE("nobody maps the memory of a running domain") {
  const DerivedSpec host(small_host());
  const PrivilegeSet& set = host.derived.set;
  for (const Grant& grant : set.allow) {
    if (set.abi->at(grant.access_class).name != "mmu") continue;
    INFO(set.at(grant.source).name << " " << set.at(grant.target).name);
    CHECK(set.at(grant.target).kind != TypeKind::kRunning);
    CHECK(set.at(grant.target).kind != TypeKind::kBooting);
  }
}

TEST_CASE("a building label can do nothing but become the running one") {
  const DerivedSpec host(small_host());
  const PrivilegeSet& set = host.derived.set;
  for (const Grant& grant : set.allow) {
    if (set.at(grant.source).kind != TypeKind::kBuilding) continue;
    CHECK(set.at(grant.target).kind == TypeKind::kRunning);
    CHECK(set.at(grant.target).domain == set.at(grant.source).domain);
    CHECK(abi::permission_list(set.abi->at(grant.access_class), grant.permissions) == "transition");
  }
}

TEST_CASE("the sealed control domain builds what restarts, and nothing else") {
  const DerivedSpec host(small_host());
  CHECK(host.cell("control_t", "net_building_t", "domain").find("create") != std::string::npos);
  CHECK(host.cell("control_t", "blue_building_t", "domain").empty());
  CHECK(host.cell("control_t", "blue_t", "domain") == "getdomaininfo");
  CHECK(host.cell("control_boot_t", "blue_building_t", "domain").find("create") != std::string::npos);
}

TEST_CASE("sealing takes policy load, hardware domain creation and debug keys away") {
  const DerivedSpec host(small_host());
  CHECK(host.cell("control_boot_t", "security_t", "security") == "check_context compute_av compute_create load_policy");
  CHECK(host.cell("control_t", "security_t", "security") == "check_context");
  CHECK(host.cell("control_boot_t", "hardware_building_t", "domain2").find("create_hardware_domain") !=
        std::string::npos);
  CHECK(host.cell("control_t", "hardware_building_t", "domain2").empty());
  CHECK(host.cell("control_boot_t", "control_t", "domain2") == "relabelself");
  CHECK(host.cell("control_t", "control_boot_t", "domain2").empty());
  CHECK(host.cell("control_t", "xen_t", "xen") == "writeconsole");
}

TEST_CASE("the sealed control domain keeps debug keys only if the spec has it verify the host") {
  std::string text = small_host();
  text.replace(text.find("{ domain: hardware } }"), 22, "{ domain: hardware }, verify: control }");
  const DerivedSpec host(text);
  CHECK(host.cell("control_t", "xen_t", "xen") == "debug readconsole writeconsole");
  CHECK(host.cell("control_t", "security_t", "security") == "check_context compute_av compute_create");
  CHECK(host.cell("control_t", "hardware_building_t", "domain2").empty());
  CHECK(host.cell("control_boot_t", "security_t", "security") == "check_context compute_av compute_create load_policy");
}

TEST_CASE("a monitor that verifies the host sees every domain, and no other monitor has debug keys") {
  std::string text = small_host();
  text.replace(text.find("{ domain: hardware } }"), 22, "{ domain: hardware }, verify: eye }");
  text.replace(
      text.find("  net:"), 0,
      "  eye: { role: monitor, kernel: /k, ramdisk: /r }\n  load: { role: monitor, kernel: /k, ramdisk: /r }\n");
  const DerivedSpec host(text);
  CHECK(host.cell("eye_t", "xen_t", "xen") == "debug physinfo readconsole");
  CHECK(host.cell("eye_t", "security_t", "security") == "check_context compute_av compute_create");
  for (const char* domain : {"control_t", "hardware_t", "net_t", "blue_t", "green_t", "load_t"}) {
    CHECK(host.cell("eye_t", domain, "domain") == "getdomaininfo");
    CHECK(host.cell("eye_t", domain, "mmu").empty());
  }
  CHECK(host.cell("load_t", "xen_t", "xen") == "physinfo");
  CHECK(host.cell("load_t", "blue_t", "domain").empty());
  CHECK(host.cell("control_t", "xen_t", "xen") == "writeconsole");
}

TEST_CASE("a passed-through device is used by its owner and handed out by the hardware domain") {
  const DerivedSpec host(small_host());
  CHECK(host.cell("net_t", "nic0_dev_t", "resource") == "use_iommu");
  CHECK(host.cell("hardware_t", "nic0_dev_t", "resource") == "add_iomem add_irq remove_irq setup use_iommu");
  CHECK(host.cell("control_t", "nic0_dev_t", "resource") == "add_device");
  CHECK(host.cell("blue_t", "nic0_dev_t", "resource").empty());
}

TEST_CASE("PVH needs its context read while it is built, and PV does not") {
  const DerivedSpec host(small_host());
  CHECK(host.cell("control_boot_t", "green_building_t", "hvm") == "gethvmc sethvmc setparam");
  CHECK(host.cell("control_boot_t", "blue_building_t", "hvm").empty());
  CHECK(host.cell("blue_t", "blue_self_t", "mmu") == "map_read map_write mmuext_op pinpage");
  CHECK(host.cell("green_t", "green_self_t", "mmu") == "adjust physmap");
}

TEST_CASE("a weaker IOMMU is asked for by its own permission") {
  std::string text = small_host();
  text.replace(text.find("hardware: { domain: hardware }"), 30, "hardware: { domain: hardware }, iommu: none");
  const DerivedSpec host(text);
  CHECK(host.cell("net_t", "nic0_dev_t", "resource") == "use_noiommu");
}

TEST_CASE("labels that Xen computes: self, channels of both labels of control, ports made while building") {
  const DerivedSpec host(small_host());
  CHECK(transition(host, "blue_t", "blue_t", "domain") == "blue_self_t");
  CHECK(transition(host, "control_boot_t", "control_boot_t", "domain") == "control_boot_self_t");
  CHECK(transition(host, "net_t", "blue_t", "event") == "blue_net_ch_t");
  CHECK(transition(host, "blue_t", "net_t", "event") == "blue_net_ch_t");
  CHECK(transition(host, "blue_building_t", "control_boot_t", "event") == "blue_control_ch_t");
  CHECK(transition(host, "blue_building_t", "control_t", "event") == "none");  // never built again
  CHECK(transition(host, "net_building_t", "control_t", "event") == "control_net_ch_t");
  CHECK(transition(host, "blue_t", "green_t", "event") == "none");
  CHECK(transition(host, "blue_t", "control_t", "event") == "none");  // it only sends; its port was made by the builder
}

TEST_CASE("initial SIDs: domain 0 boots under its booting label, what nobody labelled is nobody's") {
  const DerivedSpec host(small_host());
  CHECK(context_of_sid(host, "dom0") == "system_u:system_r:control_boot_t");
  CHECK(context_of_sid(host, "domU") == "system_u:system_r:domU_t");
  const auto unlabeled = host.derived.set.find("domU_t");
  for (const Grant& grant : host.derived.set.allow) {
    CHECK(grant.source != *unlabeled);
    CHECK(grant.target != *unlabeled);
  }
}

TEST_CASE("every grant names a rule with a reason and a place in the spec") {
  const DerivedSpec host(small_host());
  for (const Grant& grant : host.derived.set.allow) {
    REQUIRE(grant.rule != nullptr);
    CHECK_FALSE(grant.rule->permissions.empty());
    CHECK(grant.origin.is_known());
    CHECK_FALSE(grant.via.empty());
  }
}

TEST_CASE("two names that become one type are refused with both places") {
  test::SpecText read(R"(bulkhead: 1
host: { xen: "4.17", hardware: control }
domains:
  control: { role: control }
  a: { role: guest, kernel: /k }
  a-b: { role: guest, kernel: /k }
  b-c: { role: guest, kernel: /k }
  c: { role: guest, kernel: /k }
connections:
  - { channel: { between: [a, b-c] } }
  - { channel: { between: [a-b, c] } }
)");
  INFO(read.rendered());
  REQUIRE_FALSE(read.diagnostics.has_errors());
  const Derived derived = derive(read.model, *read.catalogue, read.diagnostics);
  CHECK(read.rendered() ==
        "host.yaml:8:3: error: two names of this host become the type `a_b_c_ch_t` [type-name-collision]\n"
        "     8 |   c: { role: guest, kernel: /k }\n"
        "       |   ^\n"
        "host.yaml:7:3: note: the other one\n"
        "     7 |   b-c: { role: guest, kernel: /k }\n"
        "       |   ^~~\n");
}

}  // namespace bulkhead::privilege
