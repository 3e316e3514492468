#include <catch2/catch.hpp>

#include "configuration.h"
#include "machine_folder.h"

using namespace bulkhead::inventory;
using bulkhead::inventory::test::Header;

namespace {

std::string problem_of(const std::string& bytes) {
  const ConfigurationReading reading = parse_configuration(bytes);
  CHECK_FALSE(reading.configuration.has_value());
  return reading.problem;
}

}  // namespace

TEST_CASE("MSI and MSI-X are found wherever they stand in the list of capabilities") {
  CHECK(parse_configuration(Header{.type = 0, .pin = 1, .line = 11, .capabilities = "\x01\x05"}.bytes())
            .configuration->msi);
  CHECK(parse_configuration(Header{.type = 0, .pin = 1, .line = 11, .capabilities = "\x11\x10"}.bytes())
            .configuration->msi);
}

TEST_CASE("a device with other capabilities, or none, has no MSI") {
  CHECK_FALSE(parse_configuration(Header{.type = 0, .pin = 1, .line = 11, .capabilities = "\x01\x10"}.bytes())
                  .configuration->msi);
  CHECK_FALSE(
      parse_configuration(Header{.type = 0, .pin = 1, .line = 11, .capabilities = ""}.bytes()).configuration->msi);
}

TEST_CASE("pin, line and kind of header are read") {
  const auto bridge =
      parse_configuration(Header{.type = 0x81, .pin = 2, .line = 10, .capabilities = ""}.bytes()).configuration;
  REQUIRE(bridge.has_value());
  CHECK(bridge->is_bridge);
  CHECK(bridge->interrupt_pin == 2);
  CHECK(bridge->interrupt_line == 10);
  CHECK_FALSE(parse_configuration(Header{.type = 0x80, .pin = 0, .line = 0, .capabilities = ""}.bytes())
                  .configuration->is_bridge);
}

TEST_CASE("64 bytes are enough for a device without capabilities only") {
  const Header plain{.type = 0, .pin = 1, .line = 11, .capabilities = ""};
  CHECK(parse_configuration(plain.bytes().substr(0, 64)).configuration.has_value());
  const Header with_msi{.type = 0, .pin = 1, .line = 11, .capabilities = "\x05"};
  CHECK(problem_of(with_msi.bytes().substr(0, 64)) ==
        "64 bytes, and capabilities stand behind them; only root can read those");
}

TEST_CASE("a configuration space that is cut, of a device that is gone, or a list in a circle is refused") {
  CHECK(problem_of("") == "0 bytes, and a header has 64");
  CHECK(problem_of(std::string(63, '\0')) == "63 bytes, and a header has 64");
  CHECK(problem_of(std::string(256, '\xFF')) == "header type 0x7f; the device does not answer");
  std::string circle = Header{.type = 0, .pin = 1, .line = 11, .capabilities = "\x01"}.bytes();
  circle[0x41] = 0x40;
  CHECK(problem_of(circle) == "its list of capabilities does not end");
  std::string into_header = Header{.type = 0, .pin = 1, .line = 11, .capabilities = "\x01"}.bytes();
  into_header[0x34] = 0x10;
  CHECK(problem_of(into_header) == "its list of capabilities does not end");
}
