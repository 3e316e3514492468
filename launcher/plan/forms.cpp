#include "forms.h"

#include <algorithm>
#include <array>

#include "bulkhead/base/check.h"
#include "bulkhead/base/text.h"

namespace bulkhead::plan {

namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}
bool is_lower_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}
bool is_hex(char c) {
  return is_lower_hex(c) || (c >= 'A' && c <= 'F');
}
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

template <typename Predicate>
bool all(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 48 && is_lower(text.front()) &&
         all(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_identifier(std::string_view text) {
  return !text.empty() && is_letter(text.front()) &&
         all(text, [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

bool is_label(std::string_view text) {
  const auto parts = split(text, ':');
  return parts.size() == 3 && parts[0] == "system_u" && (parts[1] == "system_r" || parts[1] == "object_r") &&
         is_identifier(parts[2]);
}

bool is_version(std::string_view text) {
  const auto parts = split(text, '.');
  return parts.size() == 2 && all(parts[0], is_digit) && all(parts[1], is_digit) && !parts[0].empty() &&
         !parts[1].empty() && parts[0].size() <= 3 && parts[1].size() <= 3;
}

bool is_pci_address(std::string_view text) {
  return text.size() == 12 && text[4] == ':' && text[7] == ':' && text[10] == '.' &&
         all(text.substr(0, 4), is_lower_hex) && all(text.substr(5, 2), is_lower_hex) &&
         (text[8] == '0' || text[8] == '1') && is_lower_hex(text[9]) && text[11] >= '0' && text[11] <= '7';
}

bool is_mac(std::string_view text) {
  const auto parts = split(text, ':');
  return parts.size() == 6 && std::all_of(parts.begin(), parts.end(),
                                          [](std::string_view part) { return part.size() == 2 && all(part, is_hex); });
}

struct FormText {
  std::string_view pattern;
  std::string_view description;
};

constexpr std::array<FormText, 9> kTexts = {{
    {"^[a-z][a-z0-9-]{0,47}$", "a name: a lower-case letter, then lower-case letters, digits and `-`"},
    {"^[A-Za-z][A-Za-z0-9_]*$", "an identifier: a letter, then letters, digits and `_`"},
    {"^system_u:(system_r|object_r):[A-Za-z][A-Za-z0-9_]*$", "a label: system_u, system_r or object_r, and a type"},
    {"^[0-9a-f]{64}$", "a SHA-256 digest: 64 lower-case hexadecimal digits"},
    {"^[0-9]{1,3}\\.[0-9]{1,3}$", "a release of Xen: two numbers with a dot between them"},
    {"^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]$", "a PCI address: segment:bus:device.function"},
    {"^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$", "a MAC address"},
    {"^[^\\u0000-\\u001f\\u007f]+$", "a text without control characters, not empty"},
    {"^[^\\u0000]*$", "a text without NUL"},
}};

}  // namespace

bool has_form(std::string_view text, Form form) {
  switch (form) {
    case Form::kName:
      return is_name(text);
    case Form::kIdentifier:
      return is_identifier(text);
    case Form::kLabel:
      return is_label(text);
    case Form::kSha256:
      return text.size() == 64 && all(text, is_lower_hex);
    case Form::kVersion:
      return is_version(text);
    case Form::kPciAddress:
      return is_pci_address(text);
    case Form::kMac:
      return is_mac(text);
    case Form::kText:
      return !text.empty() && std::none_of(text.begin(), text.end(), is_control);
    case Form::kAnyText:
      return text.find('\0') == std::string_view::npos;
  }
  BULKHEAD_CHECK(false, "a form is one of its enumerators");
}

std::string_view pattern(Form form) {
  return kTexts.at(static_cast<std::size_t>(form)).pattern;
}

std::string_view description(Form form) {
  return kTexts.at(static_cast<std::size_t>(form)).description;
}

}  // namespace bulkhead::plan
