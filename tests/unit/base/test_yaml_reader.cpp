#include <catch2/catch.hpp>

#include "reading.h"

using bulkhead::kMaxDocumentBytes;
using bulkhead::test::Read;
using bulkhead::test::shape;

namespace {

std::string tree(const std::string& text) {
  const Read read(text);
  INFO(read.rendered());
  REQUIRE(read.document.has_value());
  return shape(read.document->root());
}

std::string complaint(const std::string& text) {
  const Read read(text);
  CHECK_FALSE(read.document.has_value());
  return read.rendered();
}

}  // namespace

TEST_CASE("scalars are resolved by the core schema of YAML 1.2") {
  CHECK(tree("[null, Null, NULL, ~, '', nul]") == "[null,null,null,null,q:,t:nul]");
  CHECK(tree("[true, True, TRUE, false, False, FALSE, yes, on, off, no, y, tRUE]") ==
        "[b:true,b:True,b:TRUE,b:false,b:False,b:FALSE,t:yes,t:on,t:off,t:no,t:y,t:tRUE]");
  CHECK(tree("[0, -12, +3, 012, 0x1F, 0o17, 0x, 0xg, 0o8, 1_000, 0b1, '12']") ==
        "[i:0,i:-12,i:+3,i:012,i:0x1F,i:0o17,t:0x,t:0xg,t:0o8,t:1_000,t:0b1,q:12]");
  CHECK(tree("[4.17, 1., .5, 1e3, 1.5E-3, -.inf, .nan, ., 1e, 4.17.5, 00:03.0, 12:30]") ==
        "[f:4.17,f:1.,f:.5,f:1e3,f:1.5E-3,f:-.inf,f:.nan,t:.,t:1e,t:4.17.5,t:00:03.0,t:12:30]");
}

TEST_CASE("an integer has the value that its base gives it") {
  const Read read("[12, -12, +3, 0x1F, 0o17, 012, 9223372036854775807, 9223372036854775808, 4.0, '12']");
  std::vector<std::optional<std::int64_t>> values;
  for (const bulkhead::Node& item : read.document->root().items()) {
    values.push_back(item.integer());
  }
  CHECK(values == std::vector<std::optional<std::int64_t>>{12, -12, 3, 31, 15, 12, INT64_MAX, {}, {}, {}});
}

TEST_CASE("lists, mappings and texts of every style are read") {
  CHECK(tree("a: [1, {b: c}]\nd:\n  - e\n  -\n  - f: g\n") == "{t:a=[i:1,{t:b=t:c}],t:d=[t:e,null,{t:f=t:g}]}");
  CHECK(tree("a: \"x\\ty\\u00e9\"\nb: 'it''s'\nc: |\n  one\n  two\nd: >-\n  one\n  two\ne: plain\n  goes on\n") ==
        "{t:a=q:x\ty\xc3\xa9,t:b=q:it's,t:c=q:one\ntwo\n,t:d=q:one two,t:e=t:plain goes on}");
  CHECK(tree("a: [x, \"y\\n\"]\r\nb: c\r\n") == "{t:a=[t:x,q:y\n],t:b=t:c}");
  CHECK(tree("") == "null");
  CHECK(tree("# nothing\n") == "null");
  CHECK(tree("---\na: b\n...\n") == "{t:a=t:b}");
  CHECK(tree("{}") == "{}");
  CHECK(tree("\xc3\xbc: \"\xe2\x82\xac\"") == "{t:\xc3\xbc=q:\xe2\x82\xac}");
}

TEST_CASE("every node knows its place and length") {
  const Read read("a: \"x\\ty\"\nlist:\n  - 'it''s'\n  - ~\n  - {b: 12}\nempty:\nlast: some words\n");
  std::vector<std::string> places;
  for (const bulkhead::NodeData& node : read.document->nodes()) {
    places.push_back(std::string(node.scalar) + "@" + std::to_string(node.line) + ":" + std::to_string(node.column) +
                     "+" + std::to_string(node.length));
  }
  CHECK(places == std::vector<std::string>{"@1:1+1", "a@1:1+1", "x\ty@1:4+6", "list@2:1+4", "@3:3+1", "it's@3:5+7",
                                           "~@4:5+1", "@5:5+1", "b@5:6+1", "12@5:9+2", "empty@6:1+5", "@6:1+5",
                                           "last@7:1+4", "some words@7:7+10"});
}

