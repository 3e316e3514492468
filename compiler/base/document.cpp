#include "bulkhead/base/document.h"

#include <charconv>

#include "bulkhead/base/check.h"

namespace bulkhead {

std::string_view describe(NodeKind kind) {
  switch (kind) {
    case NodeKind::kNull:
      return "nothing";
    case NodeKind::kBool:
      return "a truth value";
    case NodeKind::kInteger:
      return "a whole number";
    case NodeKind::kFloat:
      return "a decimal number";
    case NodeKind::kText:
      return "a text";
    case NodeKind::kSequence:
      return "a list";
    case NodeKind::kMapping:
      return "a mapping";
  }
  return {};
}

const NodeData& Node::data() const {
  BULKHEAD_CHECK(document_ != nullptr, "a null handle is asked nothing but whether it is null");
  return document_->nodes()[index_];
}

NodeKind Node::kind() const {
  return data().kind;
}
bool Node::is_quoted() const {
  return data().quoted;
}
std::string_view Node::scalar() const {
  return data().scalar;
}
std::size_t Node::size() const {
  return data().child_count;
}

Span Node::span() const {
  const NodeData& node = data();
  return {document_->file(), node.line, node.column, node.length};
}

Node Node::first_child() const {
  const std::uint32_t child = data().first_child;
  return child == 0 ? Node{} : Node{document_, child};
}

Node Node::next_sibling() const {
  const std::uint32_t sibling = data().next_sibling;
  return sibling == 0 ? Node{} : Node{document_, sibling};
}

std::vector<Node> Node::items() const {
  std::vector<Node> items;
  if (kind() == NodeKind::kSequence) {
    items.reserve(size());
    for (Node child = first_child(); child; child = child.next_sibling()) {
      items.push_back(child);
    }
  }
  return items;
}

std::vector<Entry> Node::entries() const {
  std::vector<Entry> entries;
  if (kind() == NodeKind::kMapping) {
    entries.reserve(size());
    for (Node key = first_child(); key;) {
      const Node value = key.next_sibling();
      entries.push_back({key, value});
      key = value.next_sibling();
    }
  }
  return entries;
}

Node Node::find(std::string_view key) const {
  if (kind() != NodeKind::kMapping) {
    return {};
  }
  for (Node child = first_child(); child;) {
    const Node value = child.next_sibling();
    if (child.scalar() == key) {
      return value;
    }
    child = value.next_sibling();
  }
  return {};
}

std::optional<std::int64_t> Node::integer() const {
  if (kind() != NodeKind::kInteger) {
    return std::nullopt;
  }
  std::string_view digits = scalar();
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0o")) {
    base = digits[1] == 'x' ? 16 : 8;
    digits.remove_prefix(2);
  } else if (digits.starts_with('+')) {
    digits.remove_prefix(1);
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return value;
}

Document::Document(FileId file, std::vector<NodeData> nodes, std::deque<std::string> arena)
    : file_(file), owned_(std::move(nodes)), arena_(std::move(arena)), nodes_(owned_) {}

}  // namespace bulkhead
