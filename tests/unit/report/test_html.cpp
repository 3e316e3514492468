#include <catch2/catch.hpp>

#include "bulkhead/base/files.h"
#include "bulkhead/base/process.h"
#include "bulkhead/page/html.h"
#include "html.h"
#include "reported.h"

namespace bulkhead::report {

namespace {

// What two parsers that are not ours make of a page (check_html.py): "well-formed", then one line for each text asked
// for.
std::string judged(const std::string& html) {
  const auto folder = TemporaryFolder::make();
  REQUIRE(folder.has_value());
  const std::string file = folder->path() + "/report.html";
  REQUIRE(replace_file(file, html).has_value());
  const auto result = run_process({BULKHEAD_PYTHON, BULKHEAD_SOURCE_DIR "/tests/unit/report/check_html.py", file});
  REQUIRE(result.has_value());
  return result->standard_output + result->standard_error;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("the page is well-formed, needs nothing from outside and runs nothing") {
  CHECK(judged(report_html(Reported().inputs())) == "well-formed\n");
  CHECK(judged(report_html(Reported(large_host(300)).inputs())) == "well-formed\n");
}

TEST_CASE("the judge of pages refuses what is not well-formed, a script and a reference") {
  CHECK(judged("<html><body><p>a</body></html>").starts_with("not well-formed: "));
  CHECK(judged("<html><body><script>1</script></body></html>") == "forbidden element: script\n");
  CHECK(judged("<html><body><img src=\"x\"/></body></html>") == "forbidden attribute: src\n");
  CHECK(judged("<html><body><p onclick=\"x\">a</p></body></html>") == "forbidden attribute: onclick\n");
}

TEST_CASE("text of the spec is escaped wherever it stands in the page") {
  const std::string html = report_html(Reported().inputs());
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("<b>bold") == std::string::npos);
  CHECK(html.find("&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;") != std::string::npos);
  CHECK(html.find("a test, &quot;quoted&quot; &amp; &lt;b&gt;bold&lt;/b&gt;") != std::string::npos);
  CHECK(page::escaped("<a href=\"x\">&'\x1b") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;\\x1b");
}

TEST_CASE("the matrix has a row for each domain and names what is held") {
  const Reported reported;
  const Inputs inputs = reported.inputs();
  const Index index(inputs);
  const std::string matrix = html_matrix(index).html;
  CHECK(count(matrix, "<tr") == 8);
  CHECK(matrix.find("title=\"event: send create; grant: map_read map_write unmap copy\">6</td>") != std::string::npos);
}

TEST_CASE("the picture shows domains, devices and connections") {
  const Reported reported;
  const Inputs inputs = reported.inputs();
  const Index index(inputs);
  const std::string picture = html_picture(index).html;
  CHECK(count(picture, "<rect ") == 7);
  CHECK(picture.find("driver · drives nic0</text>") != std::string::npos);
  CHECK(picture.find("<title>network: net serves web-1</title>") != std::string::npos);
  CHECK(picture.find("<title>passthrough: hardware serves net</title>") != std::string::npos);
  CHECK(picture.find("build") == std::string::npos);
}

TEST_CASE("every domain has its place in the page") {
  const std::string html = report_html(Reported().inputs());
  for (const char* id : {"d-control", "d-hardware", "d-net", "d-web-1", "d-web-2", "d-db", "d-meter"}) {
    CHECK(count(html, std::string("<details id=\"") + id + "\"") == 1);
  }
}

TEST_CASE("with equal instances the page does not grow") {
  const std::size_t small = report_html(Reported(large_host(300)).inputs()).size();
  const std::size_t large = report_html(Reported(large_host(900)).inputs()).size();
  CHECK(large < small + 200);
}

}  // namespace bulkhead::report
