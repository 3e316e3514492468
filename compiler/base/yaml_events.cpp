#include "yaml_events.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/text.h"

namespace bulkhead {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::size_t skip_digits(std::string_view text, std::size_t from) {
  while (from < text.size() && is_digit(text[from])) {
    ++from;
  }
  return from;
}

// [-+]? ( \.[0-9]+ | [0-9]+ ( \.[0-9]* )? ) ( [eE][-+]?[0-9]+ )?
NodeKind resolve_number(std::string_view text) {
  std::size_t at = text[0] == '-' || text[0] == '+' ? 1 : 0;
  const std::string_view rest = text.substr(at);
  if (rest == ".inf" || rest == ".Inf" || rest == ".INF") {
    return NodeKind::kFloat;
  }
  const std::size_t whole = skip_digits(text, at) - at;
  at += whole;
  if (at == text.size()) {
    return whole != 0 ? NodeKind::kInteger : NodeKind::kText;
  }
  if (text[at] == '.') {
    const std::size_t end = skip_digits(text, at + 1);
    if (whole == 0 && end == at + 1) {
      return NodeKind::kText;
    }
    at = end;
  } else if (whole == 0) {
    return NodeKind::kText;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
      ++at;
    }
    const std::size_t end = skip_digits(text, at);
    if (end == at) {
      return NodeKind::kText;
    }
    at = end;
  }
  return at == text.size() ? NodeKind::kFloat : NodeKind::kText;
}

bool is_null(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

}  // namespace

NodeKind resolve_plain_scalar(std::string_view text) {
  if (is_null(text)) {
    return NodeKind::kNull;
  }
  if (is_digit(text[0]) || text[0] == '-' || text[0] == '+' || text[0] == '.') {
    if (text == ".nan" || text == ".NaN" || text == ".NAN") {
      return NodeKind::kFloat;
    }
    if (text.size() > 2 && text.starts_with("0x")) {
      return std::all_of(text.begin() + 2, text.end(), is_hex_digit) ? NodeKind::kInteger : NodeKind::kText;
    }
    if (text.size() > 2 && text.starts_with("0o")) {
      const bool octal = std::all_of(text.begin() + 2, text.end(), [](char c) { return c >= '0' && c <= '7'; });
      return octal ? NodeKind::kInteger : NodeKind::kText;
    }
    return resolve_number(text);
  }
  if (text == "true" || text == "True" || text == "TRUE" || text == "false" || text == "False" || text == "FALSE") {
    return NodeKind::kBool;
  }
  return NodeKind::kText;
}

TreeBuilder::TreeBuilder(std::string_view text, FileId file, Diagnostics& diagnostics)
    : text_(text), file_(file), diagnostics_(diagnostics) {
  nodes_.reserve(text.size() / 16 + 16);
}

Document TreeBuilder::take() && {
  if (nodes_.empty()) {
    nodes_.push_back({.kind = NodeKind::kNull, .line = 1, .column = 1});
  }
  return {file_, std::move(nodes_), std::move(arena_)};
}

Span TreeBuilder::span_at(const YAML::Mark& mark, std::size_t length) const {
  const auto line = static_cast<std::uint32_t>(std::max(mark.line, 0) + 1);
  const auto column = static_cast<std::uint32_t>(std::max(mark.column, 0) + 1);
  return {file_, line, column, static_cast<std::uint32_t>(length)};
}

std::size_t TreeBuilder::offset(const YAML::Mark& mark) const {
  return std::min(text_.size(), static_cast<std::size_t>(std::max(mark.pos, 0)));
}

// From `start` to the next blank, comma, bracket or line end: the extent of a tag, an anchor or an alias.
std::size_t TreeBuilder::word_length(std::size_t start) const {
  const std::size_t end = text_.find_first_of(" ,[]{}\r\n", start);
  return std::min(end, text_.size()) - start;
}

// Of a scalar in quotes whose text has escapes, or which runs over lines: up to the end quote or the end of the line.
std::uint32_t TreeBuilder::quoted_length(std::size_t start) const {
  const char quote = text_[start];
  if (quote != '"' && quote != '\'') {
    return 1;  // a block scalar: its indicator
  }
  std::size_t at = start + 1;
  while (at < text_.size() && text_[at] != '\n') {
    if (quote == '"' && text_[at] == '\\') {
      ++at;
    } else if (text_[at] == quote) {
      if (quote == '\'' && at + 1 < text_.size() && text_[at + 1] == quote) {
        ++at;
      } else {
        return static_cast<std::uint32_t>(at + 1 - start);
      }
    }
    ++at;
  }
  return static_cast<std::uint32_t>(std::min(at, text_.size()) - start);
}