TEST_CASE("a duplicate key is reported with both places, in small and in large mappings") {
  CHECK(complaint("a: 1\nb: {c: 1, c: 2}\n'a': 3\n") ==
        "t.yaml:2:11: error: key `c` stands twice in one mapping [yaml-duplicate-key]\n"
        "     2 | b: {c: 1, c: 2}\n"
        "       |           ^\n"
        "t.yaml:2:5: note: first here\n"
        "     2 | b: {c: 1, c: 2}\n"
        "       |     ^\n"
        "t.yaml:3:1: error: key `a` stands twice in one mapping [yaml-duplicate-key]\n"
        "     3 | 'a': 3\n"
        "       | ^~~\n"
        "t.yaml:1:1: note: first here\n"
        "     1 | a: 1\n"
        "       | ^\n");
  std::string large;
  for (int i = 0; i < 100; ++i) {
    large += "k" + std::to_string(i) + ": 1\n";
  }
  CHECK(complaint(large + "k40: 2\n") ==
        "t.yaml:101:1: error: key `k40` stands twice in one mapping [yaml-duplicate-key]\n"
        "   101 | k40: 2\n"
        "       | ^~~\n"
        "t.yaml:41:1: note: first here\n"
        "    41 | k40: 1\n"
        "       | ^~~\n");
}

TEST_CASE("anchors, aliases and tags are all reported in one run") {
  CHECK(complaint("a: &x 1\nb: *x\nc: !!str 2\nd: !mine {e: f}\ng: ! h\ni: !!null\n") ==
        "t.yaml:1:4: error: anchor `&x`: write the value out where it is needed [yaml-alias]\n"
        "     1 | a: &x 1\n"
        "       |    ^~\n"
        "t.yaml:2:4: error: alias `*x`: write the value out [yaml-alias]\n"
        "     2 | b: *x\n"
        "       |    ^~\n"
        "t.yaml:3:4: error: tag `!!str` has no meaning here [yaml-tag]\n"
        "     3 | c: !!str 2\n"
        "       |    ^~~~~\n"
        "t.yaml:4:4: error: tag `!mine` has no meaning here [yaml-tag]\n"
        "     4 | d: !mine {e: f}\n"
        "       |    ^~~~~\n"
        "t.yaml:5:4: error: tag `!` has no meaning here [yaml-tag]\n"
        "     5 | g: ! h\n"
        "       |    ^\n"
        "t.yaml:6:4: error: tag `!!null` has no meaning here [yaml-tag]\n"
        "     6 | i: !!null\n"
        "       |    ^~~~~~\n");
  CHECK(complaint("a: *nothing\n") ==
        "t.yaml:1:4: error: an alias to nothing; write the value out [yaml-alias]\n"
        "     1 | a: *nothing\n"
        "       |    ^\n");
}

TEST_CASE("a second document is refused, whether or not a line says that it starts") {
  CHECK(complaint("a: 1\n---\nb: 2\n") ==
        "t.yaml:2:1: error: the file holds more than one document [yaml-documents]\n"
        "     2 | ---\n"
        "       | ^\n");
  CHECK(complaint("{a: 1}\n{b: 2}\n") ==
        "t.yaml:2:1: error: the file holds more than one document [yaml-documents]\n"
        "     2 | {b: 2}\n"
        "       | ^\n");
}

TEST_CASE("tabs are refused wherever they stand") {
  CHECK(complaint("a:\t1\n# \tcomment\nb:\n\tc: 2\n") ==
        "t.yaml:1:3: error: a tab; YAML indents with blanks, and this reader takes no tab anywhere [yaml-tab]\n"
        "     1 | a:\\x091\n"
        "       |   ^~~~\n"
        "t.yaml:2:3: error: a tab; YAML indents with blanks, and this reader takes no tab anywhere [yaml-tab]\n"
        "     2 | # \\x09comment\n"
        "       |   ^~~~\n"
        "t.yaml:4:1: error: a tab; YAML indents with blanks, and this reader takes no tab anywhere [yaml-tab]\n"
        "     4 | \\x09c: 2\n"
        "       | ^~~~\n");
}

