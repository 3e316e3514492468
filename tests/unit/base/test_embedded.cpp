#include <algorithm>

#include <catch2/catch.hpp>

#include "bulkhead/base/digest.h"
#include "bulkhead/base/embedded.h"
#include "bulkhead/base/files.h"
#include "reading.h"

using bulkhead::EmbeddedFile;

TEST_CASE("the files of policy/ in the program are those of the source tree, in order and node for node") {
  const auto files = bulkhead::embedded_files();
  CHECK(std::is_sorted(files.begin(), files.end(),
                       [](const EmbeddedFile& a, const EmbeddedFile& b) { return a.path < b.path; }));
  CHECK(files.size() >= 6);
  for (const EmbeddedFile& file : files) {
    CAPTURE(file.path);
    const auto text =
        bulkhead::read_file(BULKHEAD_SOURCE_DIR "/" + std::string(file.path), bulkhead::kMaxDocumentBytes);
    REQUIRE(text.has_value());
    CHECK(file.sha256 == bulkhead::sha256_hex(*text));
    const bulkhead::test::Read read(*text);
    REQUIRE(read.document.has_value());
    const bulkhead::Document embedded(bulkhead::FileId{}, file.nodes);
    CHECK(bulkhead::test::shape(embedded.root()) == bulkhead::test::shape(read.document->root()));
    CHECK(std::equal(file.nodes.begin(), file.nodes.end(), read.document->nodes().begin(), read.document->nodes().end(),
                     [](const bulkhead::NodeData& a, const bulkhead::NodeData& b) {
                       return a.line == b.line && a.column == b.column && a.length == b.length;
                     }));
  }
}
