#include "message.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace bulkhead::avc {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_context(char c) {
  return is_word(c) || c == ':' || c == '.' || c == ',' || c == '-';
}
constexpr bool is_blank(char c) {
  return c == ' ';
}
// Of a device tree's path: all that can be printed.
constexpr bool is_path(char c) {
  return c > ' ' && c < '\x7F';
}

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::string_view since(std::size_t start) const { return text_.substr(start, at_ - start); }

  bool skip(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }
  // Empty when there is none of them.
  template <typename Fits>
  std::string_view take(Fits fits) {
    const std::size_t start = at_;
    while (at_ < text_.size() && fits(text_[at_])) ++at_;
    return since(start);
  }
  bool blanks() { return !take(is_blank).empty(); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

bool take_permissions(Cursor& cursor, Event& event) {
  if (!cursor.skip("{") || !cursor.blanks()) return false;
  while (!cursor.skip("}")) {
    const std::string_view name = cursor.take(is_word);
    if (name.empty() || !cursor.blanks()) return false;
    event.permissions.push_back(name);
  }
  return !event.permissions.empty() && cursor.blanks();
}

// "d5", "d[IO]".
std::string_view take_domain(Cursor& cursor) {
  const std::size_t start = cursor.at();
  if (!cursor.skip("d")) return {};
  if (cursor.skip("[")) {
    if (cursor.take(is_word).empty() || !cursor.skip("]")) return {};
  } else if (cursor.take(is_digit).empty()) {
    return {};
  }
  return cursor.since(start);
}

// Nothing, or whole: `key=value `.
bool take_domains(Cursor& cursor, Event& event) {
  if (cursor.skip("current=")) {
    event.source_domain = take_domain(cursor);
    return !event.source_domain.empty() && cursor.blanks();
  }
  if (cursor.skip("source=")) {
    event.source_domain = take_domain(cursor);
    if (event.source_domain.empty() || !cursor.blanks()) return false;
  }
  if (cursor.skip("target=")) {
    event.target_domain = take_domain(cursor);
    if (event.target_domain.empty() || !cursor.blanks()) return false;
  }
  return true;
}

// "%#lx" writes 0 as "0".
bool take_hex(Cursor& cursor) {
  return cursor.skip("0x") ? !cursor.take(is_hex).empty() : cursor.skip("0");
}

bool take_object(Cursor& cursor, Event& event) {
  const std::size_t start = cursor.at();
  bool whole = true;
  if (cursor.skip("device=")) {
    whole = take_hex(cursor);
  } else if (cursor.skip("irq=")) {
    cursor.skip("-");
    whole = !cursor.take(is_digit).empty();
  } else if (cursor.skip("range=")) {
    whole = take_hex(cursor) && cursor.skip("-") && take_hex(cursor);
  } else if (cursor.skip("pte=")) {
    whole = take_hex(cursor) && cursor.skip(" mfn=") && take_hex(cursor);
  } else if (cursor.skip("dtdevice=")) {
    whole = !cursor.take(is_path).empty();
  } else {
    return true;
  }
  event.object = cursor.since(start);
  return whole && cursor.blanks();
}

// A context has three parts or, with a level, four.
bool is_whole_context(std::string_view text) {
  return std::count(text.begin(), text.end(), ':') >= 2 && !text.starts_with(':') && !text.ends_with(':') &&
         text.find("::") == std::string_view::npos;
}

bool take_label(Cursor& cursor, std::string_view context_key, std::string_view sid_key, std::string_view& label) {
  if (cursor.skip(context_key)) {
    label = cursor.take(is_context);
    return is_whole_context(label) && cursor.blanks();
  }
  if (!cursor.skip(sid_key)) return false;
  label = cursor.take(is_digit);
  return !label.empty() && cursor.blanks();
}

}  // namespace

std::optional<Message> parse_message(std::string_view text) {
  Cursor cursor(text);
  Event event;
  if (!cursor.skip(kMessageStart) || !cursor.blanks()) return std::nullopt;
  event.granted = cursor.skip("granted");
  if (!event.granted && !cursor.skip("denied")) return std::nullopt;
  if (!cursor.blanks() || !take_permissions(cursor, event)) return std::nullopt;
  if (!cursor.skip("for") || !cursor.blanks()) return std::nullopt;
  if (!take_domains(cursor, event) || !take_object(cursor, event)) return std::nullopt;
  if (!take_label(cursor, "scontext=", "ssid=", event.source)) return std::nullopt;
  if (!take_label(cursor, "tcontext=", "tsid=", event.target)) return std::nullopt;
  if (!cursor.skip("tclass=")) return std::nullopt;
  event.access_class = cursor.take(is_word);
  if (event.access_class.empty()) return std::nullopt;
  return Message{std::move(event), cursor.at()};
}

std::string print(const Event& event) {
  std::string out = fmt::format("{}  {}  {{ {} }} for ", kMessageStart, event.granted ? "granted" : "denied",
                                fmt::join(event.permissions, " "));
  if (!event.source_domain.empty()) out += fmt::format("source={} ", event.source_domain);
  if (!event.target_domain.empty()) out += fmt::format("target={} ", event.target_domain);
  if (!event.object.empty()) out += fmt::format("{} ", event.object);
  const auto label = [](std::string_view prefix, std::string_view text) {
    return fmt::format("{}{}={} ", prefix, text.find(':') == std::string_view::npos ? "sid" : "context", text);
  };
  return out + label("s", event.source) + label("t", event.target) + fmt::format("tclass={}", event.access_class);
}

}  // namespace bulkhead::avc
