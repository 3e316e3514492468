// The written forms of single values: what each looks like as a regular expression (for the JSON Schema), and the
// reading of it. Pattern and reader of a form take the same texts; a test compares them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/spec/language.h"
#include "bulkhead/spec/spec.h"

namespace bulkhead::spec {

inline constexpr std::string_view kNamePattern = "^[a-z][a-z0-9-]{0,31}$";

// Of the forms that are texts; empty for the others.
[[nodiscard]] std::string_view pattern(Form form);

[[nodiscard]] bool is_name(std::string_view text);
[[nodiscard]] bool is_word(std::string_view text);
[[nodiscard]] bool is_mac(std::string_view text);
// Not blank, and without control characters or line ends: it may stand in a comment of the policy or in a terminal.
[[nodiscard]] bool is_line(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);  // in bytes
[[nodiscard]] std::optional<Range> parse_range(std::string_view text);         // of "0x10-0x1f" or "0x10"

// Decimal for people, hexadecimal where the table says so.
[[nodiscard]] std::string print_number(std::int64_t value, bool hexadecimal);

}  // namespace bulkhead::spec
