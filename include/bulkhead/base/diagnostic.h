// What is wrong with the user's text: many per run, each with its place, and a stable id that documentation, `accept:`
// and review bots can rely on. A stage reports to the sink and goes on; the driver stops between stages when there is
// an error.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/source.h"

namespace bulkhead {

// One enumerator for each line of diagnostics.def, which is the registry: id, group, text for docs/diagnostics.md.
enum class DiagnosticId : std::uint16_t {
#define BULKHEAD_DIAGNOSTIC(symbol, id, group, summary, remedy) symbol,
#include "bulkhead/base/diagnostics.def"
#undef BULKHEAD_DIAGNOSTIC
};

// Which stage of reading finds it. The generated JSON Schema rejects a file exactly when a diagnostic of kShape is
// reported.
enum class DiagnosticGroup : std::uint8_t {
  kYaml,       // not the YAML that we take: bytes, syntax, duplicate keys, aliases, tags
  kShape,      // a key, type or written form that the language does not have
  kMeaning,    // well-formed, but names, numbers or devices contradict each other or the machine
  kRisk,       // refused unless `accept:` takes the risk with a reason
  kAssertion,  // an `assert:` of the spec does not hold on the binary
  kXl,         // `import`: not a configuration that xl would take
};

struct DiagnosticInfo {
  std::string_view symbol;
  std::string_view id;  // kebab-case, stable for ever
  DiagnosticGroup group;
  std::string_view summary;  // what it means, one sentence
  std::string_view remedy;   // the way out, one sentence
};

[[nodiscard]] std::span<const DiagnosticInfo> all_diagnostics();
[[nodiscard]] const DiagnosticInfo& info(DiagnosticId id);

enum class Severity : std::uint8_t { kError, kWarning };

struct Note {
  Span span;
  std::string text;
};

struct Diagnostic {
  DiagnosticId id{};
  Severity severity = Severity::kError;
  Span span;
  std::string message;      // lower case, no final period, names in backticks
  std::vector<Note> notes;  // the other place of a conflict, what is meant, "did you mean"
};

// Collects; the order of reports does not matter (sorted() orders by place). Of a hopeless text the first kMaxStored
// are kept and the others counted, so that a hostile one does not fill the memory.
class Diagnostics {
 public:
  static constexpr std::size_t kMaxStored = 1000;

  // Returns the stored diagnostic, so that notes can be added on the spot (before the next report).
  Diagnostic& error(DiagnosticId id, Span span, std::string message);
  Diagnostic& warning(DiagnosticId id, Span span, std::string message);

  [[nodiscard]] bool has_errors() const { return errors_ != 0; }
  [[nodiscard]] std::size_t error_count() const { return errors_; }
  [[nodiscard]] std::size_t dropped_count() const { return dropped_; }  // reported beyond kMaxStored
  [[nodiscard]] const std::vector<Diagnostic>& all() const { return diagnostics_; }
  [[nodiscard]] std::vector<Diagnostic> sorted() const;

 private:
  Diagnostic& add(Diagnostic diagnostic);

  std::vector<Diagnostic> diagnostics_;
  Diagnostic beyond_;  // takes what is reported beyond kMaxStored
  std::size_t errors_ = 0;
  std::size_t dropped_ = 0;
};

// "; did you mean `net`?" when one of the candidates is near enough to `seen`, else empty. Near: edit distance at most
// a third of the length (at least 1), and something of `seen` is left.
[[nodiscard]] std::string did_you_mean(std::string_view seen, std::span<const std::string_view> candidates);
[[nodiscard]] std::string did_you_mean(std::string_view seen, const std::vector<std::string>& candidates);

}  // namespace bulkhead
