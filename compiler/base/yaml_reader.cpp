#include "bulkhead/base/yaml_reader.h"

#include <istream>
#include <streambuf>

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "utf8.h"
#include "yaml_events.h"

namespace bulkhead {
namespace {

// Of each kind of bad byte; a binary file would otherwise fill the screen.
constexpr unsigned kMaxByteReports = 20;

// An istream over bytes that stay where they are.
class MemoryBuffer final : public std::streambuf {
 public:
  explicit MemoryBuffer(std::string_view text) {
    char* start = const_cast<char*>(text.data());  // NOLINT: a get area is never written to
    setg(start, start, start + text.size());
  }
};

// What stands in the bytes before YAML is asked.
class ByteCheck {
 public:
  ByteCheck(std::string_view text, FileId file, Diagnostics& diagnostics)
      : text_(text), file_(file), diagnostics_(diagnostics) {}

  void run() {
    while (at_ < text_.size()) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte >= 0x20 && byte < 0x7F) {
        ++at_;
      } else {
        special(byte);
      }
    }
  }

  [[nodiscard]] bool is_clean() const { return tabs_ + controls_ + encodings_ == 0; }
  // yaml-cpp would take the rest for something else (NUL ends its text, bad bytes become U+FFFD).
  [[nodiscard]] bool is_readable() const { return controls_ + encodings_ == 0; }

 private:
  void special(unsigned char byte) {
    if (byte == '\n') {
      ++line_;
      line_start_ = ++at_;
    } else if (byte == '\t') {
      report(DiagnosticId::kYamlTab, tabs_, 1,
             "a tab; YAML indents with blanks, and this reader takes no tab anywhere");
    } else if (byte < 0x80) {
      const bool line_end = byte == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
      if (line_end) {
        ++at_;
      } else {
        report(DiagnosticId::kYamlControlCharacter, controls_, 1, fmt::format("control character U+{:04X}", byte));
      }
    } else {
      const CodePoint point = decode_utf8(text_, at_);
      if (point.length == 0) {
        report(DiagnosticId::kYamlEncoding, encodings_, 1, fmt::format("byte 0x{:02X} is not UTF-8", byte));
      } else if (is_deceptive(point.value)) {
        report(DiagnosticId::kYamlControlCharacter, controls_, point.length,
               fmt::format("control character U+{:04X}", point.value));
      } else {
        at_ += point.length;
      }
    }
  }

  // The first of a kind in each line, and not too many of them.
  void report(DiagnosticId id, unsigned& count, std::size_t length, std::string message) {
    if (count < kMaxByteReports && (last_line_ != line_ || last_id_ != id)) {
      ++count;
      last_line_ = line_;
      last_id_ = id;
      const auto column = static_cast<std::uint32_t>(at_ - line_start_ + 1);
      diagnostics_.error(id, {file_, line_, column, static_cast<std::uint32_t>(length)}, std::move(message));
    }
    at_ += length;
  }

  std::string_view text_;
  FileId file_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t last_line_ = 0;
  DiagnosticId last_id_{};
  unsigned tabs_ = 0;
  unsigned controls_ = 0;
  unsigned encodings_ = 0;
};

// yaml-cpp's words without its own way to give the place.
void report_syntax(const YAML::Exception& exception, const TreeBuilder& builder, Diagnostics& diagnostics) {
  const std::string_view message = exception.msg;
  const Span span = builder.span_at(exception.mark, 1);
  if (message.starts_with(YAML::ErrorMsg::UNKNOWN_ANCHOR)) {
    diagnostics.error(DiagnosticId::kYamlAlias, span, "an alias to nothing; write the value out");
  } else if (dynamic_cast<const YAML::DeepRecursion*>(&exception) != nullptr) {
    diagnostics.error(DiagnosticId::kYamlTooDeep, span,
                      fmt::format("lists and mappings are nested more than {} deep", TreeBuilder::kMaxDepth));
  } else {
    diagnostics.error(DiagnosticId::kYamlSyntax, span, fmt::format("not YAML: {}", message));
  }
}

}  // namespace

std::optional<Document> read_document(const SourceSet& sources, FileId file, Diagnostics& diagnostics) {
  const std::string_view text = sources.file(file).text;
  if (text.size() > kMaxDocumentBytes) {
    diagnostics.error(DiagnosticId::kYamlTooLarge, {file},
                      fmt::format("{} bytes are more than the {} that are read", text.size(), kMaxDocumentBytes));
    return std::nullopt;
  }
  const std::size_t errors_before = diagnostics.error_count();
  ByteCheck bytes(text, file, diagnostics);
  bytes.run();
  if (!bytes.is_readable()) {
    return std::nullopt;
  }
  TreeBuilder builder(text, file, diagnostics);
  try {
    MemoryBuffer buffer(text);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(builder)) {
      parser.HandleNextDocument(builder);  // reports a second document
    }
  } catch (const YAML::Exception& exception) {
    // With a tab in the text, yaml-cpp's complaint is about that tab, which is already reported.
    if (bytes.is_clean()) {
      report_syntax(exception, builder, diagnostics);
    }
  }
  if (diagnostics.error_count() != errors_before) {
    return std::nullopt;
  }
  return std::move(builder).take();
}

}  // namespace bulkhead
