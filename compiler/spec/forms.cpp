#include "forms.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "bulkhead/abi/abi.h"
#include "bulkhead/base/render.h"
#include "bulkhead/base/text.h"

namespace bulkhead::spec {
namespace {

constexpr std::size_t kMaxName = 32;
constexpr std::size_t kMaxWord = 64;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_small(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_letter(char c) {
  return is_small(c) || (c >= 'A' && c <= 'Z');
}
constexpr bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool all_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_hex);
}

// The digits are known to fit.
template <typename T>
T hex_value(std::string_view digits) {
  T value{};
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

// 0x and up to 16 digits, or up to 19 decimal digits: always fits into 64 bits.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x");
  const std::string_view digits = hexadecimal ? text.substr(2) : text;
  if (digits.empty() || digits.size() > (hexadecimal ? 16 : 19)) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, hexadecimal ? 16 : 10);
  return error == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
}

struct Unit {
  std::string_view name;
  unsigned shift;
  std::size_t max_digits;  // so that the product fits
};
constexpr auto kUnits = std::to_array<Unit>({{"KiB", 10, 15}, {"MiB", 20, 12}, {"GiB", 30, 9}, {"TiB", 40, 6}});

std::string list_choices(std::span<const std::string_view> choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    text += i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ";
    text += quoted(choices[i]);
  }
  return text;
}

std::string describe_integer(const Shape& shape) {
  const std::string low = print_number(shape.minimum, shape.hexadecimal);
  if (shape.maximum == std::numeric_limits<std::int64_t>::max()) {
    return shape.minimum == 0 ? "a whole number" : fmt::format("a whole number from {} on", low);
  }
  if (shape.minimum == shape.maximum) {
    return quoted(low);
  }
  return fmt::format("a whole number from {} to {}", low, print_number(shape.maximum, shape.hexadecimal));
}

}  // namespace

std::string_view pattern(Form form) {
  switch (form) {
    case Form::kText:
      return "^ *[^ \\u0000-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069\\uFEFF]"
             "[^\\u0000-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069\\uFEFF]*$";
    case Form::kName:
      return kNamePattern;
    case Form::kWord:
      return "^[A-Za-z][A-Za-z0-9_.-]{0,63}$";
    case Form::kSize:
      return "^([1-9][0-9]{0,14} ?KiB|[1-9][0-9]{0,11} ?MiB|[1-9][0-9]{0,8} ?GiB|[1-9][0-9]{0,5} ?TiB)$";
    case Form::kPciAddress:
      return "^([0-9A-Fa-f]{4}:)?[0-9A-Fa-f]{2}:[01][0-9A-Fa-f]\\.[0-7]$";
    case Form::kRange:
      return "^(0x[0-9A-Fa-f]{1,16}|[0-9]{1,19})(-(0x[0-9A-Fa-f]{1,16}|[0-9]{1,19}))?$";
    case Form::kMac:
      return "^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$";
    case Form::kInteger:
    case Form::kBool:
    case Form::kXenVersion:
    case Form::kChoice:
    case Form::kList:
    case Form::kNamed:
    case Form::kStruct:
    case Form::kOneKey:
    case Form::kEither:
      return {};
  }
  return {};
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName && is_small(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_small(c) || is_digit(c) || c == '-'; });
}

bool is_word(std::string_view text) {
  const auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-'; };
  return !text.empty() && text.size() <= kMaxWord && is_letter(text[0]) && std::all_of(text.begin(), text.end(), fits);
}

bool is_mac(std::string_view text) {
  const std::vector<std::string_view> bytes = split(text, ':');
  return bytes.size() == 6 &&
         std::all_of(bytes.begin(), bytes.end(), [](std::string_view b) { return b.size() == 2 && all_hex(b); });
}

bool is_line(std::string_view text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  return text.find_first_not_of(' ') != std::string_view::npos && (ascii || printable(text) == text);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) {
      continue;
    }
    std::string_view digits = text.substr(0, text.size() - unit.name.size());
    if (digits.ends_with(' ')) {
      digits.remove_suffix(1);
    }
    const bool decimal = !digits.empty() && std::all_of(digits.begin(), digits.end(), is_digit);
    if (!decimal || digits[0] == '0' || digits.size() > unit.max_digits) {
      return std::nullopt;
    }
    return *parse_number(digits) << unit.shift;
  }
  return std::nullopt;
}

std::optional<Range> parse_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const std::optional<std::uint64_t> first = parse_number(text.substr(0, dash));
  const std::optional<std::uint64_t> last =
      dash == std::string_view::npos ? first : parse_number(text.substr(dash + 1));
  return first && last ? std::optional(Range{*first, *last}) : std::nullopt;
}

std::string print_number(std::int64_t value, bool hexadecimal) {
  return hexadecimal ? fmt::format("{:#x}", value) : fmt::format("{}", value);
}

std::optional<PciAddress> PciAddress::parse(std::string_view text) {
  std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() == 2) {
    parts.insert(parts.begin(), "0000");
  }
  if (parts.size() != 3) {
    return std::nullopt;
  }
  const std::string_view slot = parts[2];  // "03.0"
  const bool digits = parts[0].size() == 4 && all_hex(parts[0]) && parts[1].size() == 2 && all_hex(parts[1]) &&
                      slot.size() == 4 && all_hex(slot.substr(0, 2)) && slot[2] == '.';
  if (!digits || slot[0] > '1' || slot[3] < '0' || slot[3] > '7') {
    return std::nullopt;
  }
  return PciAddress{hex_value<std::uint16_t>(parts[0]), hex_value<std::uint8_t>(parts[1]),
                    hex_value<std::uint8_t>(slot.substr(0, 2)), static_cast<std::uint8_t>(slot[3] - '0')};
}

std::string PciAddress::text() const {
  return fmt::format("{:04x}:{:02x}:{:02x}.{}", segment, bus, device, function);
}

std::uint32_t PciAddress::sbdf() const {
  return std::uint32_t{segment} << 16U | std::uint32_t{bus} << 8U | std::uint32_t{device} << 3U | function;
}

std::string describe(const Shape& shape) {
  switch (shape.form) {
    case Form::kText:
      return "a text";
    case Form::kName:
      return "a name";
    case Form::kWord:
      return "a word";
    case Form::kInteger:
      return describe_integer(shape);
    case Form::kBool:
      return "`true` or `false`";
    case Form::kSize:
      return "a size such as `512 MiB`";
    case Form::kPciAddress:
      return "a PCI address such as `0000:00:03.0`";
    case Form::kRange:
      return "a range such as `0x10-0x1f`, or one number";
    case Form::kMac:
      return "an Ethernet address such as `00:16:3e:5e:6c:01`";
    case Form::kXenVersion: {
      std::vector<std::string> versions;
      for (const abi::Abi& abi : abi::known_abis()) {
        versions.push_back('"' + abi.version.text() + '"');
      }
      return "one of " + join(versions, ", ") + ", in quotes";
    }
    case Form::kChoice:
      return list_choices(shape.choices);
    case Form::kList:
      return shape.minimum > 1 ? fmt::format("a list of {}", shape.minimum) : "a list";
    case Form::kNamed:
    case Form::kStruct:
    case Form::kOneKey:
      return "a mapping";
    case Form::kEither: {
      std::string text;
      for (const Shape* alternative : shape.alternatives) {
        text += (text.empty() ? "" : " or ") + describe(*alternative);
      }
      return text;
    }
  }
  return {};
}

}  // namespace bulkhead::spec