TEST_CASE("control characters and bytes that are not UTF-8 are refused") {
  using namespace std::string_literals;
  CHECK(complaint("a: \x1b[31m\nb: x\0y\rz\n"s) ==
        "t.yaml:1:4: error: control character U+001B [yaml-control-character]\n"
        "     1 | a: \\x1b[31m\n"
        "       |    ^~~~\n"
        "t.yaml:2:5: error: control character U+0000 [yaml-control-character]\n"
        "     2 | b: x\\x00y\\x0dz\n"
        "       |     ^~~~\n");
  CHECK(complaint("a: x\xe2\x80\xaey\nb: \xff\nc: \xc0\x80\nd: \xed\xa0\x80\ne: \xe2\x82") ==
        "t.yaml:1:5: error: control character U+202E [yaml-control-character]\n"
        "     1 | a: x\\u202ey\n"
        "       |     ^~~~~~\n"
        "t.yaml:2:4: error: byte 0xFF is not UTF-8 [yaml-encoding]\n"
        "     2 | b: \\xff\n"
        "       |    ^~~~\n"
        "t.yaml:3:4: error: byte 0xC0 is not UTF-8 [yaml-encoding]\n"
        "     3 | c: \\xc0\\x80\n"
        "       |    ^~~~\n"
        "t.yaml:4:4: error: byte 0xED is not UTF-8 [yaml-encoding]\n"
        "     4 | d: \\xed\\xa0\\x80\n"
        "       |    ^~~~\n"
        "t.yaml:5:4: error: byte 0xE2 is not UTF-8 [yaml-encoding]\n"
        "     5 | e: \\xe2\\x82\n"
        "       |    ^~~~\n");
  CHECK(complaint("\xef\xbb\xbf"
                  "a: 1\n") ==
        "t.yaml:1:1: error: control character U+FEFF [yaml-control-character]\n"
        "     1 | \\ufeffa: 1\n"
        "       | ^~~~~~\n");
}

TEST_CASE("a key that is no text is refused") {
  CHECK(complaint("12: a\ntrue: b\n[c]: d\n~: e\n? {f: g}\n: h\n'13': i\n") ==
        "t.yaml:1:1: error: key `12` is a whole number and not a text; put it in quotes [yaml-key]\n"
        "     1 | 12: a\n"
        "       | ^~\n"
        "t.yaml:2:1: error: key `true` is a truth value and not a text; put it in quotes [yaml-key]\n"
        "     2 | true: b\n"
        "       | ^~~~\n"
        "t.yaml:3:1: error: a key is a text, and this one is a list [yaml-key]\n"
        "     3 | [c]: d\n"
        "       | ^\n"
        "t.yaml:4:1: error: key `~` is nothing and not a text; put it in quotes [yaml-key]\n"
        "     4 | ~: e\n"
        "       | ^\n"
        "t.yaml:5:3: error: a key is a text, and this one is a mapping [yaml-key]\n"
        "     5 | ? {f: g}\n"
        "       |   ^\n");
}

TEST_CASE("nesting is limited, and neither the limit nor far deeper text ends the program") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(Read(nested(64)).document.has_value());
  CHECK(complaint(nested(66)).substr(0, 82) ==
        "t.yaml:1:65: error: lists and mappings are nested more than 64 deep [yaml-too-deep");
  CHECK(Read(nested(66)).diagnostics.error_count() == 1);
  CHECK(Read(nested(100000)).diagnostics.all().front().id == bulkhead::DiagnosticId::kYamlTooDeep);
  CHECK_FALSE(Read(std::string(1000000, '[')).document.has_value());
  CHECK_FALSE(Read(std::string(1000000, '{')).document.has_value());
}

TEST_CASE("a syntax error is reported with its place, and what was wrong before it as well") {
  CHECK(complaint("a: 1\na: 2\nb: [1, 2\nc: 3\n") ==
        "t.yaml:4:2: error: not YAML: end of sequence flow not found [yaml-syntax]\n"
        "     4 | c: 3\n"
        "       |  ^\n");
}

TEST_CASE("a file over 16 MiB is refused unread") {
  CHECK(complaint(std::string(kMaxDocumentBytes + 1, ' ')) ==
        "t.yaml: error: 16777217 bytes are more than the 16777216 that are read [yaml-too-large]\n");
}
