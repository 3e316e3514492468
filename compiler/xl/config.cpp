#include "bulkhead/xl/config.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "bulkhead/base/render.h"
#include "bulkhead/base/text.h"

namespace bulkhead::xl {
namespace {

constexpr std::size_t kMaxDepth = 8;  // xl nests lists once

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

class Reader {
 public:
  Reader(std::string_view text, FileId file, Diagnostics& diagnostics)
      : text_(text), file_(file), diagnostics_(&diagnostics) {}

  std::vector<Setting> read() {
    std::vector<Setting> settings;
    for (skip_empty(true); !at_end(); skip_empty(true)) {
      std::optional<Setting> setting = read_setting();
      if (setting) {
        settings.push_back(*std::move(setting));
      } else {
        skip_to_setting();
      }
    }
    return settings;
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\n' : text_[at_]; }
  [[nodiscard]] Span span(std::size_t from) const {
    const std::size_t start = std::max(from, line_start_);
    return {file_, line_, static_cast<std::uint32_t>(start - line_start_ + 1),
            static_cast<std::uint32_t>(std::max<std::size_t>(1, at_ - std::min(at_, start)))};
  }
  std::nullopt_t refuse(Span place, std::string message) {
    diagnostics_->error(DiagnosticId::kXlSyntax, place, std::move(message));
    return std::nullopt;
  }

  void next() {
    if (text_[at_++] == '\n') {
      ++line_;
      line_start_ = at_;
    }
  }

  // Blanks and comments; with `lines` also line ends and what separates settings.
  void skip_empty(bool lines) {
    while (!at_end()) {
      if (peek() == '#') {
        while (!at_end() && peek() != '\n') {
          next();
        }
      } else if (is_blank(peek()) || (lines && (peek() == '\n' || peek() == ';'))) {
        next();
      } else {
        return;
      }
    }
  }

  // To the next line that begins like a setting, so that one mistake is told once.
  void skip_to_setting() {
    while (!at_end()) {
      while (!at_end() && peek() != '\n') {
        next();
      }
      if (at_end()) {
        return;
      }
      next();
      std::size_t ahead = at_;
      while (ahead < text_.size() && (is_letter(text_[ahead]) || is_digit(text_[ahead]))) {
        ++ahead;
      }
      const bool has_name = ahead != at_ && is_letter(text_[at_]);
      while (ahead < text_.size() && is_blank(text_[ahead])) {
        ++ahead;
      }
      if (has_name && ahead < text_.size() && text_[ahead] == '=') {
        return;
      }
    }
  }

  std::optional<Setting> read_setting() {
    const std::size_t start = at_;
    while (!at_end() && (is_letter(peek()) || is_digit(peek()))) {
      next();
    }
    Setting setting{std::string(text_.substr(start, at_ - start)), span(start), {}};
    if (setting.key.empty() || !is_letter(setting.key[0])) {
      at_ = start;
      return refuse(one(), "a setting starts with its name");
    }
    skip_empty(false);
    if (peek() == '+') {
      return refuse(one(), fmt::format("{} is added to; write its whole value in one place", quoted(setting.key)));
    }
    if (peek() != '=') {
      return refuse(one(), fmt::format("behind the name {} stands `=` and a value", quoted(setting.key)));
    }
    next();
    skip_empty(false);
    std::optional<Value> value = read_value(0);
    if (!value) {
      return std::nullopt;
    }
    setting.value = *std::move(value);
    skip_empty(false);
    if (!at_end() && peek() != '\n' && peek() != ';') {
      return refuse(one(),
                    fmt::format("behind the value of {} a line ends; there are no expressions", quoted(setting.key)));
    }
    return setting;
  }

  // The character that is next.
  [[nodiscard]] Span one() const { return {file_, line_, static_cast<std::uint32_t>(at_ - line_start_ + 1), 1}; }

  std::optional<Value> read_value(std::size_t depth) {
    if (peek() == '"' || peek() == '\'') {
      return read_text();
    }
    if (is_digit(peek())) {
      return read_number();
    }
    if (peek() == '[') {
      return depth == kMaxDepth ? refuse(one(), "lists are nested deeper than xl nests any") : read_list(depth);
    }
    return refuse(one(), "a value is a number, a text in quotes or a list; nothing else is read, and nothing executed");
  }

  std::optional<Value> read_number() {
    const std::size_t start = at_;
    while (!at_end() && (is_letter(peek()) || is_digit(peek()) || peek() == '.')) {
      next();
    }
    const std::string_view written = text_.substr(start, at_ - start);
    const bool hexadecimal = written.starts_with("0x") || written.starts_with("0X");
    const std::string_view digits = hexadecimal ? written.substr(2) : written;
    std::uint64_t number = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, hexadecimal ? 16 : 10);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
      return refuse(span(start), fmt::format("{} is no whole number of 64 bits", quoted(written)));
    }
    return Value{ValueKind::kNumber, std::string(written), number, {}, span(start)};
  }

