// The grammar of a configuration: what is read, and that anything else is refused with its place.
#include <catch2/catch.hpp>

#include "bulkhead/base/render.h"
#include "bulkhead/xl/config.h"

namespace bulkhead::xl {
namespace {

struct Read {
  explicit Read(std::string text) {
    const FileId file = sources.add("web.cfg", std::move(text));
    config = read_config(sources, file, diagnostics);
  }
  [[nodiscard]] std::string rendered() const { return render_text(diagnostics, sources, false); }
  // Places and messages, without the lines.
  [[nodiscard]] std::vector<std::string> refusals() const {
    std::vector<std::string> lines;
    for (const Diagnostic& each : diagnostics.sorted()) {
      lines.push_back(sources.describe(each.span) + " " + each.message);
    }
    return lines;
  }

  SourceSet sources;
  Diagnostics diagnostics;
  std::optional<Config> config;
};

std::string shown(const Value& value) {
  if (value.kind == ValueKind::kNumber) {
    return std::to_string(value.number);
  }
  if (value.kind == ValueKind::kText) {
    return "'" + value.text + "'";
  }
  std::string text;
  for (const Value& item : value.items) {
    text += (text.empty() ? "" : " ") + shown(item);
  }
  return "[" + text + "]";
}

std::vector<std::string> settings(const Read& read) {
  std::vector<std::string> lines;
  REQUIRE(read.config.has_value());
  for (const Setting& setting : read.config->settings) {
    lines.push_back(setting.key + "=" + shown(setting.value));
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST_CASE("numbers, texts in either quote, lists over lines and comments are read") {
  const Read read(
      "# a guest\r\nname = \"web\"; memory=0x200\n"
      "extra = 'a=\"b\" # no comment' # a comment\n"
      "disk = [\n  'phy:/dev/vg/a,xvda,w', # first\n  \"b\",\n]\nempty=[]\nnested = [[1, 2], ['x']]");
  CHECK(settings(read) == Lines{"name='web'", "memory=512", "extra='a=\"b\" # no comment'",
                                "disk=['phy:/dev/vg/a,xvda,w' 'b']", "empty=[]", "nested=[[1 2] ['x']]"});
  CHECK(read.rendered().empty());
}

TEST_CASE("a quote and a backslash are written with a backslash, nothing else is") {
  CHECK(settings(Read("a = 'it\\'s \\\\ \\\"'")) == Lines{"a='it's \\ \"'"});
  CHECK(Read("a = 'x\\n'").refusals() == Lines{"web.cfg:1:8 behind a backslash stands a backslash or a quote"});
}

TEST_CASE("a place is that of the value, also behind a list over lines") {
  const Read read("vif = [ 'a',\n        'b' ]\nname = \"web\"\n");
  REQUIRE(read.config.has_value());
  const std::vector<Value>& cards = read.config->find("vif")->items;
  CHECK(read.sources.describe(cards[0].span) == "web.cfg:1:9");
  CHECK(read.sources.describe(cards[1].span) == "web.cfg:2:9");
  CHECK(read.config->find("name")->span.length == 5);
  CHECK(read.config->find("nam") == nullptr);
}

TEST_CASE("Python beyond the grammar is refused with its place and never executed") {
  CHECK(Read("memory = 256 * 2").refusals() ==
        Lines{"web.cfg:1:14 behind the value of `memory` a line ends; there are no expressions"});
  CHECK(Read("import os").refusals() == Lines{"web.cfg:1:8 behind the name `import` stands `=` and a value"});
  CHECK(
      Read("name = os.system('x')").refusals() ==
      Lines{"web.cfg:1:8 a value is a number, a text in quotes or a list; nothing else is read, and nothing executed"});
  CHECK(Read("pae = True").refusals().size() == 1);
  CHECK(Read("disk += ['a']").refusals() ==
        Lines{"web.cfg:1:6 `disk` is added to; write its whole value in one place"});
  CHECK(Read("a = '''x'''").refusals() == Lines{"web.cfg:1:5 a text over several lines; write one line"});
}

TEST_CASE("all mistakes are told in one run, each once") {
  CHECK(Read("= 1\nname = \"web\nvif = [ 'a' 'b',\n  'c' ]\nmemory = 1x\nvcpus = 2\nvcpus = 3\nlast = [ 'a'\n")
            .refusals() == Lines{"web.cfg:1:1 a setting starts with its name",
                                 "web.cfg:2:8 the text does not end on its line",
                                 "web.cfg:3:13 between the items of a list stands a comma",
                                 "web.cfg:5:10 `1x` is no whole number of 64 bits",
                                 "web.cfg:7:1 `vcpus` is set twice, and readers disagree about which one counts",
                                 "web.cfg:8:8 the list does not end"});
}

TEST_CASE("numbers beyond 64 bits, deep lists, control characters and bytes that are not UTF-8 are refused") {
  CHECK(Read("a = 18446744073709551615").config->settings[0].value.number == UINT64_MAX);
  CHECK(Read("a = 18446744073709551616").refusals().size() == 1);
  CHECK(Read("a = " + std::string(9, '[') + std::string(9, ']')).refusals() ==
        Lines{"web.cfg:1:13 lists are nested deeper than xl nests any"});
  CHECK(Read("a = " + std::string(100000, '[')).refusals().size() == 1);
  CHECK(Read("a = 'x\x1b[2J'").refusals() == Lines{"web.cfg:1:5 a text with control characters, or that is not UTF-8"});
  CHECK(Read("a = '\xff'").refusals().size() == 1);
}

TEST_CASE("an empty configuration has no settings") {
  for (const char* text : {"", "\n", "# only this", " ; ;\n"}) {
    CHECK(settings(Read(text)).empty());
  }
}

}  // namespace
}  // namespace bulkhead::xl
