#include "console_lines.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace bulkhead::verify {

namespace {

constexpr std::string_view kPrefix = "(XEN) ";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool take_decimal(std::string_view& text) {
  const std::size_t before = text.size();
  while (!text.empty() && is_digit(text.front())) {
    text.remove_prefix(1);
  }
  return text.size() != before;
}

// "(d12) "
bool is_of_guest(std::string_view line) {
  return take(line, "(d") && take_decimal(line) && take(line, ") ");
}

// What `console_timestamps` puts behind the prefix: "[2026-01-31 12:00:00.123] ", "[   12.345678] ",
// "[00000a1b2c3d4e5f] ".
void drop_time(std::string_view& line) {
  constexpr std::string_view kCharacters = "0123456789abcdef-:. ";
  constexpr std::size_t kLongest = 25;
  const std::size_t end = line.find("] ");
  if (line.starts_with('[') && end != std::string_view::npos && end > 1 && end <= kLongest &&
      line.substr(1, end - 1).find_first_not_of(kCharacters) == std::string_view::npos) {
    line.remove_prefix(end + 2);
  }
}

// Whether another line begins inside: what tears a line is written with its own prefix.
bool is_torn(std::string_view line) {
  for (std::size_t at = line.find('('); at != std::string_view::npos; at = line.find('(', at + 1)) {
    if (line.substr(at).starts_with(kPrefix) || is_of_guest(line.substr(at))) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

bool take_number(std::string_view& text, int base, std::uint64_t& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  const auto size = static_cast<std::size_t>(end - text.data());
  const std::string_view digits = text.substr(0, size);
  const bool upper = std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  if (failed != std::errc() || upper || (size > 1 && text.front() == '0')) {
    return false;
  }
  text.remove_prefix(size);
  return true;
}

bool take_hex(std::string_view& text, std::size_t width, std::uint64_t& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  const auto size = static_cast<std::size_t>(end - text.data());
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'F'; };
  if (failed != std::errc() || size < width || (size > width && text.front() == '0') ||
      std::any_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size), is_upper)) {
    return false;
  }
  text.remove_prefix(size);
  return true;
}

bool take_padded(std::string_view& text, std::size_t width, std::uint64_t& number) {
  std::string_view rest = text;
  const std::size_t blanks = std::min(rest.find_first_not_of(' '), rest.size());
  rest.remove_prefix(blanks);
  if (!take_number(rest, 10, number)) {
    return false;
  }
  const std::size_t size = text.size() - rest.size();
  if (size < width || (size > width && blanks != 0)) {
    return false;
  }
  text = rest;
  return true;
}

Error at_line(const Line& line, std::string_view reason) {
  constexpr std::size_t kMost = 100;
  std::string shown(line.text.substr(0, kMost));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return Error(fmt::format("line {} of what Xen printed, `{}`: {}", line.number, shown, reason));
}

Result<std::vector<Line>> all_lines_after_head(std::string_view text, bool (*is_head)(std::string_view)) {
  std::vector<Line> lines;
  bool seen_head = false;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    Line line{++number, text.substr(0, end)};
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool of_xen = take(line.text, kPrefix);
    if (of_xen) {
      drop_time(line.text);
    }
    if (of_xen && is_head(line.text)) {
      if (seen_head) {
        return at_line(line, "the section begins a second time");
      }
      seen_head = true;
    } else if (seen_head && (of_xen || !is_of_guest(line.text))) {
      line.torn = !of_xen              ? "nobody that may write into the ring writes such a line"
                  : is_torn(line.text) ? "two lines in one"
                                       : "";
      lines.push_back(line);
    }
  }
  if (!seen_head) {
    return Error("the beginning of the section is not in the ring");
  }
  return lines;
}

Result<std::vector<Line>> lines_after_head(std::string_view text, bool (*is_head)(std::string_view)) {
  auto lines = all_lines_after_head(text, is_head);
  if (!lines) {
    return lines;
  }
  for (const Line& line : *lines) {
    if (!line.torn.empty()) {
      return at_line(line, line.torn);
    }
  }
  return lines;
}

}  // namespace bulkhead::verify
