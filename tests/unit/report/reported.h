// A spec with all that the reports need, from a text.
#pragma once

#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "bulkhead/report/report.h"
#include "support/spec_text.h"

namespace bulkhead::report {

// A split host with a driver domain, two kinds of guests, and a role of the spec's own. `more` goes to its end.
inline std::string host_text(const std::string& more = {}) {
  return R"(bulkhead: 1
host: { name: lab, xen: "4.17", hardware: { domain: hardware } }
devices:
  nic0: { pci: "0000:00:03.0", iomem: ["0xfeba0-0xfebbf"], ioports: ["0xc040-0xc05f"], irqs: [23] }
domains:
  control: { role: control, memory: 1024 MiB }
  hardware: { role: hardware, kernel: /k, ramdisk: /r }
  net: { role: driver, devices: [nic0], kernel: /k, ramdisk: /r, restart: on-failure }
  web: { role: guest, instances: 2, kernel: /k, cmdline: "a=\"b c\"" }
  db: { role: guest, type: pvh, kernel: /k, memory: 512 MiB, start: on-demand }
  meter: { role: gauge, kernel: /k }
connections:
  - { network: { backend: net, frontend: web, bridge: br0 } }
  - { channel: { between: [db, web-1], pages: 4 } }
roles:
  gauge: { extends: guest, allow: [ { on: xen, class: version, permissions: [xen_pagesize, xen_commandline], reason: "<script>alert('&')</script>" } ] }
accept:
  - { finding: unreviewed-operations, domains: [hardware], reason: "a test, \"quoted\" & <b>bold</b>" }
)" + more;
}

// A host of `guests` guests behind one driver domain.
inline std::string large_host(int guests) {
  return R"(bulkhead: 1
host: { xen: "4.17", hardware: { domain: hardware } }
domains:
  control: { role: control }
  hardware: { role: hardware, kernel: /k }
  net: { role: driver, kernel: /k }
  web: { role: guest, kernel: /k, instances: )" +
         std::to_string(guests) + R"( }
connections:
  - { network: { backend: net, frontend: web, bridge: br0 } }
)";
}

struct Reported {
  explicit Reported(std::string text = host_text()) : spec(std::move(text)) {
    INFO(spec.rendered());
    REQUIRE_FALSE(spec.diagnostics.has_errors());
    derived = privilege::derive(spec.model, *spec.catalogue, spec.diagnostics);
  }
  [[nodiscard]] Inputs inputs() const {
    return {.model = spec.model,
            .catalogue = *spec.catalogue,
            .derived = derived,
            .sources = spec.sources,
            .spec_name = "host.yaml",
            .spec_sha256 = std::string(64, 'a'),
            .policy_sha256 = std::string(64, 'b'),
            .proof = ProofFigures{.types = 3, .cells = 117, .allowed = 5, .permissions = 9}};
  }

  test::SpecText spec;
  privilege::Derived derived;
};

}  // namespace bulkhead::report
