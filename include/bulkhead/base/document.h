// A YAML text as a tree in which every node knows its place. This is the only form in which the program sees YAML: the
// user's spec, the inventory, and the data of policy/ (which the build turns into static tables, see embedded.h).
//
// The reading is strict (read_document in yaml_reader.h): a Document holds no aliases, anchors or tags, and no mapping
// with a key twice. Scalars are resolved by YAML 1.2's core schema, so `on` and `yes` are texts, `null`, `true` and
// `12` are not.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/source.h"

namespace bulkhead {

enum class NodeKind : std::uint8_t { kNull, kBool, kInteger, kFloat, kText, kSequence, kMapping };

[[nodiscard]] std::string_view describe(NodeKind kind);  // "a list", "a whole number", …

// Plain data, so that a build can compile a Document into the program. Children form a linked list in the order of the
// text; a mapping's children are key, value, key, value.
struct NodeData {
  NodeKind kind = NodeKind::kNull;
  bool quoted = false;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 0;
  std::uint32_t first_child = 0;   // index into the document; 0: none (node 0 is the root, nobody's child)
  std::uint32_t next_sibling = 0;  // likewise
  std::uint32_t child_count = 0;   // of a mapping: entries
  std::string_view scalar{};       // the text of a scalar as written, escapes resolved
};

class Document;
struct Entry;

// A handle, as cheap as a pointer; valid as long as its Document lives and stays where it is.
class Node {
 public:
  Node() = default;
  Node(const Document* document, std::uint32_t index) : document_(document), index_(index) {}

  explicit operator bool() const { return document_ != nullptr; }
  [[nodiscard]] NodeKind kind() const;
  [[nodiscard]] bool is_quoted() const;
  [[nodiscard]] Span span() const;
  [[nodiscard]] std::uint32_t index() const { return index_; }  // unique in the document
  [[nodiscard]] std::string_view scalar() const;                // empty for a list or mapping

  [[nodiscard]] std::size_t size() const;               // items or entries
  [[nodiscard]] std::vector<Node> items() const;        // of a sequence; else empty
  [[nodiscard]] std::vector<Entry> entries() const;     // of a mapping; else empty
  [[nodiscard]] Node find(std::string_view key) const;  // of a mapping; a null handle when absent
  // The same without a vector: of a mapping the children are key, value, key, value. A null handle ends the list.
  [[nodiscard]] Node first_child() const;
  [[nodiscard]] Node next_sibling() const;
  // Decimal, 0x or 0o; nothing unless kind() is kInteger and the value fits.
  [[nodiscard]] std::optional<std::int64_t> integer() const;

 private:
  [[nodiscard]] const NodeData& data() const;
  const Document* document_ = nullptr;
  std::uint32_t index_ = 0;
};

struct Entry {
  Node key;
  Node value;
};

class Document {
 public:
  // Owning, as the reader makes it: `arena` holds the scalars that are not slices of the source text.
  Document(FileId file, std::vector<NodeData> nodes, std::deque<std::string> arena);
  // Over static tables.
  Document(FileId file, std::span<const NodeData> nodes) : file_(file), nodes_(nodes) {}

  ~Document() = default;
  Document(Document&&) = default;
  Document& operator=(Document&&) = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  [[nodiscard]] Node root() const { return nodes_.empty() ? Node{} : Node{this, 0}; }
  [[nodiscard]] FileId file() const { return file_; }
  [[nodiscard]] std::span<const NodeData> nodes() const { return nodes_; }

 private:
  FileId file_{};
  std::vector<NodeData> owned_;
  std::deque<std::string> arena_;
  std::span<const NodeData> nodes_;
};

}  // namespace bulkhead
