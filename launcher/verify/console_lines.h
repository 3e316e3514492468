// The lines of one section of Xen's console ring: from a head line on, only what Xen itself printed, without its
// prefix and time.
//
// Whoever else writes there cannot pass for Xen. A guest's lines are whole, bear its number in front and hold no
// control characters (xen/drivers/char/console.c), so they are left out. The hardware domain's are written as they
// come, but only into a ring whose `console_to_ring` is on; a line without any prefix is therefore an Error, as is a
// line with a second prefix inside: there, a line of Xen was torn by one from another processor.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"

namespace bulkhead::verify {

struct Line {
  std::size_t number = 0;  // in the text, from 1
  std::string_view text;
  std::string_view torn = {};  // why the line cannot be Xen's, or not only; empty: it is
};

// After the one line for which `is_head` holds. Error: there is none or a second, or a line as above.
[[nodiscard]] Result<std::vector<Line>> lines_after_head(std::string_view text, bool (*is_head)(std::string_view));

// The same with the lines that make the other one fail, for who can leave out what stands around them. Error: there is
// no such line, or a second.
[[nodiscard]] Result<std::vector<Line>> all_lines_after_head(std::string_view text, bool (*is_head)(std::string_view));

// "line 7: `...`: " and the reason; of the line only what can be printed, and not too much of it.
[[nodiscard]] Error at_line(const Line& line, std::string_view reason);

// Takes `prefix` from the front of `text`, if it is there.
[[nodiscard]] bool take(std::string_view& text, std::string_view prefix);
// Takes a number without sign or leading zeros; base 10 or 16, lower case.
[[nodiscard]] bool take_number(std::string_view& text, int base, std::uint64_t& number);
// Takes a number of at least `width` lower-case hexadecimal digits, filled up with zeros ("%08x").
[[nodiscard]] bool take_hex(std::string_view& text, std::size_t width, std::uint64_t& number);
// Takes a decimal number of at least `width` characters, filled up with blanks ("%5d").
[[nodiscard]] bool take_padded(std::string_view& text, std::size_t width, std::uint64_t& number);

}  // namespace bulkhead::verify
