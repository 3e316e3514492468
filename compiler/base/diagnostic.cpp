#include "bulkhead/base/diagnostic.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "bulkhead/base/text.h"

namespace bulkhead {
namespace {

constexpr auto kRegistry = std::to_array<DiagnosticInfo>({
#define BULKHEAD_DIAGNOSTIC(symbol, id, group, summary, remedy) {#symbol, id, group, summary, remedy},
#include "bulkhead/base/diagnostics.def"
#undef BULKHEAD_DIAGNOSTIC
});

template <typename Candidates>
std::string nearest(std::string_view seen, const Candidates& candidates) {
  const std::size_t limit = std::max<std::size_t>(1, seen.size() / 3);
  std::size_t best_distance = limit + 1;
  std::string_view best;
  for (const std::string_view candidate : candidates) {
    const std::size_t difference = std::max(seen.size(), candidate.size()) - std::min(seen.size(), candidate.size());
    if (difference >= best_distance || candidate == seen) {
      continue;
    }
    const std::size_t distance = edit_distance(seen, candidate);
    if (distance < best_distance && distance < seen.size()) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best.empty() ? std::string() : "; did you mean " + quoted(best) + "?";
}

}  // namespace

std::span<const DiagnosticInfo> all_diagnostics() {
  return kRegistry;
}

const DiagnosticInfo& info(DiagnosticId id) {
  return kRegistry.at(static_cast<std::size_t>(id));
}

Diagnostic& Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostics_.size() == kMaxStored) {
    ++dropped_;
    beyond_ = std::move(diagnostic);
    return beyond_;
  }
  return diagnostics_.emplace_back(std::move(diagnostic));
}

Diagnostic& Diagnostics::error(DiagnosticId id, Span span, std::string message) {
  ++errors_;
  return add({id, Severity::kError, span, std::move(message), {}});
}

Diagnostic& Diagnostics::warning(DiagnosticId id, Span span, std::string message) {
  return add({id, Severity::kWarning, span, std::move(message), {}});
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> ordered = diagnostics_;
  std::stable_sort(ordered.begin(), ordered.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.span, a.id, a.message) < std::tie(b.span, b.id, b.message);
  });
  return ordered;
}

std::string did_you_mean(std::string_view seen, std::span<const std::string_view> candidates) {
  return nearest(seen, candidates);
}

std::string did_you_mean(std::string_view seen, const std::vector<std::string>& candidates) {
  return nearest(seen, candidates);
}

}  // namespace bulkhead
