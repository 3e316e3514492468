#include "bulkhead/base/source.h"

#include <limits>

#include <fmt/format.h>

#include "bulkhead/base/check.h"

namespace bulkhead {
namespace {

std::vector<std::uint32_t> line_starts(std::string_view text) {
  std::vector<std::uint32_t> starts{0};
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1)) {
    starts.push_back(static_cast<std::uint32_t>(end + 1));
  }
  return starts;
}

// The artifacts name a place for every privilege.
std::string place_text(std::string_view name, const Span& span) {
  const fmt::format_int line(span.line);
  const fmt::format_int column(span.column);
  std::string text;
  text.reserve(name.size() + line.size() + column.size() + 2);
  text.append(name).append(":").append(line.data(), line.size());
  return text.append(":").append(column.data(), column.size());
}

}  // namespace

FileId SourceSet::add(std::string name, std::string text) {
  BULKHEAD_CHECK(files_.size() < std::numeric_limits<std::uint16_t>::max(), "a run reads a handful of files");
  files_.push_back({std::move(name), std::move(text)});
  lines_.push_back(line_starts(files_.back().text));
  return static_cast<FileId>(files_.size() - 1);
}

const SourceFile& SourceSet::file(FileId id) const {
  const auto index = static_cast<std::size_t>(id);
  BULKHEAD_CHECK(index < files_.size(), "a FileId comes from the set that is asked");
  return files_[index];
}

std::string_view SourceSet::line(const Span& span) const {
  const std::string_view text = file(span.file).text;
  const std::vector<std::uint32_t>& starts = lines_[static_cast<std::size_t>(span.file)];
  if (!span.is_known() || span.line > starts.size()) {
    return {};
  }
  const std::size_t start = starts[span.line - 1];
  std::string_view line = text.substr(start, text.find('\n', start) - start);
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

std::string SourceSet::origin(const Span& span) const {
  if (!span.is_known()) return {};
  const SourceFile& source = file(span.file);
  std::string_view name = source.name;
  if (!source.text.empty()) name.remove_prefix(name.rfind('/') + 1);
  return place_text(name, span);
}

std::string SourceSet::describe(const Span& span) const {
  const std::string& name = file(span.file).name;
  return span.is_known() ? place_text(name, span) : name;
}

}  // namespace bulkhead
