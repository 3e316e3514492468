#include <cstdlib>
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "bulkhead/base/files.h"
#include "bulkhead/report/diagnostics_page.h"

namespace bulkhead {
namespace {

const std::string kDocs = BULKHEAD_SOURCE_DIR "/docs/";

TEST_CASE("docs/diagnostics.md is what the registry makes") {
  const std::string page = report::diagnostics_page();
  if (std::getenv("BULKHEAD_UPDATE_GOLDENS") != nullptr) {
    REQUIRE(replace_file(kDocs + "diagnostics.md", page).has_value());
  }
  const auto kept = read_file(kDocs + "diagnostics.md", std::size_t{1} << 20U);
  REQUIRE(kept.has_value());
  CHECK(*kept == page);
}

TEST_CASE("every link of docs/diagnostics.md leads to a file") {
  const std::string page = report::diagnostics_page();
  std::size_t links = 0;
  for (std::size_t at = page.find("]("); at != std::string::npos; at = page.find("](", at + 2)) {
    const std::string target = page.substr(at + 2, page.find(')', at) - at - 2);
    CAPTURE(target);
    CHECK(std::filesystem::exists(kDocs + target));
    ++links;
  }
  CHECK(links > 100);
}

}  // namespace
}  // namespace bulkhead
