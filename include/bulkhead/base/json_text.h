// Writes JSON straight into one string: no tree, no second pass, so that a file of 50 MB costs its own length. In:
// calls in the order of the text. Out: valid UTF-8 JSON, the same bytes for the same calls. It never fails: bytes that
// are not UTF-8 become U+FFFD. Calls out of order (a value where a key is due) are our own mistake and abort.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/check.h"

namespace bulkhead {

class JsonText {
 public:
  enum class Layout : std::uint8_t {
    kLines,   // each element on a line of its own, two blanks deeper
    kInline,  // one line, whatever is nested
  };

  explicit JsonText(std::string& out) : out_(out) {}

  void begin_object(Layout layout = Layout::kLines) { begin('{', '}', layout); }
  void begin_array(Layout layout = Layout::kLines) { begin('[', ']', layout); }
  void end();

  void key(std::string_view name);
  void text(std::string_view value);
  void number(std::uint64_t value);
  void flag(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }
  // JSON that the caller made before, for what is repeated many times.
  void raw(std::string_view json);

  // `value` in quotes, escaped.
  static void append_text(std::string& out, std::string_view value);

 private:
  struct Level {
    char close = '}';
    bool inline_layout = false;
    bool empty = true;
    bool key_written = false;
  };

  void begin(char open, char close, Layout layout);
  void before_value();
  void separate(Level& level);

  std::string& out_;
  std::vector<Level> levels_;
};

inline void JsonText::begin(char open, char close, Layout layout) {
  before_value();
  const bool outer_inline = !levels_.empty() && levels_.back().inline_layout;
  levels_.push_back({close, outer_inline || layout == Layout::kInline, true, false});
  out_ += open;
}

inline void JsonText::end() {
  BULKHEAD_CHECK(!levels_.empty() && !levels_.back().key_written, "an object or array is open and no key waits");
  const Level level = levels_.back();
  levels_.pop_back();
  if (!level.empty && !level.inline_layout) {
    out_ += '\n';
    out_.append(2 * levels_.size(), ' ');
  }
  out_ += level.close;
}

inline void JsonText::separate(Level& level) {
  if (!level.empty) {
    out_ += level.inline_layout ? ", " : ",";
  }
  if (!level.inline_layout) {
    out_ += '\n';
    out_.append(2 * levels_.size(), ' ');
  }
  level.empty = false;
}

inline void JsonText::before_value() {
  if (levels_.empty()) {
    return;
  }
  Level& level = levels_.back();
  if (level.close == '}') {
    BULKHEAD_CHECK(level.key_written, "a value of an object follows its key");
    level.key_written = false;
  } else {
    separate(level);
  }
}

inline void JsonText::key(std::string_view name) {
  BULKHEAD_CHECK(!levels_.empty() && levels_.back().close == '}' && !levels_.back().key_written,
                 "a key stands in an object, after a value or first");
  separate(levels_.back());
  append_text(out_, name);
  out_ += ": ";
  levels_.back().key_written = true;
}

inline void JsonText::text(std::string_view value) {
  before_value();
  append_text(out_, value);
}

inline void JsonText::number(std::uint64_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  raw({digits, static_cast<std::size_t>(end - digits)});
}

inline void JsonText::raw(std::string_view json) {
  before_value();
  out_ += json;
}

namespace json_text_detail {

// Length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7); 0: there is none.
inline std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first <= 0xDF) {
    return continues(1) ? 2 : 0;
  }
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second = continues(1) && (first != 0xE0 || byte(1) >= 0xA0) && (first != 0xED || byte(1) <= 0x9F);
    return second && continues(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second = continues(1) && (first != 0xF0 || byte(1) >= 0x90) && (first != 0xF4 || byte(1) <= 0x8F);
    return second && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

inline bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\';
}

}  // namespace json_text_detail

inline void JsonText::append_text(std::string& out, std::string_view value) {
  out += '"';
  std::size_t at = 0;
  while (at < value.size()) {
    std::size_t end = at;
    while (end < value.size() && json_text_detail::is_plain(value[end])) {
      ++end;
    }
    out.append(value.substr(at, end - at));
    if (end == value.size()) {
      break;
    }
    at = end;
    const auto c = static_cast<unsigned char>(value[at]);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += value[at++];
    } else if (c < 0x20 || c == 0x7F) {
      static constexpr char kHex[] = "0123456789abcdef";
      out += "\\u00";
      out += kHex[c >> 4U];
      out += kHex[c & 0xFU];
      ++at;
    } else if (const std::size_t length = json_text_detail::sequence_length(value, at); length != 0) {
      out.append(value.substr(at, length));
      at += length;
    } else {
      out += "\\ufffd";
      ++at;
    }
  }
  out += '"';
}

}  // namespace bulkhead
