#include "bulkhead/report/diagnostics_page.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "bulkhead/base/diagnostic.h"

namespace bulkhead::report {
namespace {

struct Section {
  DiagnosticGroup group;
  std::string_view title;
  std::string_view about;
};

constexpr std::array kSections{
    Section{DiagnosticGroup::kYaml, "Not the YAML that we take",
            "The bytes or the syntax. Found before anything else; what follows a syntax error is not read."},
    Section{DiagnosticGroup::kShape, "Not the language",
            "A key, a type or a written form that the language does not have. The JSON Schema (`bulkhead schema`) "
            "refuses a "
            "file exactly when one of these is reported."},
    Section{DiagnosticGroup::kMeaning, "Well-formed, but it cannot be meant",
            "Names, numbers or devices contradict each other, the inventory, or what Xen can do."},
    Section{
        DiagnosticGroup::kRisk, "Risks",
        "Refused unless an entry of `accept:` takes the risk, with a reason, for the domains and devices concerned. "
        "Reports print what was accepted and why. An invariant is accepted by its own name."},
    Section{DiagnosticGroup::kAssertion, "Assertions",
            "What an `assert:` of the spec claims does not hold on the binary policy."},
    Section{DiagnosticGroup::kXl, "Configurations of xl", "What `bulkhead import` refuses; nothing of it is executed."},
};

// A file of 16 MiB, what only a compiled policy shows, and what is no spec, are no fixtures: unit tests and the
// examples have them.
bool has_fixture(const DiagnosticInfo& diagnostic) {
  return diagnostic.group != DiagnosticGroup::kAssertion && diagnostic.group != DiagnosticGroup::kXl &&
         diagnostic.id != "yaml-too-large";
}

// A bar would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '|') out += '\\';
    out += letter;
  }
  return out;
}

std::string row(const DiagnosticInfo& diagnostic) {
  constexpr std::string_view kFolder = "../tests/golden/spec";
  const std::string shown =
      has_fixture(diagnostic)
          ? fmt::format("[refused]({0}/fail_{1}.yaml), [taken]({0}/pass_{1}.yaml)", kFolder, diagnostic.id)
          : std::string();
  return fmt::format("| `{}` | {} | {} | {} |\n", diagnostic.id, cell(diagnostic.summary), cell(diagnostic.remedy),
                     shown);
}

std::string section_text(const Section& section) {
  std::vector<const DiagnosticInfo*> listed;
  for (const DiagnosticInfo& diagnostic : all_diagnostics()) {
    if (diagnostic.group == section.group) listed.push_back(&diagnostic);
  }
  std::sort(listed.begin(), listed.end(),
            [](const DiagnosticInfo* a, const DiagnosticInfo* b) { return a->id < b->id; });
  std::string out = fmt::format("\n## {}\n{}\n\n| id | what it means | the way out | see |\n|---|---|---|---|\n",
                                section.title, section.about);
  for (const DiagnosticInfo* const diagnostic : listed) out += row(*diagnostic);
  return out;
}

}  // namespace

std::string diagnostics_page() {
  std::string out =
      "# Diagnostics\n\n"
      "<!-- Generated from include/bulkhead/base/diagnostics.def; a test compares it. -->\n\n"
      "What `bulkhead` says about a spec, by the id in brackets at the end of each message. Ids are stable: scripts, "
      "review "
      "bots and `accept:` can rely on them. All that is wrong with a file is reported in one run, each with its place; "
      "where "
      "two places disagree, both are shown. Errors end the run with exit code 1, warnings do not.\n";
  for (const Section& section : kSections) out += section_text(section);
  return out;
}

}  // namespace bulkhead::report
