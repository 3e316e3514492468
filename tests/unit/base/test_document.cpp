#include <catch2/catch.hpp>

#include "reading.h"

using bulkhead::Node;
using bulkhead::test::Read;
using bulkhead::test::shape;

TEST_CASE("a mapping is asked for a key, and what is no mapping has none") {
  const Read read("a: {b: 1}\nc: [x, y]\n");
  const Node root = read.document->root();
  CHECK(root.size() == 2);
  CHECK(shape(root.find("a")) == "{t:b=i:1}");
  CHECK_FALSE(root.find("b"));
  CHECK(root.find("c").size() == 2);
  CHECK(root.find("c").entries().empty());
  CHECK(root.find("a").items().empty());
  CHECK_FALSE(root.find("c").find("x"));
  CHECK(shape(root.find("c").first_child().next_sibling()) == "t:y");
  CHECK_FALSE(root.find("c").first_child().next_sibling().next_sibling());
}

TEST_CASE("a document moved to another place keeps its tree") {
  Read read("a: [\"x\\ty\", z]\n");
  const bulkhead::Document moved = *std::move(read.document);
  CHECK(shape(moved.root()) == "{t:a=[q:x\ty,t:z]}");
}

TEST_CASE("each kind has a name for messages") {
  using bulkhead::NodeKind;
  CHECK(describe(NodeKind::kSequence) == "a list");
  CHECK(describe(NodeKind::kInteger) == "a whole number");
  CHECK(describe(NodeKind::kNull) == "nothing");
}
