#include <catch2/catch.hpp>

#include "bulkhead/hypervisor/hypervisor.h"

namespace bulkhead::hypervisor {

TEST_CASE("an address of a PCI function is read in one form only") {
  CHECK(parse_sbdf("0000:00:03.0") == Sbdf{.segment = 0, .bus = 0, .device = 3, .function = 0});
  CHECK(parse_sbdf("10aF:ff:1f.7") == Sbdf{.segment = 0x10AF, .bus = 0xFF, .device = 0x1F, .function = 7});
  for (const std::string_view text :
       {"", "00:03.0", "0000:00:03", "0000:00:03.00", " 0000:00:03.0", "0000:00:03.0 ", "0000-00-03.0", "0000:00:20.0",
        "0000:00:03.8", "0000:00:0g.0", "0x00:00:03.0", "-001:00:03.0", "+001:00:03.0", "0000:0 :03.0"}) {
    INFO(text);
    CHECK(parse_sbdf(text) == std::nullopt);
  }
}

TEST_CASE("every address is read back from its text") {
  for (unsigned devfn = 0; devfn < 256; ++devfn) {
    for (const unsigned bus : {0U, 0x7FU, 0xFFU}) {
      const Sbdf sbdf{.segment = static_cast<std::uint16_t>(bus * 257),
                      .bus = static_cast<std::uint8_t>(bus),
                      .device = static_cast<std::uint8_t>(devfn / 8),
                      .function = static_cast<std::uint8_t>(devfn % 8)};
      REQUIRE(parse_sbdf(to_text(sbdf)) == sbdf);
    }
  }
  CHECK(to_text({.segment = 0xA, .bus = 0xB, .device = 0x1C, .function = 5}) == "000a:0b:1c.5");
}

}  // namespace bulkhead::hypervisor
