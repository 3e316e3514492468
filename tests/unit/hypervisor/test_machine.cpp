#include <catch2/catch.hpp>

#include "bulkhead/base/files.h"
#include "bulkhead/hypervisor/libxen.h"

namespace bulkhead::hypervisor {

TEST_CASE("a file is read whole, with any bytes") {
  const auto folder = TemporaryFolder::make();
  REQUIRE(folder);
  const std::string path = folder->path() + "/kernel";
  const std::string content("a\0b\n\xFF", 5);
  REQUIRE(write_scratch_file(path, content));
  const auto read = open_machine()->read_file(path);
  REQUIRE(read);
  CHECK(**read == content);
}

TEST_CASE("a file that is not there is an error with its path") {
  const auto folder = TemporaryFolder::make();
  REQUIRE(folder);
  const std::string path = folder->path() + "/none";
  const auto read = open_machine()->read_file(path);
  REQUIRE_FALSE(read);
  CHECK(read.error().message() == "open `" + path + "`: No such file or directory");
}

TEST_CASE("a device of another segment than 0 is refused without touching a port") {
  const auto identity = open_machine()->pci_identity({.segment = 1, .bus = 0, .device = 3, .function = 0});
  REQUIRE_FALSE(identity);
  CHECK(identity.error().message() ==
        "read the identity of device 0001:00:03.0: ports 0xCF8 and 0xCFC reach segment 0 only");
}

TEST_CASE("the clock does not go back") {
  const auto machine = open_machine();
  const auto before = machine->now();
  machine->sleep(std::chrono::nanoseconds(1));
  CHECK(machine->now() > before);
}

}  // namespace bulkhead::hypervisor
