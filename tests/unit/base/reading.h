// A text read as a spec is, for tests.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "bulkhead/base/render.h"
#include "bulkhead/base/yaml_reader.h"

namespace bulkhead::test {

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

// The tree as text: kind letter and scalar, lists in [], mappings in {}; to compare whole results.
inline std::string shape(const Node& node) {
  const std::string scalar(node.scalar());
  switch (node.kind()) {
    case NodeKind::kNull:
      return "null";
    case NodeKind::kBool:
      return "b:" + scalar;
    case NodeKind::kInteger:
      return "i:" + scalar;
    case NodeKind::kFloat:
      return "f:" + scalar;
    case NodeKind::kText:
      return (node.is_quoted() ? "q:" : "t:") + scalar;
    case NodeKind::kSequence: {
      std::string out = "[";
      for (const Node& item : node.items()) {
        out += (out.size() > 1 ? "," : "") + shape(item);
      }
      return out + "]";
    }
    case NodeKind::kMapping: {
      std::string out = "{";
      for (const auto& [key, value] : node.entries()) {
        out += (out.size() > 1 ? "," : "") + shape(key) + "=" + shape(value);
      }
      return out + "}";
    }
  }
  return {};
}

}  // namespace bulkhead::test
