// Connections: what the spec declares, pair by pair, and what the compiler adds.
#include <catch2/catch.hpp>

#include "hosts.h"
#include "support/model_text.h"
#include "support/spec_text.h"

namespace bulkhead::test {
namespace {

// Those of one kind, for tests that look at one.
std::string links_of(const SpecText& read, const std::string& kind) {
  std::string out;
  const std::string text = links_text(read.model);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at) + 1;
    if (text.compare(at, kind.size() + 1, kind + " ") == 0) out += text.substr(at, end - at);
    at = end;
  }
  return out;
}

std::vector<std::string> origins_of(const SpecText& read, std::string_view kind) {
  std::vector<std::string> result;
  for (const model::Link& link : read.model.links) {
    if (link.kind->name == kind) result.push_back(read.sources.describe(link.origin));
  }
  return result;
}

TEST_CASE("a classic host: control builds all, and serves xenstore and consoles") {
  const SpecText read(classic("  net: { role: driver, kernel: /k }\n  web: { role: guest, kernel: /k }\n"));
  REQUIRE(read.rendered().empty());
  CHECK(links_text(read.model) ==
        "build control -> net\nbuild control -> web\nconsole control -> net\nconsole control -> web\n"
        "xenstore control -> net\nxenstore control -> web\n");
}

TEST_CASE("a split host: control makes the hardware domain and keeps the notice of every domain's end") {
  const SpecText read(split_host("  web: { role: guest, kernel: /k }\n"));
  REQUIRE(read.rendered().empty());
  CHECK(links_text(read.model) ==
        "build control -> hardware\nbuild control -> web\nconsole control -> web\nhardware-domain control -> hardware\n"
        "xenstore control -> hardware\nxenstore control -> web\nxenstore-domain control -> control\n");
}

TEST_CASE("a xenstore domain serves all, control among them, and has no console") {
  const SpecText read(classic("  store: { role: xenstore, kernel: /k }\n  web: { role: guest, kernel: /k }\n"));
  REQUIRE(read.rendered().empty());
  CHECK(links_text(read.model) ==
        "build control -> store\nbuild control -> web\nconsole control -> web\n"
        "xenstore store -> control\nxenstore store -> web\nxenstore-domain control -> store\n");
}

TEST_CASE("the only console domain serves all consoles but those that are the machine's and its own") {
  const SpecText read(
      split_host("  logs: { role: console, kernel: /k }\n  web: { role: guest, kernel: /k }\n"
                 "  quiet: { role: guest, kernel: /k, console: none }\n"));
  REQUIRE(read.rendered().empty());
  CHECK(links_of(read, "console") == "console logs -> web\n");
}

TEST_CASE("with two console domains control serves those that say nothing") {
  const SpecText read(
      classic("  a: { role: console, kernel: /k }\n  b: { role: console, kernel: /k }\n"
              "  web: { role: guest, kernel: /k }\n  mail: { role: guest, kernel: /k, console: b }\n"));
  REQUIRE(read.rendered().empty());
  CHECK(links_of(read, "console") == "console b -> mail\nconsole control -> web\n");
}

TEST_CASE("a declared console connection is the same as `console`, and gives one link") {
  const SpecText read(
      classic("  logs: { role: console, kernel: /k }\n  web: { role: guest, kernel: /k, instances: 2 }\n",
              "connections:\n  - console: { backend: control, frontend: web-2 }\n"));
  REQUIRE(read.rendered().empty());
  CHECK(links_of(read, "console") == "console control -> web-2\nconsole logs -> web-1\n");
}

TEST_CASE("devices come from the hardware domain: one passthrough each, one PCI back end for all of an owner") {
  const SpecText read(
      "devices:\n  a: { pci: \"00:01.0\" }\n  b: { pci: \"00:02.0\" }\n  own: { pci: \"00:03.0\" }\n"
      "  tpm: { iomem: [0xfed40] }\n" +
      split_host("  net: { role: driver, kernel: /k, devices: [b, a] }\n"
                 "  vtpm: { role: vtpm-manager, kernel: /k, devices: [tpm] }\n") +
      "");
  REQUIRE(read.rendered().empty() == false);  // `own` has no owner
  CHECK(links_of(read, "passthrough") ==
        "passthrough hardware -> net a\npassthrough hardware -> net b\npassthrough hardware -> vtpm tpm\n");
  CHECK(links_of(read, "pci") == "pci hardware -> net\n");
  CHECK(origins_of(read, "passthrough") ==
        std::vector<std::string>{"host.yaml:11:49", "host.yaml:11:46", "host.yaml:12:53"});
}

