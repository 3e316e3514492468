#include <charconv>

#include <fmt/format.h>

#include "bulkhead/hypervisor/hypervisor.h"

namespace bulkhead::hypervisor {

namespace {

std::optional<std::uint32_t> hex(std::string_view digits) {
  std::uint32_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
  return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<Sbdf> parse_sbdf(std::string_view text) {
  if (text.size() != 12 || text[4] != ':' || text[7] != ':' || text[10] != '.') {
    return std::nullopt;
  }
  const auto segment = hex(text.substr(0, 4));
  const auto bus = hex(text.substr(5, 2));
  const auto device = hex(text.substr(8, 2));
  const auto function = hex(text.substr(11, 1));
  if (!segment || !bus || !device || !function || *device > 31 || *function > 7) {
    return std::nullopt;
  }
  return Sbdf{.segment = static_cast<std::uint16_t>(*segment),
              .bus = static_cast<std::uint8_t>(*bus),
              .device = static_cast<std::uint8_t>(*device),
              .function = static_cast<std::uint8_t>(*function)};
}

std::string to_text(Sbdf sbdf) {
  return fmt::format("{:04x}:{:02x}:{:02x}.{}", sbdf.segment, sbdf.bus, sbdf.device, sbdf.function);
}

}  // namespace bulkhead::hypervisor
