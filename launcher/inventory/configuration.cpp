#include "configuration.h"

#include <fmt/format.h>

namespace bulkhead::inventory {
namespace {

constexpr std::size_t kHeaderBytes = 64;
constexpr std::size_t kStatus = 0x06;
constexpr unsigned kHasCapabilities = 0x10;
constexpr std::size_t kHeaderType = 0x0E;
constexpr unsigned kHeaderTypeMask = 0x7F;
constexpr unsigned kCardBusHeader = 2;
constexpr std::size_t kCapabilities = 0x34;
constexpr std::size_t kCardBusCapabilities = 0x14;
constexpr std::size_t kInterruptLine = 0x3C;
constexpr std::size_t kInterruptPin = 0x3D;
constexpr unsigned kMsi = 0x05;
constexpr unsigned kMsiX = 0x11;
// A capability is four bytes or more and stands behind the header: a longer chain than this runs in a circle.
constexpr std::size_t kMaxCapabilities = (256 - kHeaderBytes) / 4;

}  // namespace

ConfigurationReading parse_configuration(std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  if (bytes.size() < kHeaderBytes) {
    return {{}, fmt::format("{} bytes, and a header has {}", bytes.size(), kHeaderBytes)};
  }
  const unsigned type = byte(kHeaderType) & kHeaderTypeMask;
  if (type > kCardBusHeader) return {{}, fmt::format("header type {:#x}; the device does not answer", type)};
  Configuration found{.is_bridge = type != 0,
                      .msi = false,
                      .interrupt_pin = byte(kInterruptPin),
                      .interrupt_line = byte(kInterruptLine)};
  if ((byte(kStatus) & kHasCapabilities) == 0) return {found, {}};
  std::size_t at = byte(type == kCardBusHeader ? kCardBusCapabilities : kCapabilities) & 0xFCU;
  for (std::size_t seen = 0; at != 0; ++seen) {
    if (at + 1 >= bytes.size()) {
      return {{}, fmt::format("{} bytes, and capabilities stand behind them; only root can read those", bytes.size())};
    }
    if (at < kHeaderBytes || seen == kMaxCapabilities) return {{}, "its list of capabilities does not end"};
    found.msi = found.msi || byte(at) == kMsi || byte(at) == kMsiX;
    at = byte(at + 1) & 0xFCU;
  }
  return {found, {}};
}

}  // namespace bulkhead::inventory
