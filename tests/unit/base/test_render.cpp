#include <catch2/catch.hpp>

#include "bulkhead/base/render.h"

using bulkhead::DiagnosticId;
using bulkhead::Diagnostics;
using bulkhead::FileId;
using bulkhead::SourceSet;

TEST_CASE("a diagnostic is shown with its line, a caret and its notes") {
  SourceSet sources;
  const FileId file = sources.add("host.yaml", "first: 1\nsecond: \xc3\xbc 2\r\n");
  Diagnostics diagnostics;
  diagnostics.error(DiagnosticId::kYamlKey, {file, 2, 12, 1}, "odd `2`").notes.push_back({{file, 1, 1, 5}, "see here"});
  diagnostics.warning(DiagnosticId::kYamlTab, {file}, "no place");
  CHECK(render_text(diagnostics, sources, false) ==
        "host.yaml: warning: no place [yaml-tab]\n"
        "host.yaml:2:12: error: odd `2` [yaml-key]\n"
        "     2 | second: \xc3\xbc 2\n"
        "       |           ^\n"
        "host.yaml:1:1: note: see here\n"
        "     1 | first: 1\n"
        "       | ^~~~~\n");
  CHECK(render_text(diagnostics, sources, true).find("\033[1;31merror:\033[0m odd `2` [yaml-key]\n") !=
        std::string::npos);
}

TEST_CASE("what a text holds cannot write to the terminal") {
  SourceSet sources;
  const FileId file = sources.add("a\033[2J", "x\033[31m\xff\xe2\x80\xae\n");
  Diagnostics diagnostics;
  diagnostics.error(DiagnosticId::kYamlKey, {file, 1, 2, 1}, "name `\a`");
  CHECK(render_text(diagnostics, sources, false) ==
        "a\\x1b[2J:1:2: error: name `\\x07` [yaml-key]\n"
        "     1 | x\\x1b[31m\\xff\\u202e\n"
        "       |  ^~~~\n");
}

TEST_CASE("of a long line the part around the place is shown") {
  SourceSet sources;
  const FileId file = sources.add("f", std::string(500, 'a') + "HERE" + std::string(500, 'b'));
  Diagnostics diagnostics;
  diagnostics.error(DiagnosticId::kYamlKey, {file, 1, 501, 4}, "m");
  CHECK(render_text(diagnostics, sources, false) ==
        "f:1:501: error: m [yaml-key]\n"
        "     1 | ..." +
            std::string(80, 'a') + "HERE" + std::string(76, 'b') + "...\n" + "       | " + std::string(83, ' ') +
            "^~~~\n");
}

TEST_CASE("a place in data without text is named alone") {
  SourceSet sources;
  const FileId file = sources.add("policy/roles/driver.yaml", "");
  Diagnostics diagnostics;
  diagnostics.error(DiagnosticId::kYamlKey, {file, 3, 5, 4}, "m");
  CHECK(render_text(diagnostics, sources, false) == "policy/roles/driver.yaml:3:5: error: m [yaml-key]\n");
}

TEST_CASE("the same as JSON") {
  SourceSet sources;
  const FileId file = sources.add("host.yaml", "a: b\n");
  Diagnostics diagnostics;
  diagnostics.error(DiagnosticId::kYamlKey, {file, 1, 1, 1}, "say \"a\"").notes.push_back({{file}, "whole file"});
  CHECK(render_json(diagnostics, sources) == R"({
  "format_version": 1,
  "diagnostics": [
    {
      "id": "yaml-key",
      "group": "yaml",
      "severity": "error",
      "message": "say \"a\"",
      "file": "host.yaml",
      "line": 1,
      "column": 1,
      "length": 1,
      "notes": [
        {
          "message": "whole file",
          "file": "host.yaml"
        }
      ]
    }
  ],
  "dropped": 0
}
)");
}
