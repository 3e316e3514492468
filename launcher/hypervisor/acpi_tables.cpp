#include "acpi_tables.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string_view>
#include <utility>

#include "bulkhead/base/check.h"
#include "bulkhead/hypervisor/hypervisor.h"
#include "pvh_layout.h"

namespace bulkhead::hypervisor {

namespace {

constexpr std::uint32_t kLengthOffset = 4;
constexpr std::uint32_t kChecksumOffset = 9;
constexpr std::uint64_t kAlignment = 16;
constexpr std::uint32_t kLocalApic = 0xFEE00000;

// Fixed ACPI description table. Registers, interrupt and FACS of full ACPI stay 0: hardware-reduced ACPI has none.
constexpr std::uint32_t kFadtBytes = 268;  // of ACPI 5.0, the first with hardware-reduced ACPI
constexpr std::uint32_t kFadtFlagsOffset = 112;
constexpr std::uint32_t kFadtBootOffset = 109;
constexpr std::uint32_t kFadtDsdtOffset = 140;
constexpr std::uint16_t kNoVga = 1U << 2U;
constexpr std::uint16_t kNoClock = 1U << 5U;  // and the bits for an 8042 and other old devices stay 0: there are none
constexpr std::uint32_t kWbinvd = 1U << 0U;
constexpr std::uint32_t kHalt = 1U << 2U;
constexpr std::uint32_t kNoFixedButtons = 1U << 4U | 1U << 5U;
constexpr std::uint32_t kNoFixedClock = 1U << 6U;
constexpr std::uint32_t kHeadless = 1U << 12U;
constexpr std::uint32_t kHardwareReduced = 1U << 20U;

using TableBytes = std::vector<std::uint8_t>;

class Table {
 public:
  // The header that all tables but the root pointer have.
  Table(std::string_view signature, std::uint8_t revision) {
    put(signature);
    put(0, 4);  // length
    put(revision, 1);
    put(0, 1);  // checksum
    put("BULKHD");
    put("BULKHEAD");
    put(1, 4);
    put("BLKH");
    put(1, 4);
  }
  Table() = default;
  void put(std::string_view text) { bytes_.insert(bytes_.end(), text.begin(), text.end()); }
  void put(std::uint64_t value, std::uint32_t width) {
    bytes_.resize(bytes_.size() + width);
    set(bytes_.size() - width, value, width);
  }
  void set(std::size_t offset, std::uint64_t value, std::uint32_t width) {
    for (std::uint32_t i = 0; i < width; ++i) {
      bytes_[offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }
  void fill(std::size_t size) { bytes_.resize(size); }
  // Makes the first `size` bytes add up to 0.
  void set_checksum(std::size_t offset, std::size_t size) {
    const auto sum = std::accumulate(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(size), 0U);
    bytes_[offset] = static_cast<std::uint8_t>(bytes_[offset] - sum);
  }
  [[nodiscard]] TableBytes sealed() && {
    set(kLengthOffset, bytes_.size(), 4);
    set_checksum(kChecksumOffset, bytes_.size());
    return std::move(bytes_);
  }
  [[nodiscard]] TableBytes take() && { return std::move(bytes_); }

 private:
  TableBytes bytes_;
};

// A definition block without a definition: what there is, Xen's CPUID leaves and xenstore say.
TableBytes make_dsdt() {
  return Table("DSDT", 2).sealed();
}

TableBytes make_fadt(std::uint64_t dsdt) {
  Table fadt("FACP", 5);
  fadt.fill(kFadtBytes);
  fadt.set(kFadtBootOffset, kNoVga | kNoClock, 2);
  fadt.set(kFadtFlagsOffset, kWbinvd | kHalt | kNoFixedButtons | kNoFixedClock | kHeadless | kHardwareReduced, 4);
  fadt.set(kFadtDsdtOffset, dsdt, 8);
  return std::move(fadt).sealed();
}

// The processors. The flag for a pair of 8259 stays 0.
TableBytes make_madt(std::uint32_t vcpus) {
  Table madt("APIC", 3);
  madt.put(kLocalApic, 4);
  madt.put(0, 4);
  for (std::uint32_t vcpu = 0; vcpu < vcpus; ++vcpu) {
    madt.put(0, 1);                        // a local APIC,
    madt.put(8, 1);                        // in 8 bytes
    madt.put(vcpu, 1);                     // Linux takes it for Xen's number of the vCPU
    madt.put(std::uint64_t{2} * vcpu, 1);  // the id that Xen gives it (vlapic_reset)
    madt.put(1, 4);                        // enabled
  }
  return std::move(madt).sealed();
}

TableBytes make_xsdt(std::uint64_t fadt, std::uint64_t madt) {
  Table xsdt("XSDT", 1);
  xsdt.put(fadt, 8);
  xsdt.put(madt, 8);
  return std::move(xsdt).sealed();
}

TableBytes make_rsdp(std::uint64_t xsdt) {
  constexpr std::size_t kBytes = 36;
  Table rsdp;
  rsdp.put("RSD PTR ");
  rsdp.put(0, 1);  // checksum
  rsdp.put("BULKHD");
  rsdp.put(2, 1);  // revision
  rsdp.put(0, 4);  // no table of 32-bit pointers
  rsdp.put(kBytes, 4);
  rsdp.put(xsdt, 8);
  rsdp.put(0, 4);            // checksum of all, and three reserved bytes
  rsdp.set_checksum(8, 20);  // of the part that ACPI 1.0 has
  rsdp.set_checksum(32, kBytes);
  return std::move(rsdp).take();
}

// Tables one after the other from `address` on.
class Space {
 public:
  Space(std::uint64_t address, std::size_t reserved) : address_(address), bytes_(reserved) {}
  std::uint64_t place(const TableBytes& table) {
    bytes_.resize((bytes_.size() + kAlignment - 1) / kAlignment * kAlignment);
    const std::uint64_t placed = address_ + bytes_.size();
    bytes_.insert(bytes_.end(), table.begin(), table.end());
    return placed;
  }
  [[nodiscard]] TableBytes finish(const TableBytes& first) && {
    std::copy(first.begin(), first.end(), bytes_.begin());
    return std::move(bytes_);
  }

 private:
  std::uint64_t address_;
  TableBytes bytes_;
};

}  // namespace

std::vector<std::uint8_t> acpi_tables(std::uint64_t address, std::uint32_t vcpus) {
  BULKHEAD_CHECK(vcpus >= 1 && vcpus <= kMaxPvhVcpus, "check() of the build refuses another number of processors");
  Space space(address, make_rsdp(0).size());
  const std::uint64_t dsdt = space.place(make_dsdt());
  const std::uint64_t fadt = space.place(make_fadt(dsdt));
  const std::uint64_t madt = space.place(make_madt(vcpus));
  const std::uint64_t xsdt = space.place(make_xsdt(fadt, madt));
  TableBytes tables = std::move(space).finish(make_rsdp(xsdt));
  BULKHEAD_CHECK(tables.size() <= kAcpiBytes, "the tables of the most processors fit their place");
  return tables;
}

}  // namespace bulkhead::hypervisor
