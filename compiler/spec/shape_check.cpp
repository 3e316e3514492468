#include "shape_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/abi/abi.h"
#include "bulkhead/base/check.h"
#include "bulkhead/base/text.h"
#include "forms.h"

namespace bulkhead::spec {
namespace {

constexpr Shape kAnyNumber{.form = Form::kInteger};
constexpr Shape kKeyName{.form = Form::kName};

// Where a node stands, for messages: under which key, as an item of it or as its value.
struct Place {
  std::string_view key;
  Span span;  // of the key; a block mapping's own place is its first key, which says less
  bool is_item = false;

  [[nodiscard]] std::string text() const {
    return key.empty() ? "the file" : (is_item ? "an item of " : "") + quoted(key);
  }
};

bool accepts(const Shape& shape, NodeKind kind) {
  switch (shape.form) {
    case Form::kText:
    case Form::kName:
    case Form::kWord:
    case Form::kSize:
    case Form::kPciAddress:
    case Form::kMac:
    case Form::kXenVersion:
    case Form::kChoice:
      return kind == NodeKind::kText;
    case Form::kInteger:
      return kind == NodeKind::kInteger;
    case Form::kBool:
      return kind == NodeKind::kBool;
    case Form::kRange:
      return kind == NodeKind::kText || kind == NodeKind::kInteger;
    case Form::kList:
      return kind == NodeKind::kSequence;
    case Form::kNamed:
    case Form::kStruct:
    case Form::kOneKey:
      return kind == NodeKind::kMapping;
    case Form::kEither:
      return std::any_of(shape.alternatives.begin(), shape.alternatives.end(),
                         [kind](const Shape* alternative) { return accepts(*alternative, kind); });
  }
  return false;
}

bool is_known_version(std::string_view text) {
  const std::optional<abi::XenVersion> version = abi::XenVersion::parse(text);
  return version && abi::find_abi(*version) != nullptr;
}

// Whether `text` in quotes would be taken.
bool takes_text(const Shape& shape, std::string_view text) {
  switch (shape.form) {
    case Form::kText:
      return is_line(text);
    case Form::kName:
      return is_name(text);
    case Form::kWord:
      return is_word(text);
    case Form::kSize:
      return parse_size(text).has_value();
    case Form::kPciAddress:
      return PciAddress::parse(text).has_value();
    case Form::kRange:
      return parse_range(text).has_value();
    case Form::kMac:
      return is_mac(text);
    case Form::kXenVersion:
      return is_known_version(text);
    case Form::kChoice:
      return std::find(shape.choices.begin(), shape.choices.end(), text) != shape.choices.end();
    case Form::kEither:
      return std::any_of(shape.alternatives.begin(), shape.alternatives.end(),
                         [text](const Shape* alternative) { return takes_text(*alternative, text); });
    case Form::kInteger:
    case Form::kBool:
    case Form::kList:
    case Form::kNamed:
    case Form::kStruct:
    case Form::kOneKey:
      return false;
  }
  return false;
}

std::string_view what_is_wrong_with(std::string_view text) {
  if (text.find_first_not_of(' ') == std::string_view::npos) {
    return "an empty text";
  }
  return text.find('\n') != std::string_view::npos ? "more than one line; write `>-` for a folded text"
                                                   : "a text with control characters";
}

class Checker {
 public:
  Checker(const Document& document, Diagnostics& diagnostics) : diagnostics_(diagnostics), refusals_(document) {}

  void check(const Node& node, const Shape& shape, const Place& place);
  [[nodiscard]] Refusals take() && { return std::move(refusals_); }

 private:
  Diagnostic& refuse(DiagnosticId id, const Node& node, std::string message) {
    refusals_.add(node);
    return diagnostics_.error(id, node.span(), std::move(message));
  }
  void wrong_kind(const Node& node, const Shape& shape, const Place& place);
  void check_text(const Node& node, const Shape& shape, const Place& place);
  void check_integer(const Node& node, const Shape& shape, const Place& place);
  void check_list(const Node& node, const Shape& shape, const Place& place);
  void check_unique(const Node& list);
  void check_named(const Node& node, const Shape& shape);
  void check_fields(const Node& node, const Shape& shape, const Place& place);
  void check_required(const Node& node, const Shape& shape, const Place& place);
  void check_one_key(const Node& node, const Shape& shape, const Place& place);
  void unknown_key(const Node& key, const Shape& shape);
  void missing(const Place& place, std::string message) {
    refusals_.add_missing();
    diagnostics_.error(DiagnosticId::kMissingKey, place.span, std::move(message));
  }

