// What the structural check says; each id's own message is in tests/golden/spec.
#include <chrono>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "reading.h"

using bulkhead::spec::read_spec;
using bulkhead::spec::Reading;
using bulkhead::spec::test::Read;
using bulkhead::spec::test::with;

namespace {

std::string complaint(const std::string& text) {
  Read read(text);
  REQUIRE(read.document.has_value());
  const Reading reading = read_spec(*read.document, read.diagnostics);
  CHECK(reading.complete == !read.diagnostics.has_errors());
  return read.rendered();
}

}  // namespace

TEST_CASE("the least spec is taken") {
  CHECK(complaint(with("")).empty());
}

TEST_CASE("everything that is wrong is reported in one run, in the order of the text") {
  CHECK(
      complaint("bulkhead: 2\nhost: { xen: 4.17, iommu: maybe }\ndomains:\n  Net: { rol: driver, memory: 512 }\n") ==
      "t.yaml:1:11: error: `bulkhead` takes `1`, and not `2` [out-of-range]\n"
      "     1 | bulkhead: 2\n"
      "       |           ^\n"
      "t.yaml:2:1: error: the host needs the key `hardware` [missing-key]\n"
      "     2 | host: { xen: 4.17, iommu: maybe }\n"
      "       | ^~~~\n"
      "t.yaml:2:14: error: `xen` takes one of \"4.17\", \"4.18\", \"4.19\", \"4.20\", \"4.21\", \"4.22\", in quotes, "
      "and `4.17` "
      "without quotes is a decimal number; write \"4.17\" [unquoted-text]\n"
      "     2 | host: { xen: 4.17, iommu: maybe }\n"
      "       |              ^~~~\n"
      "t.yaml:2:27: error: `iommu` takes `required`, `no-remapping` or `none`, and not `maybe` [unknown-choice]\n"
      "     2 | host: { xen: 4.17, iommu: maybe }\n"
      "       |                           ^~~~~\n"
      "t.yaml:4:3: error: a domain needs the key `role` [missing-key]\n"
      "     4 |   Net: { rol: driver, memory: 512 }\n"
      "       |   ^~~\n"
      "t.yaml:4:3: error: `Net` is no name: a small letter, then at most 31 small letters, digits and `-` [bad-name]\n"
      "     4 |   Net: { rol: driver, memory: 512 }\n"
      "       |   ^~~\n"
      "t.yaml:4:10: error: unknown key `rol` of a domain; did you mean `role`? [unknown-key]\n"
      "     4 |   Net: { rol: driver, memory: 512 }\n"
      "       |          ^~~\n"
      "t.yaml:4:31: error: `memory` has no unit: KiB, MiB, GiB or TiB, as in `512 MiB` [bad-size]\n"
      "     4 |   Net: { rol: driver, memory: 512 }\n"
      "       |                               ^~~\n");
}

TEST_CASE("a file that is no mapping is one error") {
  CHECK(complaint("- a\n") ==
        "t.yaml:1:1: error: the file takes a mapping, and this is a list [wrong-type]\n"
        "     1 | - a\n"
        "       | ^\n");
  CHECK(complaint("") == "t.yaml:1:1: error: the file takes a mapping, and this is nothing [wrong-type]\n");
}

TEST_CASE("numbers that contradict the machine are no matter of form") {
  CHECK(complaint(with("devices: { d: { iomem: [0xffffffffffffffff-0x0], ioports: [0x20000], irqs: [5000] } }\n",
                       "control: { role: control, domid: 99999, memory: 1 KiB, place: { cpus: 9-3 } }"))
            .empty());
}

