// Where something stands in a text that a person wrote. A Span is small and copied freely: every cell of a policy
// carries one. The texts themselves are kept by one SourceSet, so that a diagnostic can show the line.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead {

enum class FileId : std::uint16_t {};

// Line and column count from 1, the column in bytes; a span never covers more than one line. Line 0: no place at all
// (something that the compiler itself added).
struct Span {
  FileId file{};
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 0;

  [[nodiscard]] bool is_known() const { return line != 0; }
  auto operator<=>(const Span&) const = default;
};

struct SourceFile {
  std::string name;  // as the user named it; what diagnostics and provenance print
  std::string text;  // whole; empty for data compiled into the program
};

// Append-only; ids and the texts' addresses stay valid as long as the set lives.
class SourceSet {
 public:
  FileId add(std::string name, std::string text);
  [[nodiscard]] const SourceFile& file(FileId id) const;
  [[nodiscard]] std::string_view line(const Span& span) const;  // without its line end; empty if unknown
  [[nodiscard]] std::string describe(const Span& span) const;   // "host.yaml:41:5", or the name alone without a line
  // The same for artifacts, whose bytes must not depend on the folder that the user stood in: the last part of the
  // file's name. Data compiled into the program (files without text) keep their path.
  [[nodiscard]] std::string origin(const Span& span) const;

 private:
  std::deque<SourceFile> files_;
  std::deque<std::vector<std::uint32_t>> lines_;  // of each file, where its lines start
};

}  // namespace bulkhead
