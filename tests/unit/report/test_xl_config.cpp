#include <catch2/catch.hpp>

#include "reported.h"

namespace bulkhead::report {

TEST_CASE("guests have a file for xl, other domains none") {
  std::vector<std::string> files;
  for (const auto& [path, content] : xl_configs(Reported().inputs())) {
    files.push_back(path);
  }
  CHECK(files == std::vector<std::string>{"xl/db.cfg", "xl/meter.cfg", "xl/web-1.cfg", "xl/web-2.cfg"});
}

TEST_CASE("a guest's file has its labels, limits and connections") {
  CHECK(
      xl_configs(Reported().inputs()).at("xl/web-2.cfg") ==
      R"(# web-2, as bulkhead compiled it from host.yaml:9:3. Its labels give it the privileges of the spec; without them it has none.
# The sealed control domain may not create it: the spec says neither `restart` nor `start: on-demand`.
name = "web-2"
type = "pv"
kernel = "/k"
extra = "a=\"b c\""
memory = 256
vcpus = 1
max_grant_frames = 64
max_maptrack_frames = 1024
event_channels = 1023
on_poweroff = "destroy"
on_reboot = "destroy"
on_crash = "destroy"
seclabel = "system_u:system_r:web_2_t"
init_seclabel = "system_u:system_r:web_2_building_t"
# libvirt: <seclabel type='static' model='flask'><label>system_u:system_r:web_2_t</label></seclabel>
# It has no label for the time of building, and this policy lets nobody build a domain under the label that it runs with:
# a domain that libvirt is to create needs a policy that gives the control domain that right.
vif = [ "backend=net,bridge=br0" ]
)");
}

TEST_CASE("a guest that may be created later is not said to be refused") {
  const std::string db = xl_configs(Reported().inputs()).at("xl/db.cfg");
  CHECK(db.find("may not create it") == std::string::npos);
  CHECK(db.find("type = \"pvh\"\nkernel = \"/k\"\nmemory = 512\n") != std::string::npos);
}

TEST_CASE("disks name their back end, access and target") {
  const Reported with_disk(R"(bulkhead: 1
host: { xen: "4.17", hardware: { domain: hardware } }
domains:
  control: { role: control }
  hardware: { role: hardware, kernel: /k }
  disk: { role: driver, kernel: /k }
  db: { role: guest, kernel: /k, restart: always }
connections:
  - { disk: { backend: disk, frontend: db, target: "/dev/vg0/a,b", device: xvda, access: read-only } }
)");
  const std::string db = xl_configs(with_disk.inputs()).at("xl/db.cfg");
  CHECK(db.find("disk = [ \"format=raw,vdev=xvda,access=ro,backend=disk,target=/dev/vg0/a,b\" ]\n") !=
        std::string::npos);
  CHECK(db.find("on_poweroff = \"restart\"\non_reboot = \"restart\"\non_crash = \"restart\"\n") != std::string::npos);
}

TEST_CASE("devices are passed through by xl only where domain 0 holds them") {
  const auto host = [](const std::string& hardware, const std::string& domain) {
    return "bulkhead: 1\nhost: { xen: \"4.17\", hardware: " + hardware +
           " }\ndevices:\n  nic0: { pci: \"0000:00:03.0\", iomem: [\"0xfeba0-0xfebbf\"] }\ndomains:\n  control: { "
           "role: control }\n" +
           domain + "  db: { role: guest, kernel: /k, devices: [nic0] }\n" +
           (domain.empty() ? std::string()
                           : "accept:\n  - { finding: unreviewed-operations, domains: [hardware], reason: a test }\n");
  };
  const Reported classic(host("control", ""));
  CHECK(xl_configs(classic.inputs()).at("xl/db.cfg").find("\npci = [ \"0000:00:03.0\" ]\n") != std::string::npos);
  const Reported split(host("{ domain: hardware }", "  hardware: { role: hardware, kernel: /k }\n"));
  CHECK(xl_configs(split.inputs()).at("xl/db.cfg").find("\n# pci = [ \"0000:00:03.0\" ]\n") != std::string::npos);
}

}  // namespace bulkhead::report
