#include <catch2/catch.hpp>

#include "bulkhead/base/files.h"
#include "bulkhead/verify/debug_keys.h"

namespace bulkhead::verify {

namespace {

using hypervisor::Sbdf;

// Written as Xen 4.17 writes it, and the first inputs of the fuzzer; they end lines with blanks, as Xen does.
std::string sample(const std::string& name) {
  const auto text = read_file(std::string(BULKHEAD_SOURCE_DIR) + "/tests/fuzz/corpus/debug_keys/" + name, 65536);
  return text ? *text : std::string();
}

const std::string kDevices = sample("devices");
const std::string kDomains = sample("domains");

std::string with(std::string text, const std::string& old, const std::string& replacement) {
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), replacement);
}

std::string devices_error(const std::string& text) {
  const auto devices = parse_pci_devices(text);
  return devices ? "none" : devices.error().message();
}

std::string ranges_error(const std::string& text) {
  const auto ranges = parse_domain_ranges(text);
  return ranges ? "none" : ranges.error().message();
}

// Each line with what stands before it.
std::string before_each_line(const std::string& text, const std::string& inserted) {
  std::string result;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin) + 1;
    result += inserted + text.substr(begin, end - begin);
    begin = end;
  }
  return result;
}

std::string with_time(std::string text, const std::string& time) {
  for (std::size_t at = 0; (at = text.find("(XEN) ", at)) != std::string::npos; at += 6) {
    text.insert(at + 6, time);
  }
  return text;
}

}  // namespace

TEST_CASE("the owners of devices are read") {
  const auto owner = [](hypervisor::Domid domid) { return PciOwner{PciOwner::Kind::kDomain, domid}; };
  const PciOwner nobody{PciOwner::Kind::kNobody, 0};
  const PciOwner quarantine{PciOwner::Kind::kQuarantine, 0};
  const auto devices = parse_pci_devices(kDevices);
  REQUIRE(devices.has_value());
  CHECK(*devices == std::map<Sbdf, PciOwner>{{{0, 0, 0, 2}, quarantine},
                                             {{0, 0, 1, 0}, nobody},
                                             {{0, 0, 2, 0}, nobody},
                                             {{0, 0, 3, 0}, owner(2)},
                                             {{0, 0, 4, 0}, quarantine},
                                             {{0, 0, 5, 0}, owner(4)},
                                             {{0, 0, 0x1F, 2}, owner(1)},
                                             {{1, 0, 0, 0}, owner(10)}});
}

TEST_CASE("the ranges of domains are read") {
  const auto ranges = parse_domain_ranges(kDomains);
  REQUIRE(ranges.has_value());
  CHECK(*ranges ==
        std::map<hypervisor::Domid, Ranges>{
            {0, {}}, {2, {{{0xC040, 0xC05F}}, {{23, 23}, {25, 27}}, {{0xFEBA0, 0xFEBE3}, {0xFEC00, 0xFEC00}}}}});
}

TEST_CASE("the time before each line changes nothing") {
  for (const char* time :
       {"[2026-01-31 12:00:00] ", "[2026-01-31 12:00:00.123] ", "[   45.671234] ", "[00000a1b2c3d4e5f] "}) {
    CHECK(devices_error(with_time(kDevices, time)) == "none");
    CHECK(*parse_domain_ranges(with_time(kDomains, time)) == *parse_domain_ranges(kDomains));
  }
}

TEST_CASE("whole lines of guests and of Xen in between change nothing") {
  const std::string others =
      "(d3) 0000:00:03.0 - d3 - node -1 \n(d3) (XEN) 0000:00:03.0 - d3 - node -1 \n(d12)     I/O Memory { 0-fffff }\n"
      "(XEN) avc:  denied  { settime } for current=d1 scontext=system_u:system_r:hardware_t\n";
  CHECK(*parse_pci_devices(before_each_line(kDevices, others)) == *parse_pci_devices(kDevices));
  CHECK(*parse_domain_ranges(before_each_line(kDomains, others)) == *parse_domain_ranges(kDomains));
}

