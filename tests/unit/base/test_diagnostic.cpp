#include <set>

#include <catch2/catch.hpp>

#include "bulkhead/base/diagnostic.h"

using bulkhead::DiagnosticId;
using bulkhead::Diagnostics;
using bulkhead::did_you_mean;

TEST_CASE("every diagnostic of the registry has an id of its own in kebab case and both sentences") {
  std::set<std::string_view> ids;
  for (const bulkhead::DiagnosticInfo& info : bulkhead::all_diagnostics()) {
    CAPTURE(info.symbol);
    CHECK(ids.insert(info.id).second);
    CHECK(info.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos);
    CHECK(info.symbol.starts_with("k"));
    CHECK_FALSE(info.summary.empty());
    CHECK_FALSE(info.remedy.empty());
    CHECK_FALSE(info.summary.ends_with('.'));
    CHECK_FALSE(info.remedy.ends_with('.'));
  }
  CHECK(bulkhead::info(DiagnosticId::kYamlTab).id == "yaml-tab");
}

TEST_CASE("diagnostics come out in the order of their places, warnings are no errors") {
  Diagnostics diagnostics;
  diagnostics.warning(DiagnosticId::kYamlTab, {{}, 3, 1, 1}, "third");
  CHECK_FALSE(diagnostics.has_errors());
  diagnostics.error(DiagnosticId::kYamlTab, {{}, 1, 9, 1}, "second");
  diagnostics.error(DiagnosticId::kYamlTag, {{}, 1, 2, 1}, "first").notes.push_back({{{}, 7, 7, 1}, "note"});
  std::vector<std::string> order;
  for (const bulkhead::Diagnostic& diagnostic : diagnostics.sorted()) {
    order.push_back(diagnostic.message);
  }
  CHECK(order == std::vector<std::string>{"first", "second", "third"});
  CHECK(diagnostics.sorted().front().notes.front().text == "note");
  CHECK(diagnostics.error_count() == 2);
}

TEST_CASE("of very many diagnostics the first are kept and all are counted") {
  Diagnostics diagnostics;
  for (std::size_t i = 0; i < Diagnostics::kMaxStored + 5; ++i) {
    diagnostics.error(DiagnosticId::kYamlTab, {}, "again").notes.push_back({});
  }
  CHECK(diagnostics.all().size() == Diagnostics::kMaxStored);
  CHECK(diagnostics.error_count() == Diagnostics::kMaxStored + 5);
  CHECK(diagnostics.dropped_count() == 5);
}

TEST_CASE("a near name is suggested and a far one is not") {
  const std::vector<std::string> names{"kernel", "ramdisk", "net", "a"};
  CHECK(did_you_mean("kernal", names) == "; did you mean `kernel`?");
  CHECK(did_you_mean("ramdsik", names) == "; did you mean `ramdisk`?");
  CHECK(did_you_mean("nett", names) == "; did you mean `net`?");
  CHECK(did_you_mean("memory", names).empty());
  CHECK(did_you_mean("b", names).empty());
  CHECK(did_you_mean("kernel", std::vector<std::string>{"kernel"}).empty());
}