TEST_CASE("a number too large for 64 bits is out of range wherever it stands") {
  CHECK(complaint(
            with("devices: { d: { irqs: [99999999999999999999], iomem: [0xffffffffffffffff], ioports: [-1] } }\n")) ==
        "t.yaml:4:24: error: an item of `irqs` takes a whole number, and not `99999999999999999999` [out-of-range]\n"
        "     4 | devices: { d: { irqs: [99999999999999999999], iomem: [0xffffffffffffffff], ioports: [-1] } }\n"
        "       |                        ^~~~~~~~~~~~~~~~~~~~\n"
        "t.yaml:4:55: error: an item of `iomem` takes a whole number, and not `0xffffffffffffffff` [out-of-range]\n"
        "     4 | devices: { d: { irqs: [99999999999999999999], iomem: [0xffffffffffffffff], ioports: [-1] } }\n"
        "       |                                                       ^~~~~~~~~~~~~~~~~~\n"
        "t.yaml:4:86: error: an item of `ioports` takes a whole number, and not `-1` [out-of-range]\n"
        "     4 | devices: { d: { irqs: [99999999999999999999], iomem: [0xffffffffffffffff], ioports: [-1] } }\n"
        "       |                                                                                      ^~\n");
}

TEST_CASE("lists are compared by value: the same number written twice is a duplicate") {
  CHECK(complaint(with("devices: { d: { irqs: [16, 0x10] } }\n")) ==
        "t.yaml:4:28: error: `0x10` stands twice in one list [duplicate-item]\n"
        "     4 | devices: { d: { irqs: [16, 0x10] } }\n"
        "       |                            ^~~~\n"
        "t.yaml:4:24: note: first here\n"
        "     4 | devices: { d: { irqs: [16, 0x10] } }\n"
        "       |                        ^~\n");
}

TEST_CASE("an assertion has one claim, and the keys of another claim do not stand beside it") {
  CHECK(complaint(with("assert:\n  - { no-flow: { from: a, to: b }, may: { class: c, permission: p } }\n"
                       "  - { except-through: [n] }\n  - { only: [a] }\n")) ==
        "t.yaml:5:36: error: `may` needs `only` beside it [missing-key]\n"
        "     5 |   - { no-flow: { from: a, to: b }, may: { class: c, permission: p } }\n"
        "       |                                    ^~~\n"
        "t.yaml:6:5: error: an assertion needs one of `no-flow`, `only`, `may-only`, `nobody-may` or `at-most` "
        "[missing-key]\n"
        "     6 |   - { except-through: [n] }\n"
        "       |     ^\n"
        "t.yaml:6:7: error: `except-through` needs `no-flow` beside it [missing-key]\n"
        "     6 |   - { except-through: [n] }\n"
        "       |       ^~~~~~~~~~~~~~\n"
        "t.yaml:7:7: error: `only` needs `may` beside it [missing-key]\n"
        "     7 |   - { only: [a] }\n"
        "       |       ^~~~\n");
}

TEST_CASE("a connection has one kind") {
  CHECK(
      complaint(with("connections:\n  - { argo: { between: [a, b] }, vtpm: { backend: a, frontend: b } }\n  - {}\n")) ==
      "t.yaml:5:34: error: a connection has one key, its kind, and this is another; write an entry of its own for "
      "`vtpm` "
      "[exclusive-keys]\n"
      "     5 |   - { argo: { between: [a, b] }, vtpm: { backend: a, frontend: b } }\n"
      "       |                                  ^~~~\n"
      "t.yaml:5:7: note: first here\n"
      "     5 |   - { argo: { between: [a, b] }, vtpm: { backend: a, frontend: b } }\n"
      "       |       ^~~~\n"
      "t.yaml:6:5: error: a connection needs one key, its kind [missing-key]\n"
      "     6 |   - {}\n"
      "       |     ^\n");
}

TEST_CASE("a null where a text stands is named by how it is written") {
  CHECK(complaint(with("", "control: { role: control, kernel: ~, ramdisk: }")) ==
        "t.yaml:3:46: error: `kernel` takes a text, and `~` without quotes is nothing; write \"~\" [unquoted-text]\n"
        "     3 | domains: { control: { role: control, kernel: ~, ramdisk: } }\n"
        "       |                                              ^\n"
        "t.yaml:3:49: error: `ramdisk` takes a text, and this is nothing [wrong-type]\n"
        "     3 | domains: { control: { role: control, kernel: ~, ramdisk: } }\n"
        "       |                                                 ^~~~~~~\n");
}
