#include "bulkhead/page/html.h"

#include <array>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "bulkhead/base/digest.h"
#include "bulkhead/base/render.h"
#include "style.h"

namespace bulkhead::page {

namespace {

constexpr std::string_view kSpecial = "&<>\"'";

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return "&#39;";
  }
}

struct Invisible {
  std::string_view bytes;
  std::string_view shown;
};

// Characters of Unicode that turn the text around them or take no room: a name could look like another one.
constexpr auto kInvisible = std::to_array<Invisible>({
    {"\u061c", "\\u061c"}, {"\u200b", "\\u200b"}, {"\u200c", "\\u200c"}, {"\u200d", "\\u200d"}, {"\u200e", "\\u200e"},
    {"\u200f", "\\u200f"}, {"\u2028", "\\u2028"}, {"\u2029", "\\u2029"}, {"\u202a", "\\u202a"}, {"\u202b", "\\u202b"},
    {"\u202c", "\\u202c"}, {"\u202d", "\\u202d"}, {"\u202e", "\\u202e"}, {"\u2060", "\\u2060"}, {"\u2066", "\\u2066"},
    {"\u2067", "\\u2067"}, {"\u2068", "\\u2068"}, {"\u2069", "\\u2069"}, {"\ufeff", "\\ufeff"}, {"\ufffe", "\\ufffe"},
    {"\uffff", "\\uffff"},
});

void show_invisible(std::string& text) {
  if (text.find_first_of("\xd8\xe2\xef") == std::string::npos) {
    return;  // the first bytes of those above
  }
  for (const Invisible& invisible : kInvisible) {
    for (std::size_t at = text.find(invisible.bytes); at != std::string::npos;
         at = text.find(invisible.bytes, at + invisible.shown.size())) {
      text.replace(at, invisible.bytes.size(), invisible.shown);
    }
  }
}

unsigned hex_value(char digit) {
  return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

// A source of a Content-Security-Policy: 'sha256-' and the digest in base 64.
std::string csp_digest(std::string_view content) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::string hex = sha256_hex(content);
  BULKHEAD_CHECK(hex.size() == 64, "SHA-256 has 32 bytes");
  std::string out;
  // 64 digits of 4 bits are 42 of 6 bits and 4 bits over, which two zero bits fill up.
  for (std::size_t bit = 0; bit < 256; bit += 6) {
    unsigned digit = 0;
    for (std::size_t i = bit; i < bit + 6; ++i) {
      digit = digit << 1U | (i < 256 ? hex_value(hex[i / 4]) >> (3 - i % 4) & 1U : 0U);
    }
    out += kDigits[digit];
  }
  return "'sha256-" + out + "='";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string shown = printable(text);
  show_invisible(shown);
  std::string out;
  out.reserve(shown.size());
  std::size_t at = 0;
  for (std::size_t next = shown.find_first_of(kSpecial); next != std::string::npos;
       next = shown.find_first_of(kSpecial, at)) {
    out.append(shown, at, next - at).append(entity(shown[next]));
    at = next + 1;
  }
  return out.append(shown, at);
}

std::string begin_page(std::string_view title, Script script) {
  const std::string policy =
      fmt::format("default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
                  csp_digest(style()), script == Script::kFilter ? csp_digest(filter_script()) : "'none'");
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"referrer\" content=\"no-referrer\"/>\n<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n",
      policy, escaped(title), style());
}

std::string end_page(Script script) {
  const std::string code =
      script == Script::kFilter ? fmt::format("<script>{}</script>\n", filter_script()) : std::string();
  return code + "</body>\n</html>\n";
}

std::string filter_tools() {
  return "<div id=\"tools\" class=\"tools\" hidden=\"hidden\" role=\"search\"><label for=\"filter\">Show only domains "
         "named</label> <input id=\"filter\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\"/> "
         "<output id=\"shown\" for=\"filter\"></output> <button type=\"button\" id=\"open-all\">Open all</button> "
         "<button type=\"button\" id=\"close-all\">Close all</button></div>\n";
}

std::string domain_id(std::string_view name) {
  return "d-" + escaped(name);
}

}  // namespace bulkhead::page
