#include <catch2/catch.hpp>

#include "bulkhead/page/html.h"
#include "bulkhead/page/powers.h"

namespace bulkhead::page {

TEST_CASE("what is escaped is no markup, in text and in attributes") {
  CHECK(escaped("<a href=\"x\">&'\x1b") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;\\x1b");
}

TEST_CASE("characters that turn or hide the text around them are written out") {
  CHECK(escaped("a\u202eb\u2066c\u200bd\ufeffe\u061cf") == "a\\u202eb\\u2066c\\u200bd\\ufeffe\\u061cf");
  CHECK(escaped("Größe → 3") == "Größe → 3");
}

TEST_CASE("bytes that are no text are written out") {
  CHECK(escaped("a\xff\xc3(") == "a\\xff\\xc3(");
}

TEST_CASE("a page without a script allows none") {
  const std::string page = begin_page("<b>", Script::kNone) + end_page(Script::kNone);
  CHECK(page.find("default-src 'none'; style-src 'sha256-") != std::string::npos);
  CHECK(page.find("; script-src 'none'; base-uri 'none'; form-action 'none'\"") != std::string::npos);
  CHECK(page.find("<title>&lt;b&gt;</title>") != std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
}

TEST_CASE("a power counts on the labels that it is about") {
  CHECK(is_in_scope(Scope::kAny, Target::kOther));
  CHECK(is_in_scope(Scope::kOtherDomain, Target::kBuilding));
  CHECK_FALSE(is_in_scope(Scope::kOtherDomain, Target::kOwn));
  CHECK(is_in_scope(Scope::kRunningDomain, Target::kRunning));
  CHECK_FALSE(is_in_scope(Scope::kRunningDomain, Target::kBuilding));
  CHECK(is_in_scope(Scope::kBuildingDomain, Target::kBuilding));
  CHECK_FALSE(is_in_scope(Scope::kChannel, Target::kRunning));
}

}  // namespace bulkhead::page
