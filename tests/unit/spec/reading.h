// A spec read from a text, for tests.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "bulkhead/base/render.h"
#include "bulkhead/base/yaml_reader.h"
#include "bulkhead/spec/read.h"

namespace bulkhead::spec::test {

struct Read {
  explicit Read(std::string text) {
    const FileId file = sources.add("t.yaml", std::move(text));
    document = read_document(sources, file, diagnostics);
  }
  [[nodiscard]] std::string rendered() const { return render_text(diagnostics, sources, false); }

  SourceSet sources;
  Diagnostics diagnostics;
  std::optional<Document> document;
};

// The least that a spec must have, with room for more.
inline std::string with(const std::string& more, const std::string& domains = "control: { role: control }") {
  return "bulkhead: 1\nhost: { xen: \"4.17\", hardware: control }\ndomains: { " + domains + " }\n" + more;
}

}  // namespace bulkhead::spec::test
