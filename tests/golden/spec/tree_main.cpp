// `bulkhead-tree FILE…`: for each file one line of JSON: {"file", "kind": "spec" | "inventory", "json": the tree,
// "groups": those of the diagnostics}; with --schemas the two schemas. A decimal number comes out as 0.5: JSON's 1.0 is
// a whole number to a schema, and ours is not.
#include <cstdio>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "bulkhead/base/files.h"
#include "bulkhead/base/render.h"
#include "bulkhead/base/yaml_reader.h"
#include "bulkhead/spec/language.h"
#include "bulkhead/spec/read.h"

namespace {

using Json = nlohmann::ordered_json;
using bulkhead::Node;
using bulkhead::NodeKind;

Json to_json(const Node& node) {
  switch (node.kind()) {
    case NodeKind::kNull:
      return nullptr;
    case NodeKind::kBool:
      return node.scalar()[0] == 't' || node.scalar()[0] == 'T';
    case NodeKind::kInteger:
      if (const auto value = node.integer()) {
        return *value;
      }
      return node.scalar()[0] == '-' ? -1e30 : 1e30;  // beyond every limit, and whole
    case NodeKind::kFloat:
      return 0.5;
    case NodeKind::kText:
      return node.scalar();
    case NodeKind::kSequence: {
      Json list = Json::array();
      for (const Node& item : node.items()) {
        list.push_back(to_json(item));
      }
      return list;
    }
    case NodeKind::kMapping: {
      Json object = Json::object();
      for (const auto& [key, value] : node.entries()) {
        object[std::string(key.scalar())] = to_json(value);
      }
      return object;
    }
  }
  return nullptr;
}

int print(const std::string& path) {
  const auto text = bulkhead::read_file(path, bulkhead::kMaxDocumentBytes);
  if (!text) {
    std::fprintf(stderr, "bulkhead-tree: %s\n", text.error().message().c_str());
    return 3;
  }
  bulkhead::SourceSet sources;
  bulkhead::Diagnostics diagnostics;
  const auto document = read_document(sources, sources.add(path, *text), diagnostics);
  Json line{{"file", path}, {"kind", "spec"}, {"json", nullptr}};
  if (document) {
    line["json"] = to_json(document->root());
    if (document->root().find("inventory")) {
      line["kind"] = "inventory";
      (void)bulkhead::spec::read_inventory(*document, diagnostics);
    } else {
      (void)bulkhead::spec::read_spec(*document, diagnostics);
    }
  }
  std::set<std::string> groups;
  for (const bulkhead::Diagnostic& diagnostic : diagnostics.all()) {
    groups.emplace(describe(info(diagnostic.id).group));
  }
  line["groups"] = groups;
  std::puts(line.dump().c_str());
  return 0;
}

}  // namespace

// A test's tool: what it does not expect may end it, and the test with it.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--schemas") {
      const Json schemas{{"spec", Json::parse(bulkhead::spec::json_schema())},
                         {"inventory", Json::parse(bulkhead::spec::inventory_schema())}};
      std::puts(schemas.dump().c_str());
    } else if (const int failed = print(argument); failed != 0) {
      return failed;
    }
  }
  return 0;
}
