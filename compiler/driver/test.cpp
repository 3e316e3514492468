// test: the expectations of a reviewer on a spec, and which of its statements they touch.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actions.h"
#include "bulkhead/analysis/expectations.h"
#include "bulkhead/base/files.h"
#include "bulkhead/base/render.h"
#include "bulkhead/base/yaml_reader.h"
#include "bulkhead/spec/expectations.h"

namespace bulkhead::driver {
namespace {

using analysis::Statement;
using analysis::StatementKind;
using analysis::TestResult;
using analysis::Verdict;
using nlohmann::ordered_json;

constexpr std::size_t kMaxFiles = 4096;

Result<void> read_file_of_expectations(Host& host, const std::string& path, std::vector<spec::Expectation>& all) {
  Result<std::string> text = read_file(path, kMaxDocumentBytes);
  if (!text) {
    return text.error();
  }
  const FileId file = host.sources.add(path, std::move(*text));
  if (const std::optional<Document> document = read_document(host.sources, file, host.diagnostics)) {
    for (spec::Expectation& expectation : spec::read_expectations(*document, host.diagnostics)) {
      all.push_back(std::move(expectation));
    }
  }
  return {};
}

std::string title_of(const Verdict& verdict) {
  return verdict.expectation->name ? verdict.expectation->name->value : analysis::describe(*verdict.expectation);
}

struct Count {
  std::size_t touched = 0;
  std::size_t all = 0;
};

Count count(const TestResult& result, StatementKind kind) {
  Count counted;
  for (const Statement& statement : result.statements) {
    if (statement.kind == kind) {
      ++counted.all;
      counted.touched += statement.touched != 0 ? 1 : 0;
    }
  }
  return counted;
}

std::string to_text(const TestResult& result, const Host& host) {
  std::string out;
  std::size_t failed = 0;
  for (const Verdict& verdict : result.verdicts) {
    failed += verdict.holds() ? 0 : 1;
    out += fmt::format("{}: {}: {}\n", host.sources.describe(verdict.expectation->span),
                       verdict.holds() ? "holds" : "fails", title_of(verdict));
    for (const analysis::Breach& breach : verdict.breaches) {
      out += breach.origin.is_known() ? fmt::format("  {}: {}\n", host.sources.describe(breach.origin), breach.text)
                                      : fmt::format("  {}\n", breach.text);
    }
    if (verdict.breach_count > verdict.breaches.size()) {
      out += fmt::format("  and {} more\n", verdict.breach_count - verdict.breaches.size());
    }
  }
  out += fmt::format("{}: {} hold, {} fail\n", counted(result.verdicts.size(), "expectation"),
                     result.verdicts.size() - failed, failed);
  const Count connections = count(result, StatementKind::kConnection);
  const Count roles = count(result, StatementKind::kRole);
  const Count devices = count(result, StatementKind::kDevice);
  out += fmt::format("touched by an expectation: {} of {}, {} of {}, {} of {}\n", connections.touched,
                     counted(connections.all, "connection"), roles.touched, counted(roles.all, "role"), devices.touched,
                     counted(devices.all, "device"));
  for (const Statement& statement : result.statements) {
    if (statement.touched == 0) {
      out += fmt::format("  untouched: {}: {} `{}`\n", host.sources.describe(statement.place),
                         analysis::name(statement.kind), statement.words);
    }
  }
  return out;
}

ordered_json result_json(const Verdict& verdict, const Host& host) {
  ordered_json breaches = ordered_json::array();
  for (const analysis::Breach& breach : verdict.breaches) {
    breaches.push_back(
        {{"text", breach.text},
         {"origin", breach.origin.is_known() ? ordered_json(host.sources.describe(breach.origin)) : ordered_json()}});
  }
  return {{"place", host.sources.describe(verdict.expectation->span)},
          {"name", title_of(verdict)},
          {"claim", analysis::describe(*verdict.expectation)},
          {"holds", verdict.holds()},
          {"breach_count", verdict.breach_count},
          {"breaches", std::move(breaches)}};
}

std::string to_json(const TestResult& result, const Host& host) {
  ordered_json json{{"format_version", 1},
                    {"holds", result.all_hold()},
                    {"results", ordered_json::array()},
                    {"statements", ordered_json::array()}};
  for (const Verdict& verdict : result.verdicts) {
    json["results"].push_back(result_json(verdict, host));
  }
  for (const Statement& statement : result.statements) {
    json["statements"].push_back({{"kind", analysis::name(statement.kind)},
                                  {"words", statement.words},
                                  {"place", host.sources.describe(statement.place)},
                                  {"touched", statement.touched}});
  }
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace

Result<ExitCode> run_test(const Invocation& invocation, Console& console) {
  StageClock clock(console, invocation.has("timings"));
  if (invocation.arguments.size() > kMaxFiles) {
    return Error(fmt::format("more than {} files in one run", kMaxFiles));
  }
  const auto host = read_host(invocation.arguments[0], Depth::kPrivileges, clock);
  if (!host) {
    return host.error();
  }
  const bool is_spec_accepted = (*host)->accepted();
  clock.begin("expectations");
  std::vector<spec::Expectation> expectations;
  for (std::size_t i = 1; i < invocation.arguments.size(); ++i) {
    if (const Result<void> read = read_file_of_expectations(**host, invocation.arguments[i], expectations); !read) {
      return read.error();
    }
  }
  TestResult result;
  if (is_spec_accepted) {
    result = analysis::check_expectations((*host)->model, *(*host)->catalogue, (*host)->derived, expectations,
                                          (*host)->diagnostics);
  }
  clock.end();
  if (!is_spec_accepted) {
    (void)report(**host, console);
    return ExitCode::kRejected;
  }
  console.complain(render_text((*host)->diagnostics, (*host)->sources, console.color()));
  if (!(*host)->accepted()) {
    console.complain(
        fmt::format("the expectations are rejected: {}\n", counted((*host)->diagnostics.error_count(), "error")));
    return ExitCode::kRejected;
  }
  console.print(invocation.value("format") == "json" ? to_json(result, **host) : to_text(result, **host));
  return result.all_hold() ? ExitCode::kDone : ExitCode::kRejected;
}

}  // namespace bulkhead::driver
