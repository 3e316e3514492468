#include "quote.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/render.h"

namespace bulkhead::report {

namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool is_plain_in_grub(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_./:=,+@%-").find(c) != std::string_view::npos;
}

}  // namespace

std::string xl_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (is_control(c)) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

bool is_xl_list_value(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(),
                                       [](char c) { return is_control(c) || c == ',' || c == ' ' || c == '='; });
}

std::string grub_word(std::string_view word) {
  if (std::all_of(word.begin(), word.end(), is_plain_in_grub)) {
    return std::string(word);
  }
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";  // GRUB's single quotes have no escape inside them
    } else {
      out += is_control(c) ? ' ' : c;
    }
  }
  return out + "'";
}

std::string grub_words(std::string_view command_line) {
  const auto separates = [](char c) { return c == ' ' || is_control(c); };
  std::string out;
  auto at = command_line.begin();
  while (at != command_line.end()) {
    at = std::find_if_not(at, command_line.end(), separates);
    const auto end = std::find_if(at, command_line.end(), separates);
    if (at != end) {
      out += out.empty() ? "" : " ";
      out += grub_word({at, end});
    }
    at = end;
  }
  return out;
}

std::string comment_text(std::string_view text) {
  return printable(text);
}

}  // namespace bulkhead::report
