// What becomes of a configuration or of the list of what runs.
#include <catch2/catch.hpp>

#include "bulkhead/base/render.h"
#include "bulkhead/base/yaml_reader.h"
#include "bulkhead/xl/import.h"

namespace bulkhead::xl {
namespace {

using Lines = std::vector<std::string>;
const Lines kNone;

struct Imported {
  explicit Imported(const Lines& texts) {
    for (const std::string& text : texts) {
      const FileId file = sources.add("g.cfg", text);
      if (text.starts_with("[")) {
        const auto list = read_document(sources, file, diagnostics);
        if (list) {
          guests = guests_of_list(*list, diagnostics);
        }
      } else if (const auto config = read_config(sources, file, diagnostics)) {
        if (auto guest = guest_of(*config, diagnostics)) {
          guests.push_back(*std::move(guest));
        }
      }
    }
  }
  [[nodiscard]] std::string spec() { return write_spec(guests, {"4.17", {"g.cfg"}}, diagnostics); }
  [[nodiscard]] Lines refusals() const {
    Lines lines;
    for (const Diagnostic& each : diagnostics.sorted()) {
      lines.push_back(sources.describe(each.span) + " " + each.message);
    }
    return lines;
  }

  SourceSet sources;
  Diagnostics diagnostics;
  std::vector<Guest> guests;
};

// The spec without its comments and empty lines.
std::string statements(const std::string& spec) {
  std::string out;
  for (std::size_t at = 0; at < spec.size();) {
    const std::size_t end = spec.find('\n', at);
    const std::string line = spec.substr(at, end - at);
    const std::size_t first = line.find_first_not_of(' ');
    if (first != std::string::npos && line[first] != '#') {
      out += line + '\n';
    }
    at = end + 1;
  }
  return out;
}

const std::string kWeb =
    "name = 'Web'\ntype = 'pvh'\nkernel = '/boot/k'\nextra = 'quiet'\nroot = '/dev/xvda'\nmemory = 512\nvcpus = 2\n"
    "vif = ['mac=00:16:3e:00:00:01,bridge=br0', '']\ndisk = ['/dev/vg/web,raw,xvda,rw', 'vdev=xvdb, access=ro, "
    "format=qcow2, target=/srv/a, b.qcow2']\nvnc = 1\n";

TEST_CASE("name, type, kernel, memory, cards and disks become statements of a spec") {
  Imported imported({kWeb});
  CHECK(imported.refusals() == kNone);
  CHECK(statements(imported.spec()) ==
        R"(bulkhead: 1
host:
  xen: "4.17"
  hardware: control
domains:
  control: { role: control }
  web:
    role: guest
    type: pvh
    kernel: "/boot/k"
    cmdline: "root=/dev/xvda quiet"
    memory: 512 MiB
    vcpus: 2
connections:
  - { network: { backend: control, frontend: web, bridge: "br0", mac: "00:16:3e:00:00:01" } }
  - { network: { backend: control, frontend: web, bridge: "xenbr0" } }
  - { disk: { backend: control, frontend: web, target: "/dev/vg/web", device: "xvda" } }
  - { disk: { backend: control, frontend: web, target: "/srv/a, b.qcow2", device: "xvdb", access: read-only } }
)");
}

TEST_CASE("what a spec has no word for is named and not dropped in silence") {
  Imported imported({kWeb + "pci = ['03:00.0,permissive=1']\ndisk_extra = 1\n"});
  CHECK(imported.guests.at(0).left_out == Lines{"vnc", "`,permissive=1` of the device 0000:03:00.0", "disk_extra"});
  const std::string spec = imported.spec();
  for (const std::string& text : imported.guests.at(0).left_out) {
    CHECK(spec.find("# left out: " + text + "\n") != std::string::npos);
  }
}

TEST_CASE("a domain that serves others becomes a driver domain, and its card a device") {
  Imported imported({"name='net'\nkernel='/k'\npci=['0000:03:00.0']\n",
                     "name='web'\nkernel='/k'\nvif=['backend=net']\ndisk=['phy:/dev/sda,xvda,r']\n"});
  const std::string text = statements(imported.spec());
  CHECK(text.find("  net:\n    role: driver\n") != std::string::npos);
  CHECK(text.find("  pci-0000-03-00-0: { pci: \"0000:03:00.0\" }\n") != std::string::npos);
  CHECK(text.find("    devices: [pci-0000-03-00-0]\n") != std::string::npos);
  CHECK(text.find("network: { backend: net, frontend: web, bridge: \"xenbr0\" }") != std::string::npos);
  CHECK(text.find("backend: control, frontend: web, target: \"/dev/sda\", device: \"xvda\", access: read-only") !=
        std::string::npos);
}

TEST_CASE("an HVM guest gets a device model of its own, whose kernel is asked for") {
  Imported imported({"name='win'\nbuilder='hvm'\n"});
  const std::string spec = imported.spec();
  CHECK(statements(spec).find("  win-dm:\n    role: device-model\n    target: win\n") != std::string::npos);
  CHECK(spec.find("# Q2: `win` is started by something that the configuration does not name") != std::string::npos);
  CHECK(spec.find("The device model of `win` runs in domain 0") != std::string::npos);
}

TEST_CASE("names that a spec cannot have are changed, and two that become one are refused") {
  Imported one({"name='Web_1'\n", "name='control'\n", "name='9'\n"});
  const std::string spec = one.spec();
  CHECK(one.refusals() == kNone);
  CHECK(spec.find("  # xl calls it `Web_1`\n") != std::string::npos);
  for (const char* name : {"  web-1:\n", "  guest-control:\n", "  guest-9:\n"}) {
    CHECK(spec.find(name) != std::string::npos);
  }
  Imported two({"name='web.a'\n", "name='web_a'\n"});
  CHECK(two.spec().empty());
  CHECK(two.refusals() == Lines{"g.cfg:1:6 `web.a` and `web_a` would both be `web-a` in the spec"});
}

TEST_CASE("a value that xl would not take is refused with its place") {
  CHECK(Imported({"name='a'\nmemory='much'\nvif='x'\ndisk=['only']\npci=['nowhere']\ntype='bare'\nkernel=1\n"})
            .refusals() ==
        Lines{"g.cfg:2:8 `memory` takes a whole number", "g.cfg:3:5 `vif` takes a list of texts",
              "g.cfg:4:7 a disk needs a target and a name in the guest, as in `/dev/vg/web, raw, xvda, rw`",
              "g.cfg:5:6 a passed-through device is named by its PCI address, as in `0000:03:00.0`",
              "g.cfg:6:6 `bare` is no type of a domain", "g.cfg:7:8 `kernel` takes a text in quotes"});
  CHECK(Imported({"memory=1\n"}).refusals() == Lines{"g.cfg:1:1 the configuration gives its domain no name"});
}

TEST_CASE("the list of what runs gives the same guests, without domain 0") {
  Imported list({R"([ { "domid": 0, "config": { "c_info": { "type": "pv", "name": "Domain-0" }, "b_info": {} } },
  { "domid": 3, "config": { "c_info": { "type": "pvh", "name": "web", "driver_domain": "<default>" },
      "b_info": { "max_vcpus": 2, "max_memkb": 524288, "target_memkb": 524288, "kernel": "/boot/k", "type.pvh": { } },
      "disks": [ { "pdev_path": "/dev/vg/web", "vdev": "xvda", "backend": "phy", "format": "raw", "readwrite": 1 } ],
      "nics": [ { "devid": 0, "mac": "00:16:3e:00:00:01", "bridge": "br0" } ],
      "pcidevs": [ { "func": 1, "dev": 31, "bus": 255, "vdevfn": 0 } ], "on_crash": "destroy" } } ])"});
  Imported config(
      {"name='web'\ntype='pvh'\nkernel='/boot/k'\nmemory=512\nvcpus=2\non_crash='destroy'\n"
       "vif=['mac=00:16:3e:00:00:01,bridge=br0']\ndisk=['/dev/vg/web,raw,xvda,rw']\npci=['ff:1f.1']\n"});
  CHECK(list.refusals() == kNone);
  CHECK(list.guests.size() == 1);
  CHECK(list.spec() == config.spec());
}

TEST_CASE("a list of another shape is refused") {
  CHECK(Imported({"[ 1, { \"domid\": 1 }, { \"config\": { \"c_info\": { \"type\": \"x\", \"name\": \"a\" }, "
                  "\"b_info\": { \"max_vcpus\": -1 } } } ]"})
            .refusals() == Lines{"g.cfg:1:3 an entry of the list is a mapping",
                                 "g.cfg:1:6 an entry of the list has `config` with `c_info` and `b_info`",
                                 "g.cfg:1:46 `x` is no type of a domain",
                                 "g.cfg:1:101 `max_vcpus` takes a whole number"});
}

TEST_CASE("a name cannot break out of its comment or its quotes") {
  Imported imported({"name='web'\nkernel='/k\" }, x: {'\nseclabel='a: [\"'\nmy_key=1\n"});
  const std::string spec = imported.spec();
  SourceSet sources;
  Diagnostics diagnostics;
  CHECK(read_document(sources, sources.add("s", spec), diagnostics).has_value());
  CHECK(render_text(diagnostics, sources, false).empty());
}

}  // namespace
}  // namespace bulkhead::xl
