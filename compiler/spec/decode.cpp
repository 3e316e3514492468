#include "decode.h"

#include "bulkhead/base/check.h"
#include "forms.h"

namespace bulkhead::spec {
namespace {

std::uint64_t number_of(const Node& node) {
  const std::optional<std::int64_t> value = node.integer();
  BULKHEAD_CHECK(value && *value >= 0, "the structural check lets only numbers from 0 on pass");
  return static_cast<std::uint64_t>(*value);
}

Located<Range> range_of(const Node& node) {
  if (node.kind() == NodeKind::kInteger) {
    return {{number_of(node), number_of(node)}, node.span()};
  }
  const std::optional<Range> range = parse_range(node.scalar());
  BULKHEAD_CHECK(range.has_value(), "the structural check lets only ranges pass");
  return {*range, node.span()};
}

}  // namespace

Node Decoder::value(const Node& mapping, std::string_view key) const {
  const Node node = mapping.find(key);
  return node && !refusals_.contains(node) ? node : Node{};
}

std::optional<Text> Decoder::text(const Node& mapping, std::string_view key) const {
  const Node node = value(mapping, key);
  return node ? std::optional(text_of(node)) : std::nullopt;
}

Text Decoder::required_text(const Node& mapping, std::string_view key) const {
  const Node node = value(mapping, key);
  return node ? text_of(node) : Text{};
}

std::vector<Text> Decoder::texts(const Node& mapping, std::string_view key) const {
  std::vector<Text> texts;
  each(mapping, key, [&](const Node& item) { texts.push_back(text_of(item)); });
  return texts;
}

std::optional<Located<std::uint64_t>> Decoder::number(const Node& mapping, std::string_view key) const {
  const Node node = value(mapping, key);
  return node ? std::optional(Located<std::uint64_t>{number_of(node), node.span()}) : std::nullopt;
}

std::optional<Located<std::uint32_t>> Decoder::small_number(const Node& mapping, std::string_view key) const {
  const Node node = value(mapping, key);
  return node ? std::optional(Located<std::uint32_t>{static_cast<std::uint32_t>(number_of(node)), node.span()})
              : std::nullopt;
}

std::optional<Located<std::uint64_t>> Decoder::size(const Node& mapping, std::string_view key) const {
  const Node node = value(mapping, key);
  if (!node) {
    return std::nullopt;
  }
  const std::optional<std::uint64_t> bytes = parse_size(node.scalar());
  BULKHEAD_CHECK(bytes.has_value(), "the structural check lets only sizes pass");
  return Located<std::uint64_t>{*bytes, node.span()};
}

std::optional<Located<Range>> Decoder::range(const Node& mapping, std::string_view key) const {
  const Node node = value(mapping, key);
  return node ? std::optional(range_of(node)) : std::nullopt;
}

std::optional<Located<PciAddress>> Decoder::pci_address(const Node& mapping, std::string_view key) const {
  const Node node = value(mapping, key);
  if (!node) {
    return std::nullopt;
  }
  const std::optional<PciAddress> address = PciAddress::parse(node.scalar());
  BULKHEAD_CHECK(address.has_value(), "the structural check lets only PCI addresses pass");
  return Located<PciAddress>{*address, node.span()};
}

std::vector<Located<Range>> Decoder::ranges(const Node& mapping, std::string_view key) const {
  std::vector<Located<Range>> ranges;
  each(mapping, key, [&](const Node& item) { ranges.push_back(range_of(item)); });
  return ranges;
}

std::vector<Located<std::uint64_t>> Decoder::numbers(const Node& mapping, std::string_view key) const {
  std::vector<Located<std::uint64_t>> numbers;
  each(mapping, key, [&](const Node& item) { numbers.push_back({number_of(item), item.span()}); });
  return numbers;
}

}  // namespace bulkhead::spec
