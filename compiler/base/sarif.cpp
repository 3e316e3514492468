#include "bulkhead/base/sarif.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/base/render.h"

namespace bulkhead {
namespace {

using nlohmann::ordered_json;

std::string sentence(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') {
    out[0] = static_cast<char>(out[0] - 'a' + 'A');
  }
  return out + '.';
}

// Of a byte column: how many characters stand before it. A text that is not UTF-8 has been refused, but the line that
// shows why is one of those; its bytes count as characters then.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

ordered_json region(const SourceSet& sources, const Span& span) {
  const std::string_view line = sources.line(span);
  const std::size_t begin = std::min<std::size_t>(span.column - 1, line.size());
  const std::size_t end = std::min<std::size_t>(begin + std::max<std::uint32_t>(1, span.length), line.size());
  const std::size_t before = line.empty() ? span.column - 1 : characters(line.substr(0, begin));
  const std::size_t width = line.empty() ? span.length : characters(line.substr(begin, end - begin));
  return {{"startLine", span.line}, {"startColumn", before + 1}, {"endColumn", before + 1 + width}};
}

ordered_json location(const SourceSet& sources, const Span& span) {
  ordered_json physical{{"artifactLocation", {{"uri", uri_of_path(sources.file(span.file).name)}}}};
  if (span.is_known()) {
    physical["region"] = region(sources, span);
  }
  return {{"physicalLocation", std::move(physical)}};
}

ordered_json rule(const DiagnosticInfo& registered) {
  return {{"id", registered.id},
          {"shortDescription", {{"text", sentence(registered.summary)}}},
          {"help", {{"text", sentence(registered.remedy)}}},
          {"properties", {{"tags", ordered_json::array({describe(registered.group)})}}}};
}

std::string_view level(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
  }
  return {};
}

ordered_json result(const Diagnostic& diagnostic, const SourceSet& sources) {
  ordered_json json{{"ruleId", info(diagnostic.id).id},
                    {"ruleIndex", static_cast<std::size_t>(diagnostic.id)},
                    {"level", level(diagnostic.severity)},
                    {"message", {{"text", printable(diagnostic.message)}}},
                    {"locations", ordered_json::array({location(sources, diagnostic.span)})}};
  ordered_json related = ordered_json::array();
  for (const Note& note : diagnostic.notes) {
    ordered_json noted = location(sources, note.span);
    noted["id"] = related.size() + 1;
    noted["message"] = {{"text", printable(note.text)}};
    related.push_back(std::move(noted));
  }
  if (!related.empty()) {
    json["relatedLocations"] = std::move(related);
  }
  return json;
}

// What was left out must not look like all there is.
ordered_json invocation(const Diagnostics& diagnostics, int exit_code) {
  ordered_json json{{"executionSuccessful", true}, {"exitCode", exit_code}};
  if (diagnostics.dropped_count() != 0) {
    json["toolExecutionNotifications"] = ordered_json::array(
        {{{"level", "warning"},
          {"message", {{"text", fmt::format("{} more diagnostics were left out", diagnostics.dropped_count())}}}}});
  }
  return json;
}

}  // namespace

std::string uri_of_path(std::string_view path) {
  constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

std::string render_sarif(const Diagnostics& diagnostics, const SourceSet& sources, int exit_code) {
  ordered_json rules = ordered_json::array();
  for (const DiagnosticInfo& registered : all_diagnostics()) {
    rules.push_back(rule(registered));
  }
  ordered_json results = ordered_json::array();
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    results.push_back(result(diagnostic, sources));
  }
  const ordered_json driver{{"name", "bulkhead"}, {"semanticVersion", BULKHEAD_VERSION}, {"rules", std::move(rules)}};
  const ordered_json run{{"tool", {{"driver", driver}}},
                         {"invocations", ordered_json::array({invocation(diagnostics, exit_code)})},
                         {"columnKind", "unicodeCodePoints"},
                         {"results", std::move(results)}};
  const ordered_json whole{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                           {"version", "2.1.0"},
                           {"runs", ordered_json::array({run})}};
  return whole.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace bulkhead
