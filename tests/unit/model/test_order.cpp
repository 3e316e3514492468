#include <catch2/catch.hpp>

#include "hosts.h"
#include "support/model_text.h"
#include "support/spec_text.h"

namespace bulkhead::test {
namespace {

TEST_CASE("control, xenstore and hardware start first, back ends before front ends, and ties by name") {
  const SpecText read(split_host(
      "  a: { role: guest, kernel: /k, after: [z] }\n  b: { role: guest, kernel: /k }\n  z: { role: guest, kernel: /k "
      "}\n"
      "  store: { role: xenstore, kernel: /k }\n  logs: { role: console, kernel: /k }\n  net: { role: driver, kernel: "
      "/k }\n"
      "  win: { role: guest, type: hvm, kernel: /k }\n  qemu: { role: device-model, kernel: /k, target: win }\n",
      "connections:\n  - network: { backend: net, frontend: b, bridge: br }\n"));
  REQUIRE(read.rendered().empty());
  CHECK(order_text(read.model) == "control store hardware logs net b qemu win z a");
}

TEST_CASE("whoever watches or shares a channel waits for nobody") {
  const SpecText read(
      classic("  a: { role: guest, kernel: /k }\n  watch: { role: monitor, kernel: /k }\n",
              "connections:\n  - observe: { observer: watch, domain: a }\n  - channel: { between: [watch, a] }\n"));
  CHECK(order_text(read.model) == "control a watch");
}

TEST_CASE("what control and hardware get from others comes to them while they run, and makes no cycle") {
  const SpecText read(
      split_host("  net: { role: driver, kernel: /k }\n",
                 "connections:\n  - network: { backend: net, frontend: [control, hardware], bridge: br }\n"
                 "  - disk: { backend: hardware, frontend: net, target: /d, device: xvda }\n"));
  REQUIRE(read.rendered().empty());
  CHECK(order_text(read.model) == "control hardware net");
}

TEST_CASE("each cycle is told once with all of its places, and all domains are in the order all the same") {
  const SpecText read(
      classic("  a: { role: guest, kernel: /k, after: [b] }\n  b: { role: guest, kernel: /k, after: [c] }\n"
              "  c: { role: guest, kernel: /k, after: [a] }\n  d: { role: guest, kernel: /k, after: [d] }\n"
              "  e: { role: guest, kernel: /k, after: [a, d] }\n"));
  CHECK(read.rendered() ==
        "host.yaml:5:3: error: domains wait for each other: `a` after `b` after `c` after `a` [start-order-cycle]\n"
        "     5 |   a: { role: guest, kernel: /k, after: [b] }\n"
        "       |   ^\n"
        "host.yaml:5:3: note: `a` is started after `b`\n"
        "     5 |   a: { role: guest, kernel: /k, after: [b] }\n"
        "       |   ^\n"
        "host.yaml:6:3: note: `b` is started after `c`\n"
        "     6 |   b: { role: guest, kernel: /k, after: [c] }\n"
        "       |   ^\n"
        "host.yaml:7:3: note: `c` is started after `a`\n"
        "     7 |   c: { role: guest, kernel: /k, after: [a] }\n"
        "       |   ^\n"
        "host.yaml:8:3: error: domains wait for each other: `d` after `d` [start-order-cycle]\n"
        "     8 |   d: { role: guest, kernel: /k, after: [d] }\n"
        "       |   ^\n"
        "host.yaml:8:3: note: `d` is started after `d`\n"
        "     8 |   d: { role: guest, kernel: /k, after: [d] }\n"
        "       |   ^\n");
  CHECK(read.model.start_order.size() == read.model.domains.size());
}

TEST_CASE("a cycle through every instance of a family is told once") {
  const SpecText read(
      classic("  net: { role: driver, instances: 3, kernel: /k, after: [web] }\n  web: { role: guest, kernel: /k }\n",
              "connections:\n  - network: { backend: net, frontend: web, bridge: br }\n"));
  CHECK(read.diagnostics.error_count() == 1);
}

TEST_CASE("xenstore cannot wait for a domain that needs xenstore") {
  const SpecText read(
      classic("  net: { role: driver, kernel: /k }\n  store: { role: xenstore, kernel: /k, after: [net] }\n"));
  CHECK(read.rendered() ==
        "host.yaml:5:3: error: domains wait for each other: `net` after `store` after `net` [start-order-cycle]\n"
        "     5 |   net: { role: driver, kernel: /k }\n"
        "       |   ^~~\n"
        "host.yaml:5:3: note: `net` has its xenstore in `store`\n"
        "     5 |   net: { role: driver, kernel: /k }\n"
        "       |   ^~~\n"
        "host.yaml:6:3: note: `store` is started after `net`\n"
        "     6 |   store: { role: xenstore, kernel: /k, after: [net] }\n"
        "       |   ^~~~~\n");
}

TEST_CASE("a tangle of many cycles is told in a few, and quickly") {
  std::string domains;
  std::string all;
  for (int i = 0; i < 400; ++i) all += (i == 0 ? "d" : ", d") + std::to_string(i);
  for (int i = 0; i < 400; ++i) {
    domains += "  d" + std::to_string(i) + ": { role: guest, kernel: /k, after: [" + all + "] }\n";
  }
  const SpecText read(classic(domains));
  CHECK(read.diagnostics.error_count() == 8);
  CHECK(read.model.start_order.size() == 401);
}

}  // namespace
}  // namespace bulkhead::test