TEST_CASE("what the hardware domain drives itself needs no passthrough") {
  const SpecText read(
      "devices: { a: { pci: \"00:01.0\" } }\nbulkhead: 1\nhost: { xen: \"4.17\", hardware: control }\n"
      "domains: { control: { role: control, devices: [a] } }\n");
  REQUIRE(read.rendered().empty());
  CHECK(links_text(read.model).empty());
}

TEST_CASE("a family stands for its instances, and two families are joined each with each") {
  const SpecText read(
      classic("  net: { role: driver, kernel: /k, instances: 2 }\n  web: { role: guest, kernel: /k, instances: 2 }\n",
              "connections:\n  - network: { backend: net, frontend: [web, control], bridge: br }\n"));
  REQUIRE(read.rendered().empty());
  CHECK(links_of(read, "network") ==
        "network net-1 -> control bridge=br\nnetwork net-1 -> web-1 bridge=br\nnetwork net-1 -> web-2 bridge=br\n"
        "network net-2 -> control bridge=br\nnetwork net-2 -> web-1 bridge=br\nnetwork net-2 -> web-2 bridge=br\n");
}

TEST_CASE("a channel of a family with itself joins every two of its instances once") {
  SpecText read(classic("  a: { role: guest, kernel: /k, instances: 3 }\n  b: { role: guest, kernel: /k }\n",
                        "connections:\n  - channel: { between: [a, b], pages: 2 }\n"));
  spec::Spec both = read.spec;
  both.connections[0].second[0].value = "a";
  const SpecText made(both);
  REQUIRE(made.rendered().empty());
  CHECK(links_of(made, "channel") ==
        "channel a-1 -> a-2 pages=2\nchannel a-1 -> a-3 pages=2\nchannel a-2 -> a-3 pages=2\n");
}

TEST_CASE("an Argo connection is the same from both sides, a channel is not") {
  const std::string domains = "  a: { role: guest, kernel: /k }\n  b: { role: guest, kernel: /k }\n";
  const SpecText argo(classic(domains, "connections:\n  - argo: { between: [b, a] }\n"));
  CHECK(links_of(argo, "argo") == "argo a -> b\n");
  const SpecText channel(classic(domains, "connections:\n  - channel: { between: [b, a] }\n"));
  CHECK(links_of(channel, "channel") == "channel b -> a pages=1\n");
  CHECK(findings(classic(domains, "connections:\n  - argo: { between: [b, a] }\n  - argo: { between: [a, b] }\n")) ==
        "host.yaml:9:5: error: `a` and `b` have this `argo` connection already [duplicate-connection]\n"
        "     9 |   - argo: { between: [a, b] }\n"
        "       |     ^~~~\n"
        "host.yaml:8:5: note: the first is here\n"
        "     8 |   - argo: { between: [b, a] }\n"
        "       |     ^~~~\n");
}

TEST_CASE("each added link names the statement that it follows from") {
  const SpecText read(
      split_host("  win: { role: guest, type: hvm, kernel: /k, console: none }\n"
                 "  qemu: { role: device-model, kernel: /k, target: win, console: control }\n"));
  REQUIRE(read.rendered().empty());
  CHECK(origins_of(read, "build") == std::vector<std::string>{"host.yaml:5:3", "host.yaml:7:3", "host.yaml:6:3"});
  CHECK(origins_of(read, "hardware-domain") == std::vector<std::string>{"host.yaml:2:32"});
  CHECK(origins_of(read, "device-model") == std::vector<std::string>{"host.yaml:7:51"});
  CHECK(origins_of(read, "console") == std::vector<std::string>{"host.yaml:7:65"});
}

}  // namespace
}  // namespace bulkhead::test
