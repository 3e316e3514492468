// Reading the shipped data: like Node, but a fault ends the program with its place, because the data are ours.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/document.h"
#include "bulkhead/base/source.h"

namespace bulkhead::catalogue {

class DataNode {
 public:
  DataNode(const SourceSet& sources, Node node) : sources_(&sources), node_(node) {}

  [[nodiscard]] Span span() const { return node_.span(); }
  [[nodiscard]] bool has(std::string_view key) const { return static_cast<bool>(node_.find(key)); }
  [[nodiscard]] DataNode at(std::string_view key) const;  // must be there
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool truth() const;
  [[nodiscard]] unsigned number() const;
  [[nodiscard]] std::vector<DataNode> items() const;
  [[nodiscard]] std::vector<std::string> texts() const;
  [[nodiscard]] bool is_list() const { return node_.kind() == NodeKind::kSequence; }
  [[nodiscard]] bool is_mapping() const { return node_.kind() == NodeKind::kMapping; }

  struct Field;
  [[nodiscard]] std::vector<Field> fields() const;
  // Ends the program on a key that is not in the list: a typing error in the data would else grant less than meant, or
  // more.
  void only_keys(std::initializer_list<std::string_view> keys) const;

  [[noreturn]] void fault(std::string_view what) const;

 private:
  const SourceSet* sources_;
  Node node_;
};

struct DataNode::Field {
  std::string key;
  Span place;  // of the key
  DataNode value;
};

}  // namespace bulkhead::catalogue
