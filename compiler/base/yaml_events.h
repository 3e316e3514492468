// yaml-cpp's events to NodeData, one node per event, in the order of the text. What the language does not take
// (aliases, anchors, tags, keys that are no texts, keys twice, depth) is reported on the way; the tree is then not
// used.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/document.h"

namespace bulkhead {

// By YAML 1.2's core schema, for a scalar without quotes.
[[nodiscard]] NodeKind resolve_plain_scalar(std::string_view text);

class TreeBuilder final : public YAML::EventHandler {
 public:
  // Deep enough for every sensible text, and far from the depth at which a recursive walk of the tree matters.
  static constexpr std::size_t kMaxDepth = 64;

  TreeBuilder(std::string_view text, FileId file, Diagnostics& diagnostics);

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { leave(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override;

  [[nodiscard]] Span span_at(const YAML::Mark& mark, std::size_t length) const;
  [[nodiscard]] Document take() &&;

 private:
  struct Frame {
    std::uint32_t node;
    std::uint32_t last_child;
  };

  [[nodiscard]] std::size_t offset(const YAML::Mark& mark) const;
  [[nodiscard]] std::size_t word_length(std::size_t start) const;
  [[nodiscard]] std::uint32_t quoted_length(std::size_t start) const;
  [[nodiscard]] std::pair<std::string_view, std::uint32_t> place_scalar(std::size_t start, const std::string& value);
  void check_tag(const YAML::Mark& mark, std::string_view tag);
  void check_key(const NodeData& node, Span span);
  void add(const YAML::Mark& mark, NodeData node);
  void enter(const YAML::Mark& mark, NodeKind kind, std::string_view tag);
  void leave();
  void check_duplicates(std::uint32_t mapping);
  void report_duplicate(std::uint32_t first, std::uint32_t second);

  std::string_view text_;
  FileId file_;
  Diagnostics& diagnostics_;
  std::vector<NodeData> nodes_;
  std::deque<std::string> arena_;
  std::vector<Frame> stack_;
  std::vector<std::pair<std::string_view, std::uint32_t>> keys_;  // scratch of check_duplicates
  std::size_t skipped_depth_ = 0;                                 // open collections below kMaxDepth, left out
  bool reported_depth_ = false;
  std::size_t last_tag_ = std::string_view::npos;  // offset of the tag reported last
  unsigned documents_ = 0;
};

}  // namespace bulkhead