  Diagnostics& diagnostics_;
  Refusals refusals_;
};

void Checker::check(const Node& node, const Shape& shape, const Place& place) {
  if (!accepts(shape, node.kind())) {
    wrong_kind(node, shape, place);
    return;
  }
  switch (shape.form) {
    case Form::kText:
    case Form::kName:
    case Form::kWord:
    case Form::kSize:
    case Form::kPciAddress:
    case Form::kMac:
    case Form::kXenVersion:
    case Form::kChoice:
      return check_text(node, shape, place);
    case Form::kInteger:
      return check_integer(node, shape, place);
    case Form::kBool:
      return;
    case Form::kRange:
      return node.kind() == NodeKind::kInteger ? check_integer(node, kAnyNumber, place)
                                               : check_text(node, shape, place);
    case Form::kList:
      return check_list(node, shape, place);
    case Form::kNamed:
      return check_named(node, shape);
    case Form::kStruct:
      return check_fields(node, shape, place);
    case Form::kOneKey:
      return check_one_key(node, shape, place);
    case Form::kEither:
      for (const Shape* alternative : shape.alternatives) {
        if (accepts(*alternative, node.kind())) {
          return check(node, *alternative, place);
        }
      }
  }
}

void Checker::wrong_kind(const Node& node, const Shape& shape, const Place& place) {
  const NodeKind kind = node.kind();
  if (shape.form == Form::kSize && kind == NodeKind::kInteger) {
    refuse(DiagnosticId::kBadSize, node,
           fmt::format("{} has no unit: KiB, MiB, GiB or TiB, as in `512 MiB`", place.text()));
  } else if (kind != NodeKind::kText && node.size() == 0 && takes_text(shape, node.scalar())) {
    refuse(DiagnosticId::kUnquotedText, node,
           fmt::format("{} takes {}, and `{}` without quotes is {}; write \"{}\"", place.text(), describe(shape),
                       node.scalar(), bulkhead::describe(kind), node.scalar()));
  } else {
    refuse(DiagnosticId::kWrongType, node,
           fmt::format("{} takes {}, and this is {}", place.text(), describe(shape), bulkhead::describe(kind)));
  }
}

void Checker::check_text(const Node& node, const Shape& shape, const Place& place) {
  const std::string_view text = node.scalar();
  if (takes_text(shape, text)) {
    return;
  }
  switch (shape.form) {
    case Form::kText:
      refuse(DiagnosticId::kBadText, node, fmt::format("{} is {}", place.text(), what_is_wrong_with(text)));
      return;
    case Form::kName:
      refuse(DiagnosticId::kBadName, node,
             fmt::format("{} is no name: a small letter, then at most 31 small letters, digits and `-`", quoted(text)));
      return;
    case Form::kWord:
      refuse(DiagnosticId::kBadName, node,
             fmt::format("{} is no word: a letter, then at most 63 letters, digits and `_`, `.` or `-`", quoted(text)));
      return;
    case Form::kSize:
      refuse(DiagnosticId::kBadSize, node,
             fmt::format("{} is no size: a whole number and KiB, MiB, GiB or TiB, as in `512 MiB`", quoted(text)));
      return;
    case Form::kPciAddress:
      refuse(DiagnosticId::kBadPciAddress, node,
             fmt::format("{} is no PCI address: segment:bus:device.function, as in `0000:00:03.0`", quoted(text)));
      return;
    case Form::kMac:
      refuse(DiagnosticId::kBadMac, node,
             fmt::format("{} is no Ethernet address: six bytes, as in `00:16:3e:5e:6c:01`", quoted(text)));
      return;
    case Form::kRange:
      refuse(DiagnosticId::kBadRange, node,
             fmt::format("{} is no range: two numbers, as in `0x10-0x1f`, or one", quoted(text)));
      return;
    case Form::kXenVersion:
    case Form::kChoice:
      refuse(DiagnosticId::kUnknownChoice, node,
             fmt::format("{} takes {}, and not {}{}", place.text(), describe(shape), quoted(text),
                         did_you_mean(text, shape.choices)));
      return;
    case Form::kInteger:
    case Form::kBool:
    case Form::kList:
    case Form::kNamed:
    case Form::kStruct:
    case Form::kOneKey:
    case Form::kEither:
      BULKHEAD_CHECK(false, "these forms are not texts");
  }
}

void Checker::check_integer(const Node& node, const Shape& shape, const Place& place) {
  const std::optional<std::int64_t> value = node.integer();
  if (!value || *value < shape.minimum || *value > shape.maximum) {
    refuse(DiagnosticId::kOutOfRange, node,
           fmt::format("{} takes {}, and not {}", place.text(), describe(shape), quoted(node.scalar())));
  }
}

void Checker::check_list(const Node& node, const Shape& shape, const Place& place) {
  const auto size = static_cast<std::int64_t>(node.size());
  if (size < shape.minimum || size > shape.maximum) {
    refuse(DiagnosticId::kListLength, node,
           size == 0 ? fmt::format("{} is an empty list", place.text())
                     : fmt::format("{} takes {}, and this is a list of {}", place.text(), describe(shape), size));
    return;
  }
  for (Node item = node.first_child(); item; item = item.next_sibling()) {
    check(item, *shape.item, {place.key, item.span(), true});
  }
  if (shape.unique) {
    check_unique(node);
  }
}

// Numbers are the same when they have the same value, texts when they are written the same.
void Checker::check_unique(const Node& list) {
  std::vector<Node> items = list.items();
  const auto less = [](const Node& a, const Node& b) {
    if (a.kind() != b.kind()) {
      return a.kind() < b.kind();
    }
    return a.integer() && b.integer() ? *a.integer() < *b.integer() : a.scalar() < b.scalar();
  };
  std::stable_sort(items.begin(), items.end(), less);
  for (std::size_t i = 1; i < items.size(); ++i) {
    if (!less(items[i - 1], items[i]) && !refusals_.contains(items[i])) {
      refuse(DiagnosticId::kDuplicateItem, items[i],
             fmt::format("{} stands twice in one list", quoted(items[i].scalar())))
          .notes.push_back({items[i - 1].span(), "first here"});
    }
  }
}

void Checker::check_named(const Node& node, const Shape& shape) {
  for (Node key = node.first_child(); key;) {
    const Node value = key.next_sibling();
    check_text(key, kKeyName, {});
    check(value, *shape.item, {key.scalar(), key.span()});
    key = value.next_sibling();
  }
}

void Checker::unknown_key(const Node& key, const Shape& shape) {
  std::vector<std::string_view> known;
  std::vector<std::string> all;
  for (const Field& field : shape.fields) {
    known.push_back(field.key);
    all.push_back(quoted(field.key));
  }
  const std::string hint = did_you_mean(key.scalar(), std::span<const std::string_view>(known));
  refuse(DiagnosticId::kUnknownKey, key,
         fmt::format("unknown key {} of {}{}", quoted(key.scalar()), shape.noun,
                     hint.empty() ? "; there are " + join(all, ", ") : hint));
}

void Checker::check_fields(const Node& node, const Shape& shape, const Place& place) {
  for (Node key = node.first_child(); key;) {
    const Node value = key.next_sibling();
    const auto field = std::find_if(shape.fields.begin(), shape.fields.end(),
                                    [&](const Field& known) { return known.key == key.scalar(); });
    if (field == shape.fields.end()) {
      unknown_key(key, shape);
    } else {
      check(value, *field->shape, {field->key, key.span()});
      if (!field->needs.empty() && !node.find(field->needs)) {
        missing({field->key, key.span()},
                fmt::format("{} needs {} beside it", quoted(field->key), quoted(field->needs)));
      }
    }
    key = value.next_sibling();
  }
  check_required(node, shape, place);
}

void Checker::check_required(const Node& node, const Shape& shape, const Place& place) {
  for (const Field& field : shape.fields) {
    if (field.required && !node.find(field.key)) {
      missing(place, fmt::format("{} needs the key {}", shape.noun, quoted(field.key)));
    }
  }
  const auto count = [&](std::span<const std::string_view> keys) {
    return std::count_if(keys.begin(), keys.end(), [&](std::string_view key) { return bool(node.find(key)); });
  };
  const Shape choices{.form = Form::kChoice, .choices = shape.exactly_one_of};
  if (!shape.at_least_one_of.empty() && count(shape.at_least_one_of) == 0) {
    missing(place, fmt::format("{} needs at least one of {}", shape.noun,
                               describe({.form = Form::kChoice, .choices = shape.at_least_one_of})));
  }
  if (!shape.exactly_one_of.empty() && count(shape.exactly_one_of) == 0) {
    missing(place, fmt::format("{} needs one of {}", shape.noun, describe(choices)));
  }
  Node first;
  for (Node key = node.first_child(); key; key = key.next_sibling().next_sibling()) {
    const bool listed =
        std::find(shape.exactly_one_of.begin(), shape.exactly_one_of.end(), key.scalar()) != shape.exactly_one_of.end();
    if (listed && first) {
      refuse(DiagnosticId::kExclusiveKeys, key,
             fmt::format("{} has {} and {}, which exclude each other", shape.noun, quoted(first.scalar()),
                         quoted(key.scalar())))
          .notes.push_back({first.span(), "first here"});
    } else if (listed) {
      first = key;
    }
  }
}

void Checker::check_one_key(const Node& node, const Shape& shape, const Place& place) {
  const Node first = node.first_child();
  if (!first) {
    missing(place, fmt::format("{} needs one key, its kind", shape.noun));
    return;
  }
  check_fields(node, shape, place);
  for (Node key = first.next_sibling().next_sibling(); key; key = key.next_sibling().next_sibling()) {
    if (refusals_.contains(key)) {
      continue;
    }
    refuse(DiagnosticId::kExclusiveKeys, key,
           fmt::format("{} has one key, its kind, and this is another; write an entry of its own for {}", shape.noun,
                       quoted(key.scalar())))
        .notes.push_back({first.span(), "first here"});
  }
}

}  // namespace

Refusals check_shape(const Document& document, const Shape& shape, Diagnostics& diagnostics) {
  Checker checker(document, diagnostics);
  const Node root = document.root();
  Span start = root.span();
  start.length = 1;
  checker.check(root, shape, {{}, start});
  return std::move(checker).take();
}

}  // namespace bulkhead::spec