void TreeBuilder::check_tag(const YAML::Mark& mark, std::string_view tag) {
  const std::size_t start = offset(mark);
  const bool written = start < text_.size() && text_[start] == '!';
  if ((written || (tag != "?" && tag != "!")) && start != last_tag_) {
    last_tag_ = start;
    const std::size_t length = word_length(start);
    diagnostics_.error(DiagnosticId::kYamlTag, span_at(mark, length),
                       fmt::format("tag {} has no meaning here", quoted(text_.substr(start, length))));
  }
}

void TreeBuilder::check_key(const NodeData& node, Span span) {
  if (node.kind == NodeKind::kText) {
    return;
  }
  const bool can_be_quoted = node.kind == NodeKind::kBool || node.kind == NodeKind::kInteger ||
                             node.kind == NodeKind::kFloat || !node.scalar.empty();
  diagnostics_.error(DiagnosticId::kYamlKey, span,
                     can_be_quoted ? fmt::format("key {} is {} and not a text; put it in quotes", quoted(node.scalar),
                                                 describe(node.kind))
                                   : fmt::format("a key is a text, and this one is {}", describe(node.kind)));
}

void TreeBuilder::add(const YAML::Mark& mark, NodeData node) {
  if (skipped_depth_ != 0) {
    return;
  }
  const Span span = span_at(mark, node.length);
  if (node.line == 0) {
    node.line = span.line;
    node.column = span.column;
  }
  const auto index = static_cast<std::uint32_t>(nodes_.size());
  if (!stack_.empty()) {
    Frame& frame = stack_.back();
    NodeData& parent = nodes_[frame.node];
    (frame.last_child == 0 ? parent.first_child : nodes_[frame.last_child].next_sibling) = index;
    frame.last_child = index;
    if (parent.kind == NodeKind::kMapping && parent.child_count++ % 2 == 0) {
      check_key(node, {file_, node.line, node.column, node.length});
    } else if (parent.kind == NodeKind::kSequence) {
      ++parent.child_count;
    }
  }
  nodes_.push_back(node);
}

void TreeBuilder::enter(const YAML::Mark& mark, NodeKind kind, std::string_view tag) {
  check_tag(mark, tag);
  if (skipped_depth_ != 0 || stack_.size() == kMaxDepth) {
    if (!reported_depth_) {
      reported_depth_ = true;
      diagnostics_.error(DiagnosticId::kYamlTooDeep, span_at(mark, 1),
                         fmt::format("lists and mappings are nested more than {} deep", kMaxDepth));
    }
    ++skipped_depth_;
    return;
  }
  add(mark, {.kind = kind, .length = 1});
  stack_.push_back({static_cast<std::uint32_t>(nodes_.size() - 1), 0});
}

void TreeBuilder::leave() {
  if (skipped_depth_ != 0) {
    --skipped_depth_;
    return;
  }
  stack_.pop_back();
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  ++documents_;
  if (documents_ > 1) {
    diagnostics_.error(DiagnosticId::kYamlDocuments, span_at(mark, 1), "the file holds more than one document");
  }
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t) {
  check_tag(mark, "?");
  // yaml-cpp gives the place of whatever comes next when nothing is written; the end of what came before says more.
  const std::size_t start = offset(mark);
  std::string_view word = text_.substr(start, word_length(start));
  if (word.ends_with(':')) {  // of a key
    word.remove_suffix(1);
  }
  if (!word.empty() && (is_null(word) || word.starts_with('!') || word.starts_with('&'))) {
    add(mark, {.kind = NodeKind::kNull, .length = static_cast<std::uint32_t>(word.size()), .scalar = word});
  } else if (nodes_.empty()) {
    add(mark, {.kind = NodeKind::kNull});
  } else {
    const NodeData& before = nodes_.back();
    add(mark, {.kind = NodeKind::kNull, .line = before.line, .column = before.column, .length = before.length});
  }
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
  const std::size_t start = offset(mark);
  const std::string_view word = text_.substr(start, word_length(start));
  diagnostics_.error(DiagnosticId::kYamlAlias, span_at(mark, word.size()),
                     fmt::format("alias {}: write the value out", quoted(word)));
  add(mark, {.kind = NodeKind::kText, .length = static_cast<std::uint32_t>(word.size()), .scalar = word});
}

