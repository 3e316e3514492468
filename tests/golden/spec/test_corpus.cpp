// Of the groups yaml and shape each id has a file that is refused with it and nothing else, and one that is taken.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include <catch2/catch.hpp>

#include "bulkhead/base/files.h"
#include "bulkhead/base/render.h"
#include "bulkhead/base/yaml_reader.h"
#include "bulkhead/spec/read.h"

namespace fs = std::filesystem;
using bulkhead::DiagnosticGroup;

namespace {

// Checked by a unit test: a file of 16 MiB is too much for a corpus.
const std::set<std::string> kWithoutFixture = {"yaml-too-large"};

struct Outcome {
  std::string rendered;
  std::set<std::string> ids;
};

Outcome read(const std::string& name) {
  const auto text = bulkhead::read_file(CORPUS_DIR "/" + name, bulkhead::kMaxDocumentBytes);
  REQUIRE(text.has_value());
  bulkhead::SourceSet sources;
  bulkhead::Diagnostics diagnostics;
  const bulkhead::FileId file = sources.add(name, *text);
  if (const auto document = read_document(sources, file, diagnostics)) {
    if (document->root().find("inventory")) {
      (void)bulkhead::spec::read_inventory(*document, diagnostics);
    } else {
      (void)bulkhead::spec::read_spec(*document, diagnostics);
    }
  }
  Outcome outcome{render_text(diagnostics, sources, false), {}};
  for (const bulkhead::Diagnostic& diagnostic : diagnostics.all()) {
    outcome.ids.emplace(info(diagnostic.id).id);
  }
  return outcome;
}

bool is_ours(DiagnosticGroup group) {
  return group == DiagnosticGroup::kYaml || group == DiagnosticGroup::kShape;
}

}  // namespace

TEST_CASE(
    "each diagnostic of reading has a file that is refused with it and nothing else, in the words that are kept") {
  for (const bulkhead::DiagnosticInfo& info : bulkhead::all_diagnostics()) {
    const std::string id(info.id);
    if (!is_ours(info.group) || kWithoutFixture.contains(id)) {
      continue;
    }
    CAPTURE(id);
    const Outcome outcome = read("fail_" + id + ".yaml");
    CHECK(outcome.ids == std::set<std::string>{id});
    const std::string expected_path = CORPUS_DIR "/fail_" + id + ".expected";
    if (std::getenv("BULKHEAD_UPDATE_GOLDENS") != nullptr) {
      REQUIRE(bulkhead::replace_file(expected_path, outcome.rendered).has_value());
    }
    const auto expected = bulkhead::read_file(expected_path, std::size_t{1} << 20);
    REQUIRE(expected.has_value());
    CHECK(outcome.rendered == *expected);
    CHECK(fs::exists(CORPUS_DIR "/pass_" + id + ".yaml"));
  }
}

TEST_CASE("each file of the corpus is taken, or named after the diagnostic that refuses it") {
  std::set<std::string> ids;
  for (const bulkhead::DiagnosticInfo& info : bulkhead::all_diagnostics()) {
    ids.emplace(info.id);
  }
  std::size_t passed = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(CORPUS_DIR)) {
    const std::string name = entry.path().filename().string();
    CAPTURE(name);
    if (entry.path().extension() != ".yaml") {
      continue;
    }
    if (name.starts_with("fail_")) {
      CHECK(ids.contains(entry.path().stem().string().substr(5)));
    } else {  // pass_…, or an inventory that others name
      ++passed;
      CHECK(read(name).rendered.empty());
    }
  }
  CHECK(passed > 20);
}
