#include "bulkhead/base/render.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "utf8.h"

namespace bulkhead {
namespace {

// Of a longer line, what stands around the place.
constexpr std::size_t kMaxShown = 160;

struct Style {
  std::string_view bold;
  std::string_view error;
  std::string_view warning;
  std::string_view note;
  std::string_view off;
};
constexpr Style kPlain{};
constexpr Style kColors{"\033[1m", "\033[1;31m", "\033[1;35m", "\033[1;36m", "\033[0m"};

std::string_view describe(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
  }
  return {};
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Characters, which are what a terminal counts; wide ones are not worth a table.
std::size_t display_width(std::string_view text) {
  const std::string shown = printable(text);
  return static_cast<std::size_t>(
      std::count_if(shown.begin(), shown.end(), [](char c) { return !is_continuation(c); }));
}

// The line under a message, with the place marked.
std::string excerpt(const SourceSet& sources, const Span& span, const Style& style) {
  const std::string_view line = sources.line(span);
  if (!span.is_known() || (line.empty() && sources.file(span.file).text.empty())) {
    return {};
  }
  const std::size_t column = std::min<std::size_t>(span.column - 1, line.size());
  std::size_t start = column > kMaxShown / 2 && line.size() > kMaxShown ? column - kMaxShown / 2 : 0;
  while (start > 0 && is_continuation(line[start])) {
    --start;
  }
  std::size_t end = std::min(line.size(), start + kMaxShown);
  while (end < line.size() && is_continuation(line[end])) {
    ++end;
  }
  const std::string_view before = line.substr(start, column - start);
  const std::string_view marked = line.substr(column, std::min<std::size_t>(span.length, end - column));
  const std::size_t width = std::max<std::size_t>(1, display_width(marked));
  const std::string_view cut_before = start > 0 ? "..." : "";
  const std::string_view cut_after = end < line.size() ? "..." : "";
  return fmt::format("{:6} | {}{}{}\n       | {:{}}{}^{:~<{}}{}\n", span.line, cut_before,
                     printable(line.substr(start, end - start)), cut_after, "",
                     display_width(before) + cut_before.size(), style.error, "", width - 1, style.off);
}

std::string headline(const SourceSet& sources, const Span& span, std::string_view kind, std::string_view color,
                     std::string_view message, const Style& style) {
  return fmt::format("{}{}:{} {}{}:{} {}", style.bold, printable(sources.describe(span)), style.off, color, kind,
                     style.off, printable(message));
}

void append(std::string& out, const Diagnostic& diagnostic, const SourceSet& sources, const Style& style) {
  const std::string_view color = diagnostic.severity == Severity::kError ? style.error : style.warning;
  out += headline(sources, diagnostic.span, describe(diagnostic.severity), color, diagnostic.message, style);
  out += fmt::format(" [{}]\n", info(diagnostic.id).id);
  out += excerpt(sources, diagnostic.span, style);
  for (const Note& note : diagnostic.notes) {
    out += headline(sources, note.span, "note", style.note, note.text, style) + '\n';
    out += excerpt(sources, note.span, style);
  }
}

nlohmann::ordered_json place(const SourceSet& sources, const Span& span) {
  nlohmann::ordered_json json{{"file", sources.file(span.file).name}};
  if (span.is_known()) {
    json["line"] = span.line;
    json["column"] = span.column;
    json["length"] = span.length;
  }
  return json;
}

}  // namespace

std::string_view describe(DiagnosticGroup group) {
  switch (group) {
    case DiagnosticGroup::kYaml:
      return "yaml";
    case DiagnosticGroup::kShape:
      return "shape";
    case DiagnosticGroup::kMeaning:
      return "meaning";
    case DiagnosticGroup::kRisk:
      return "risk";
    case DiagnosticGroup::kAssertion:
      return "assertion";
    case DiagnosticGroup::kXl:
      return "xl";
  }
  return {};
}

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  for (std::size_t at = 0; at < text.size();) {
    const auto start = text.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = std::find_if_not(start, text.end(), is_plain);
    if (end != start) {
      shown.append(start, end);
      at += static_cast<std::size_t>(end - start);
      continue;
    }
    const CodePoint point = decode_utf8(text, at);
    if (point.length == 0 || (is_deceptive(point.value) && point.value < 0x80)) {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at]));
    } else if (is_deceptive(point.value)) {
      shown += fmt::format("\\u{:04x}", point.value);
    } else {
      shown += text.substr(at, point.length);
    }
    at += std::max<std::size_t>(1, point.length);
  }
  return shown;
}

std::string render_text(const Diagnostics& diagnostics, const SourceSet& sources, bool color) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    append(out, diagnostic, sources, color ? kColors : kPlain);
  }
  if (diagnostics.dropped_count() != 0) {
    out += fmt::format("and {} more\n", diagnostics.dropped_count());
  }
  return out;
}

std::string render_json(const Diagnostics& diagnostics, const SourceSet& sources) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    const DiagnosticInfo& registered = info(diagnostic.id);
    nlohmann::ordered_json json{{"id", registered.id},
                                {"group", describe(registered.group)},
                                {"severity", describe(diagnostic.severity)},
                                {"message", diagnostic.message}};
    json.update(place(sources, diagnostic.span));
    json["notes"] = nlohmann::ordered_json::array();
    for (const Note& note : diagnostic.notes) {
      nlohmann::ordered_json noted{{"message", note.text}};
      noted.update(place(sources, note.span));
      json["notes"].push_back(std::move(noted));
    }
    list.push_back(std::move(json));
  }
  const nlohmann::ordered_json whole{
      {"format_version", 1}, {"diagnostics", std::move(list)}, {"dropped", diagnostics.dropped_count()}};
  // Replace: a file's name, unlike its text, may be any bytes.
  return whole.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace bulkhead