void TreeBuilder::OnAnchor(const YAML::Mark& mark, const std::string& name) {
  diagnostics_.error(DiagnosticId::kYamlAlias, span_at(mark, name.size() + 1),
                     fmt::format("anchor {}: write the value out where it is needed", quoted("&" + name)));
}

std::pair<std::string_view, std::uint32_t> TreeBuilder::place_scalar(std::size_t start, const std::string& value) {
  if (text_.substr(start, value.size()) == value) {
    return {text_.substr(start, value.size()), static_cast<std::uint32_t>(value.size())};
  }
  if (start < text_.size() && text_.substr(start + 1, value.size()) == value) {
    const char quote = text_[start];
    const std::size_t end = start + 1 + value.size();
    if ((quote == '"' || quote == '\'') && end < text_.size() && text_[end] == quote) {
      return {text_.substr(start + 1, value.size()), static_cast<std::uint32_t>(value.size() + 2)};
    }
  }
  return {arena_.emplace_back(value), 0};
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) {
  check_tag(mark, tag);
  if (skipped_depth_ != 0) {
    return;
  }
  const std::size_t start = offset(mark);
  const bool plain = tag == "?";
  auto [scalar, length] = place_scalar(start, value);
  if (length == 0 && start < text_.size()) {
    const std::size_t line_end = std::min(text_.find('\n', start), text_.size());
    length = plain ? static_cast<std::uint32_t>(line_end - start) : quoted_length(start);
  }
  const NodeKind kind = plain ? resolve_plain_scalar(scalar) : NodeKind::kText;
  add(mark, {.kind = kind, .quoted = !plain, .length = length, .scalar = scalar});
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                                  YAML::EmitterStyle::value) {
  enter(mark, NodeKind::kSequence, tag);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                             YAML::EmitterStyle::value) {
  enter(mark, NodeKind::kMapping, tag);
}

void TreeBuilder::OnMapEnd() {
  if (skipped_depth_ == 0) {
    NodeData& mapping = nodes_[stack_.back().node];
    mapping.child_count /= 2;
    check_duplicates(stack_.back().node);
  }
  leave();
}

void TreeBuilder::report_duplicate(std::uint32_t first, std::uint32_t second) {
  const auto span = [this](const NodeData& node) { return Span{file_, node.line, node.column, node.length}; };
  Diagnostic& diagnostic =
      diagnostics_.error(DiagnosticId::kYamlDuplicateKey, span(nodes_[second]),
                         fmt::format("key {} stands twice in one mapping", quoted(nodes_[second].scalar)));
  diagnostic.notes.push_back({span(nodes_[first]), "first here"});
}

void TreeBuilder::check_duplicates(std::uint32_t mapping) {
  // Most mappings are small, and for them comparing all pairs is faster than anything cleverer.
  constexpr std::uint32_t kFewKeys = 12;
  keys_.clear();
  for (std::uint32_t key = nodes_[mapping].first_child; key != 0; key = nodes_[nodes_[key].next_sibling].next_sibling) {
    if (nodes_[key].kind == NodeKind::kText) {
      keys_.emplace_back(nodes_[key].scalar, key);
    }
  }
  if (keys_.size() <= kFewKeys) {
    for (std::size_t second = 1; second < keys_.size(); ++second) {
      const auto same = [&](const auto& key) { return key.first == keys_[second].first; };
      const auto first = std::find_if(keys_.begin(), keys_.begin() + static_cast<std::ptrdiff_t>(second), same);
      if (first != keys_.begin() + static_cast<std::ptrdiff_t>(second)) {
        report_duplicate(first->second, keys_[second].second);
      }
    }
    return;
  }
  std::sort(keys_.begin(), keys_.end());
  for (std::size_t first = 0, next = 1; next < keys_.size(); ++next) {
    if (keys_[next].first == keys_[first].first) {
      report_duplicate(keys_[first].second, keys_[next].second);
    } else {
      first = next;
    }
  }
}

}  // namespace bulkhead
