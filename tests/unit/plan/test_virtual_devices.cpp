// Numbers and addresses that the compiler gives to front ends' devices.
#include <set>

#include <catch2/catch.hpp>

#include "sample_plan.h"
#include "virtual_devices.h"

namespace bulkhead::plan {

namespace {

Connection interface(std::uint32_t frontend, const std::string& mac = {}) {
  Connection made;
  made.kind = "network";
  made.backend_domid = 2;
  made.frontend_domid = frontend;
  made.network = NetworkPart{std::nullopt, mac, 0};
  return made;
}

std::vector<NetworkPart> numbered(std::vector<Connection> connections, const std::string& host) {
  number_interfaces(connections, sample_plan().domains, host);
  std::vector<NetworkPart> parts;
  parts.reserve(connections.size());
  for (const Connection& connection : connections) {
    parts.push_back(*connection.network);
  }
  return parts;
}

}  // namespace

TEST_CASE("a disk's name becomes the number that Xen's front ends know it by") {
  const std::vector<std::pair<const char*, std::uint32_t>> numbers{{"xvda", 51712},
                                                                   {"xvda1", 51713},
                                                                   {"xvdb", 51728},
                                                                   {"xvdp15", 51967},
                                                                   {"xvdq", (1U << 28U) | (16U << 8U)},
                                                                   {"xvda16", (1U << 28U) | 16U},
                                                                   {"xvdz", (1U << 28U) | (25U << 8U)},
                                                                   {"xvdaa", (1U << 28U) | (26U << 8U)},
                                                                   {"sda", 2048},
                                                                   {"sdb3", 2067},
                                                                   {"hda", 768},
                                                                   {"hdb1", 833},
                                                                   {"hdc", 5632},
                                                                   {"hdd2", 5698}};
  for (const auto& [name, number] : numbers) {
    INFO(name);
    CHECK(virtual_device_number(name) == number);
  }
}

TEST_CASE("the interfaces of each front end are numbered from 0") {
  const auto parts = numbered({interface(3), interface(2), interface(3)}, "lab");
  CHECK(parts[0].handle == 0);
  CHECK(parts[1].handle == 0);
  CHECK(parts[2].handle == 1);
}

TEST_CASE("an address that the spec gives stays, and the others are Xen's, all different and always the same") {
  const std::vector<Connection> connections{interface(3, "02:00:00:00:00:01"), interface(3), interface(2)};
  const auto parts = numbered(connections, "lab");
  CHECK(parts == numbered(connections, "lab"));
  CHECK(parts[0].mac == "02:00:00:00:00:01");
  std::set<std::string> macs;
  for (const NetworkPart& part : parts) {
    macs.insert(part.mac);
  }
  CHECK(macs.size() == 3);
  CHECK(parts[1].mac.starts_with("00:16:3e:"));
  CHECK(parts[1].mac.size() == 17);
}

TEST_CASE("two hosts give the same domain different addresses") {
  CHECK(numbered({interface(3)}, "lab")[0].mac != numbered({interface(3)}, "office")[0].mac);
}

TEST_CASE("an address that is taken, in either case of its letters, is not given again") {
  const std::string mac = numbered({interface(3)}, "lab")[0].mac;
  std::string upper = mac;
  for (char& c : upper) {
    c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  const auto parts = numbered({interface(3), interface(2, upper)}, "lab");
  CHECK(parts[0].mac != mac);
  CHECK(parts[0].mac.starts_with("00:16:3e:"));
  CHECK(parts[1].mac == upper);
}

}  // namespace bulkhead::plan