TEST_CASE("what stands before the section changes nothing, whatever it is") {
  const std::string before = "half a line\n0000:00:03.0 - d9 - node -1 \n(XEN)     I/O Memory { 0-1 }\n";
  CHECK(*parse_pci_devices(before + kDevices) == *parse_pci_devices(kDevices));
  CHECK(*parse_domain_ranges(before + kDomains) == *parse_domain_ranges(kDomains));
}

TEST_CASE("a section whose head is lost is refused") {
  CHECK(devices_error(kDevices.substr(kDevices.find('\n') + 1)) == "the beginning of the section is not in the ring");
  CHECK(ranges_error(kDomains.substr(kDomains.find('\n') + 1)) == "the beginning of the section is not in the ring");
  CHECK(devices_error("") == "the beginning of the section is not in the ring");
}

TEST_CASE("a section that begins twice is refused") {
  CHECK(devices_error(kDevices + kDevices) ==
        "line 12 of what Xen printed, `==== PCI devices ====`: the section begins a second time");
  CHECK(ranges_error(kDomains + kDomains) ==
        "line 35 of what Xen printed, `'q' pressed -> dumping domain info (now = 45671234567)`: "
        "the section begins a second time");
}

TEST_CASE("a section that ends early is refused") {
  for (std::size_t size = 0; size < kDomains.find("(XEN) Notifying"); ++size) {
    INFO(size);
    CHECK(ranges_error(kDomains.substr(0, size)) != "none");
  }
  CHECK(devices_error("(XEN) ==== PCI devices ====\n") == "Xen printed no PCI segment");
}

TEST_CASE("a line without a prefix is refused: it is the hardware domain's, or the rest of a torn one") {
  CHECK(devices_error(with(kDevices, "(XEN) 0000:00:04.0", "0000:00:04.0")) ==
        "line 5 of what Xen printed, `0000:00:04.0 - DomIO:8001 - node 0  `: "
        "nobody that may write into the ring writes such a line");
  CHECK(ranges_error(with(kDomains, "(XEN)     I/O Ports", "    I/O Ports")) ==
        "line 9 of what Xen printed, `    I/O Ports  { }`: nobody that may write into the ring writes such a line");
}

TEST_CASE("a torn line is refused") {
  CHECK(devices_error(with(kDevices, "0000:00:03.0 - d2", "0000:00:03.0 - (d3) x\nd2")) ==
        "line 6 of what Xen printed, `0000:00:03.0 - (d3) x`: two lines in one");
  CHECK(devices_error(with(kDevices, "(XEN) 0000:00:03.0", "(XEN) Some (XEN) 0000:00:03.0")) ==
        "line 6 of what Xen printed, `Some (XEN) 0000:00:03.0 - d2 - node 12  - MSIs < 25 26 27 >`: two lines in one");
}

TEST_CASE("a device that is not exactly as Xen prints it is refused") {
  for (const char* line :
       {"0000:00:03.0 - d2", "0000:00:03.0", "0000:00:03.0 - d2 - node -1", "0000:00:03.0 - d2 - node 1 ",
        "0000:00:03.0 - d02 - node -1 ", "0000:00:03.0 - d32768 - node -1 ", "0000:00:03.0 - d2 - node -1  - MSIs < >x",
        "0000:00:03.0 - d2 - node -1  - MSIs < 25", "0000:00:03.0 - d2d3 - node -1 ",
        "0000:00:03.0 - d[IDLE] - node -1 ", "0000:00:03.0 -- d2 - node -1 ", "0000:00:03.0 - d-1 - node -1 "}) {
    INFO(line);
    CHECK(devices_error(with(kDevices, "0000:00:03.0 - d2 - node 12  - MSIs < 25 26 27 >", line)) ==
          "line 6 of what Xen printed, `" + std::string(line) + "`: not a device as Xen prints it");
  }
}

TEST_CASE("a device that stands twice is refused, whether its owners agree or not") {
  CHECK(devices_error(with(kDevices, "0000:00:04.0 - DomIO:8001 - node 0  ", "0000:00:05.0 - d4 - node -1 ")) ==
        "line 5 of what Xen printed, `0000:00:05.0 - d4 - node -1 `: the device stands there a second time");
}

