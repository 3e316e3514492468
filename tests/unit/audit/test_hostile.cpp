#include <algorithm>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "hostile.h"

namespace bulkhead::test {
namespace {

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

const Compiled& split() {
  static const Compiled kCompiled = compile_example("split");
  return kCompiled;
}

}  // namespace

TEST_CASE("in no field does a text make an element, an attribute or an entity of the page") {
  const std::string plain = audit_html(audit_of_all_fields(split(), "plain"));
  const std::string hostile = audit_html(audit_of_all_fields(split(), kMarkup));
  REQUIRE(count(plain, "plain") > 100);
  CHECK(count(hostile, "<") == count(plain, "<"));
  CHECK(count(hostile, "\"") == count(plain, "\""));
  CHECK(count(hostile, "<script>") == 1);
  CHECK(count(hostile, "&lt;script&gt;window.owned=1") == count(plain, "plain"));
}

TEST_CASE("no text writes to a terminal or turns the words around it") {
  const std::string nasty = "a\x1b]0;owned\x07\r\nb\xe2\x80\xae\xff";
  const audit::Audit audit = audit_of_all_fields(split(), nasty);
  for (const std::string& form : {audit_html(audit), audit_text(audit)}) {
    CHECK(std::none_of(form.begin(), form.end(), [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return (byte < 0x20 && c != '\n') || byte == 0x7F;
    }));
    CHECK(count(form, "a\\x1b]0;owned\\x07\\x0d\\x0ab") > 50);
    CHECK(count(form, "\xff") == 0);
  }
  CHECK(count(audit_html(audit), "\xe2\x80\xae") == 0);
}

TEST_CASE("JSON carries every text as it is, bytes that are no text replaced") {
  const std::string text = std::string(kMarkup) + "\x1b\r\n\xff";
  const auto json = nlohmann::json::parse(audit_json(audit_of_all_fields(split(), text)));
  const std::string kept = std::string(kMarkup) + "\x1b\r\n\xef\xbf\xbd";
  CHECK(json["findings"][0]["found"] == kept);
  CHECK(json["denials"][0]["source"] == kept);
  CHECK(json["accepted"][0]["reason"] == kept);
  CHECK(json["not_looked_at"][0]["why"] == kept);
}

}  // namespace bulkhead::test
