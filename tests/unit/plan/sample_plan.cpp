#include "sample_plan.h"

namespace bulkhead::plan {

namespace {

std::string digest(char digit) {
  return std::string(64, digit);
}

Domain make_domain(const std::string& name, std::uint32_t domid, const std::string& role) {
  Domain domain;
  domain.name = name;
  domain.family = name;
  domain.domid = domid;
  domain.role = role;
  domain.label = "system_u:system_r:" + name + "_t";
  domain.building_label = "system_u:system_r:" + name + "_building_t";
  domain.kernel = "/boot/vmlinuz";
  domain.command_line = "console=hvc0";
  domain.memory_kib = 262144;
  domain.vcpus = 1;
  domain.max_grant_frames = 64;
  domain.max_maptrack_frames = 1024;
  domain.max_event_channels = 1023;
  domain.xenstore_domid = 0;
  domain.origin = "host.yaml:" + std::to_string(domid + 10) + ":3";
  return domain;
}

std::vector<Domain> make_domains() {
  Domain control = make_domain("control", 0, "control");
  control.control = true;
  control.booting_label = "system_u:system_r:control_boot_t";
  control.building_label.reset();
  control.kernel.reset();
  control.xenstore_domid.reset();
  Domain hardware = make_domain("hardware", 1, "hardware");
  hardware.hardware = true;
  hardware.ramdisk = "/boot/hardware.img";
  Domain net = make_domain("net", 2, "driver");
  net.restart = Restart::kOnFailure;
  net.placement = Placement{.near = "nic0", .node = 0, .cpus = Range{2, 3}};
  net.console_domid = 0;
  Domain web = make_domain("web", 3, "guest");
  web.guest = true;
  web.type = DomainType::kPvh;
  web.start = Start::kOnDemand;
  web.command_line = "root=/dev/xvda name=\"web\" \xC3\xA9\n";
  web.console_domid = 0;
  return {control, hardware, net, web};
}

Device make_device() {
  Device nic;
  nic.name = "nic0";
  nic.sbdf = "0000:00:03.0";
  nic.identity = Identity{0x8086, 0x10D3, std::nullopt, std::nullopt, DeviceClass{"network", 0x020000, 0xFF0000}};
  nic.label = "system_u:object_r:nic0_dev_t";
  nic.owner_domid = 2;
  nic.iomem = {{0xFEBA0, 0xFEBBF}, {0xFEBC0, 0xFEBDF}};
  nic.ioports = {{0xC040, 0xC05F}};
  nic.irqs = {23};
  nic.iommu_group = 4;
  nic.origin = "host.yaml:6:3";
  return nic;
}

Connection make_connection(const std::string& kind, std::uint32_t backend, std::uint32_t frontend) {
  Connection connection;
  connection.kind = kind;
  connection.backend_domid = backend;
  connection.frontend_domid = frontend;
  connection.origin = "host.yaml:20:5";
  return connection;
}

std::vector<Connection> make_connections() {
  Connection disk = make_connection("disk", 1, 3);
  disk.disk = DiskPart{"/dev/sda1", "xvda", 51712, Access::kReadOnly};
  Connection channel = make_connection("channel", 2, 3);
  channel.channel = ChannelPart{4};
  Connection network = make_connection("network", 2, 3);
  network.network = NetworkPart{"xenbr0", "00:16:3e:00:00:01", 0};
  network.channel_label = "system_u:object_r:net_web_ch_t";
  Connection passthrough = make_connection("passthrough", 1, 2);
  passthrough.passthrough = PassthroughPart{"nic0"};
  return {make_connection("build", 0, 3), channel, disk, network, passthrough};
}

Expectations make_expectations() {
  Expectations expected;
  expected.labels = {"system_u:object_r:net_web_ch_t",
                     "system_u:object_r:nic0_dev_t",
                     "system_u:system_r:control_boot_t",
                     "system_u:system_r:control_t",
                     "system_u:system_r:hardware_building_t",
                     "system_u:system_r:hardware_t",
                     "system_u:system_r:net_building_t",
                     "system_u:system_r:net_t",
                     "system_u:system_r:web_building_t",
                     "system_u:system_r:web_t",
                     "system_u:system_r:xen_t"};
  expected.classes = {{"xen", {"settime", "physinfo"}}, {"event", {"bind", "send", "status", "create"}}};
  expected.initial_sids = {{"xen", 10}, {"dom0", 2}};
  expected.cells = {{2, 10, 1, 3}, {7, 0, 2, 10}, {9, 0, 2, 10}};
  expected.transitions = {{7, 9, 2, 0}, {9, 7, 2, 0}};
  return expected;
}

}  // namespace

LaunchPlan sample_plan() {
  LaunchPlan plan;
  plan.host = {.name = "lab",
               .xen = "4.17",
               .shape = Shape::kSplit,
               .control_domid = 0,
               .hardware_domid = 1,
               .xenstore_domid = 0,
               .iommu = IommuStrength::kRequired,
               .origin = "host.yaml:2:3"};
  plan.digests = {.spec_path = "host.yaml",
                  .spec_sha256 = digest('a'),
                  .policy_sha256 = digest('b'),
                  .inventory = FileDigest{"inventory.yaml", digest('c'), std::nullopt},
                  .files = {{"/boot/hardware.img", std::nullopt, "No such file or directory"},
                            {"/boot/vmlinuz", digest('d'), std::nullopt}}};
  plan.domains = make_domains();
  plan.devices = {make_device()};
  plan.connections = make_connections();
  plan.gates = {{2, GateKind::kDomainReady, 1, std::nullopt}, {3, GateKind::kBackEndReady, 2, "network"}};
  plan.expectations = make_expectations();
  return plan;
}

}  // namespace bulkhead::plan