TEST_CASE("a device outside of its segment and a segment that stands twice are refused") {
  CHECK(devices_error(with(kDevices, "0000:00:04.0", "0001:00:04.0")) ==
        "line 5 of what Xen printed, `0001:00:04.0 - DomIO:8001 - node 0  `: not a device of this segment");
  CHECK(devices_error(with(kDevices, "segment 0001", "segment 0000")) ==
        "line 10 of what Xen printed, `==== segment 0000 ====`: not a new segment");
}

TEST_CASE("a domain that stands twice is refused") {
  std::string text = kDomains;
  for (const char* heading :
       {"General information for domain 2", "Rangesets belonging to domain 2", "Memory pages belonging to domain 2",
        "NODE affinity for domain 2", "callbacks for domain 2"}) {
    text = with(text, heading, std::string(heading).replace(std::string(heading).size() - 1, 1, "0"));
  }
  CHECK(ranges_error(text) == "line 19 of what Xen printed, `General information for domain 0:`: not in its place");
}

TEST_CASE("a heading of another domain, or none, is refused") {
  for (const char* heading : {"Rangesets belonging to domain 2", "Memory pages belonging to domain 2",
                              "NODE affinity for domain 2", "VCPU information and callbacks for domain 2"}) {
    INFO(heading);
    std::string other = heading;
    other.back() = '7';
    CHECK(ranges_error(with(kDomains, heading, other)) != "none");
    CHECK(ranges_error(with(kDomains, heading, "Something else")) != "none");
  }
}

TEST_CASE("a set of ranges that is missing, stands twice or outside of its place is refused") {
  CHECK(ranges_error(with(kDomains, "(XEN)     I/O Ports  { c040-c05f }\n", "")) ==
        "line 26 of what Xen printed, `Memory pages belonging to domain 2:`: not in its place");
  CHECK(ranges_error(with(kDomains, "    I/O Ports  { c040-c05f }", "    Interrupts { 23 }")) ==
        "line 26 of what Xen printed, `    Interrupts { 23 }`: not a set of ranges, or a second one of its kind");
  CHECK(ranges_error(with(kDomains, "No periodic timer", "    I/O Memory { 0 }")) ==
        "line 18 of what Xen printed, `    I/O Memory { 0 }`: not in its place");
  CHECK(ranges_error(with(kDomains, "    I/O Ports  { c040-c05f }", "    Something { }")) ==
        "line 26 of what Xen printed, `    Something { }`: no known set of ranges");
}

TEST_CASE("ranges that are not as Xen prints them are refused") {
  for (const char* ranges :
       {"23,25", "{ 23 25 }", "{ 25-23 }", "{ 23-23 }", "{ 25, 23 }", "{ 23, 23 }", "{ 23", "{ 23,", "{ 0x17 }",
        "{ 023 }", "{ 23 } ", "{ -1 }", "{ 99999999999999999999 }", "{}", "{ a }"}) {
    INFO(ranges);
    CHECK(ranges_error(with(kDomains, "Interrupts { 23, 25-27 }", "Interrupts " + std::string(ranges))) != "none");
  }
}

TEST_CASE("a domain without any set of ranges has none") {
  const std::string sets = "    Interrupts { }\n(XEN)     I/O Memory { }\n(XEN)     I/O Ports  { }";
  const auto ranges = parse_domain_ranges(with(kDomains, sets, "    None"));
  REQUIRE(ranges.has_value());
  CHECK(ranges->at(0) == Ranges{});
}

TEST_CASE("what a message quotes of a line can be printed and is short") {
  const std::string bad(300, '\x1b');
  CHECK(devices_error("(XEN) ==== PCI devices ====\n" + bad + "\n") ==
        "line 2 of what Xen printed, `" + std::string(100, '?') +
            "`: nobody that may write into the ring writes such a line");
}

}  // namespace bulkhead::verify
