#include <numeric>
#include <string>

#include <catch2/catch.hpp>

#include "acpi_tables.h"
#include "bulkhead/hypervisor/hypervisor.h"
#include "pvh_layout.h"

namespace bulkhead::hypervisor {

namespace {

using TableBytes = std::vector<std::uint8_t>;

std::uint64_t number(const TableBytes& bytes, std::size_t offset, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = width; i-- > 0;) {
    value = value << 8U | bytes.at(offset + i);
  }
  return value;
}

std::string text(const TableBytes& bytes, std::size_t offset, std::size_t length) {
  return {bytes.begin() + static_cast<std::ptrdiff_t>(offset),
          bytes.begin() + static_cast<std::ptrdiff_t>(offset + length)};
}

// The low byte of the sum, which ACPI wants to be 0.
std::uint8_t sum(const TableBytes& bytes) {
  return std::accumulate(bytes.begin(), bytes.end(), std::uint8_t{0},
                         [](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a + b); });
}

TableBytes part(const TableBytes& bytes, std::size_t offset, std::size_t length) {
  REQUIRE(offset + length <= bytes.size());
  return {bytes.begin() + static_cast<std::ptrdiff_t>(offset),
          bytes.begin() + static_cast<std::ptrdiff_t>(offset + length)};
}

// What lies at `address` of the domain's memory, cut to the length that it states.
TableBytes table_at(const TableBytes& all, std::uint64_t address) {
  REQUIRE(address >= kAcpiStart);
  const std::size_t offset = address - kAcpiStart;
  return part(all, offset, number(all, offset + 4, 4));
}

struct Tables {
  explicit Tables(std::uint32_t vcpus)
      : all(acpi_tables(kAcpiStart, vcpus)),
        rsdp(part(all, 0, 36)),
        xsdt(table_at(all, number(rsdp, 24, 8))),
        fadt(table_at(all, number(xsdt, 36, 8))),
        madt(table_at(all, number(xsdt, 44, 8))),
        dsdt(table_at(all, number(fadt, 140, 8))) {}
  TableBytes all;
  TableBytes rsdp;
  TableBytes xsdt;
  TableBytes fadt;
  TableBytes madt;
  TableBytes dsdt;
};

TableBytes operator+(TableBytes left, const TableBytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

TableBytes from(const std::string& letters) {
  return {letters.begin(), letters.end()};
}

// Of a table, behind signature, length, revision and checksum.
const TableBytes kMaker = from("BULKHDBULKHEAD") + TableBytes{1, 0, 0, 0} + from("BLKH") + TableBytes{1, 0, 0, 0};

}  // namespace

TEST_CASE("a reader who follows the pointers from the root finds the four tables, whole") {
  for (const std::uint32_t vcpus : {1U, 2U, 128U}) {
    INFO(vcpus);
    const Tables tables(vcpus);
    CHECK(text(tables.rsdp, 0, 8) == "RSD PTR ");
    CHECK(text(tables.xsdt, 0, 4) == "XSDT");
    CHECK(text(tables.fadt, 0, 4) == "FACP");
    CHECK(text(tables.madt, 0, 4) == "APIC");
    CHECK(text(tables.dsdt, 0, 4) == "DSDT");
    CHECK(tables.xsdt.size() == 52);
    CHECK(tables.fadt.size() == 268);
    CHECK(tables.madt.size() == 44 + 8 * vcpus);
    CHECK(tables.dsdt.size() == 36);
    CHECK(tables.all.size() <= kAcpiBytes);
  }
}

TEST_CASE("each table adds up to 0, the root pointer also in its old part") {
  for (const std::uint32_t vcpus : {1U, 7U, 128U}) {
    INFO(vcpus);
    const Tables tables(vcpus);
    CHECK(sum(part(tables.rsdp, 0, 20)) == 0);
    for (const TableBytes* table : {&tables.rsdp, &tables.xsdt, &tables.fadt, &tables.madt, &tables.dsdt}) {
      CHECK(sum(*table) == 0);
    }
  }
}

TEST_CASE("the small tables of a domain with two processors, byte by byte") {
  const Tables tables(2);
  const auto checksum = [](const TableBytes& table) { return TableBytes{table.at(9)}; };
  CHECK(tables.dsdt == from("DSDT") + TableBytes{36, 0, 0, 0, 2} + checksum(tables.dsdt) + kMaker);
  CHECK(tables.madt == from("APIC") + TableBytes{60, 0, 0, 0, 3} + checksum(tables.madt) + kMaker +
                           TableBytes{0x00, 0x00, 0xE0, 0xFE, 0, 0, 0, 0} +  // local APICs' address, no pair of 8259
                           TableBytes{0, 8, 0, 0, 1, 0, 0, 0} +              // processor 0, APIC id 0, enabled
                           TableBytes{0, 8, 1, 2, 1, 0, 0, 0});              // processor 1, APIC id 2, enabled
  CHECK(tables.rsdp == from("RSD PTR ") + TableBytes{tables.rsdp.at(8)} + from("BULKHD") + TableBytes{2, 0, 0, 0, 0} +
                           TableBytes{36, 0, 0, 0} + TableBytes{0xB0, 0x01, 0xF0, 0xFE, 0, 0, 0, 0} +
                           TableBytes{tables.rsdp.at(32), 0, 0, 0});
}

TEST_CASE("the fixed table says that there is no old hardware, and nothing else") {
  const Tables tables(1);
  TableBytes expected(268, 0);
  const auto lay = [&](std::size_t offset, const TableBytes& bytes) {
    std::copy(bytes.begin(), bytes.end(), expected.begin() + static_cast<std::ptrdiff_t>(offset));
  };
  lay(0, from("FACP") + TableBytes{0x0C, 0x01, 0, 0, 5, tables.fadt.at(9)} + kMaker);
  lay(109, {0x24, 0x00});              // no VGA, no CMOS clock; no 8042 and no other old device: bits that are 0
  lay(112, {0x75, 0x10, 0x10, 0x00});  // hardware-reduced; WBINVD and HLT work; no fixed buttons or clock; headless
  lay(140, {0x30, 0x00, 0xF0, 0xFE});
  CHECK(tables.fadt == expected);
}

TEST_CASE("the last processor's APIC id fits its byte") {
  const Tables tables(kMaxPvhVcpus);
  CHECK(part(tables.madt, tables.madt.size() - 8, 8) == TableBytes{0, 8, 127, 254, 1, 0, 0, 0});
}

TEST_CASE("the tables lie beside the special frames and the local APIC, not on them") {
  CHECK(kAcpiStart >= 0xFEE00000 + 0x100000);  // where message-signalled interrupts are written to
  CHECK(kAcpiStart + kAcpiBytes <= (kSpecialFramesEnd - kSpecialFrames) * 4096);
}

}  // namespace bulkhead::hypervisor