  std::optional<Value> read_text() {
    const std::size_t start = at_;
    const char quote = peek();
    if (text_.substr(at_).starts_with(std::string(3, quote))) {
      return refuse(one(), "a text over several lines; write one line");
    }
    next();
    Value value{ValueKind::kText, {}, 0, {}, {}};
    while (!at_end() && peek() != quote && peek() != '\n') {
      if (peek() == '\\') {
        next();
        if (peek() != '\\' && peek() != '"' && peek() != '\'') {
          return refuse(one(), "behind a backslash stands a backslash or a quote");
        }
      }
      value.text += peek();
      next();
    }
    if (peek() != quote || at_end()) {
      return refuse(span(start), "the text does not end on its line");
    }
    next();
    value.span = span(start);
    if (printable(value.text) != value.text) {
      return refuse(value.span, "a text with control characters, or that is not UTF-8");
    }
    return value;
  }

  std::optional<Value> read_list(std::size_t depth) {
    Value value{ValueKind::kList, {}, 0, {}, one()};
    next();
    while (true) {
      skip_lines();
      if (peek() == ']' && !at_end()) {
        next();
        return value;
      }
      if (at_end()) {
        return refuse(value.span, "the list does not end");
      }
      std::optional<Value> item = read_value(depth + 1);
      if (!item) {
        return std::nullopt;
      }
      value.items.push_back(*std::move(item));
      skip_lines();
      if (!at_end() && peek() == ',') {
        next();
      } else if (at_end() || peek() != ']') {
        return at_end() ? refuse(value.span, "the list does not end")
                        : refuse(one(), "between the items of a list stands a comma");
      }
    }
  }

  // In a list a line's end is a blank.
  void skip_lines() {
    skip_empty(false);
    while (!at_end() && peek() == '\n') {
      next();
      skip_empty(false);
    }
  }

  std::string_view text_;
  FileId file_;
  Diagnostics* diagnostics_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::uint32_t line_ = 1;
};

}  // namespace

const Value* Config::find(std::string_view key) const {
  const auto found =
      std::find_if(settings.begin(), settings.end(), [&](const Setting& each) { return each.key == key; });
  return found == settings.end() ? nullptr : &found->value;
}

std::optional<Config> read_config(const SourceSet& sources, FileId file, Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  Config config{file, Reader(sources.file(file).text, file, diagnostics).read()};
  std::vector<const Setting*> sorted;
  for (const Setting& setting : config.settings) {
    sorted.push_back(&setting);
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i]->key == sorted[i - 1]->key) {
      diagnostics
          .error(DiagnosticId::kXlDuplicate, sorted[i]->span,
                 fmt::format("{} is set twice, and readers disagree about which one counts", quoted(sorted[i]->key)))
          .notes.push_back({sorted[i - 1]->span, "first here"});
    }
  }
  return diagnostics.error_count() == errors ? std::optional(std::move(config)) : std::nullopt;
}

}  // namespace bulkhead::xl
