// Nodes that passed the structural check to values with their places. A node that was refused gives nothing: it is
// already reported.
#pragma once

#include <concepts>
#include <optional>
#include <utility>
#include <vector>

#include "bulkhead/base/document.h"
#include "bulkhead/spec/spec.h"
#include "shape_check.h"

namespace bulkhead::spec {

class Decoder {
 public:
  explicit Decoder(const Refusals& refusals) : refusals_(refusals) {}

  // A key's value; a null handle when the key is absent or its value was refused.
  [[nodiscard]] Node value(const Node& mapping, std::string_view key) const;

  [[nodiscard]] std::optional<Text> text(const Node& mapping, std::string_view key) const;
  [[nodiscard]] Text required_text(const Node& mapping, std::string_view key) const;
  [[nodiscard]] std::vector<Text> texts(const Node& mapping, std::string_view key) const;  // of a list, or of one text
  [[nodiscard]] std::optional<Located<std::uint64_t>> number(const Node& mapping, std::string_view key) const;
  [[nodiscard]] std::optional<Located<std::uint32_t>> small_number(const Node& mapping, std::string_view key) const;
  [[nodiscard]] std::optional<Located<std::uint64_t>> size(const Node& mapping, std::string_view key) const;
  [[nodiscard]] std::optional<Located<Range>> range(const Node& mapping, std::string_view key) const;
  [[nodiscard]] std::optional<Located<PciAddress>> pci_address(const Node& mapping, std::string_view key) const;
  [[nodiscard]] std::vector<Located<Range>> ranges(const Node& mapping, std::string_view key) const;
  [[nodiscard]] std::vector<Located<std::uint64_t>> numbers(const Node& mapping, std::string_view key) const;

  // `values` in the order of the choices in the table.
  template <typename Enum, std::size_t N>
  [[nodiscard]] std::optional<Located<Enum>> choice(const Node& mapping, std::string_view key,
                                                    const std::pair<std::string_view, Enum> (&values)[N]) const {
    if (const Node node = value(mapping, key)) {
      for (const auto& [word, meaning] : values) {
        if (word == node.scalar()) {
          return Located<Enum>{meaning, node.span()};
        }
      }
    }
    return std::nullopt;
  }

  // Calls `use` with every item that was not refused; of a node that is no list, with the node.
  template <std::invocable<const Node&> Use>
  void each(const Node& mapping, std::string_view key, const Use& use) const {
    const Node list = value(mapping, key);
    if (!list) {
      return;
    }
    if (list.kind() != NodeKind::kSequence) {
      use(list);
      return;
    }
    for (Node item = list.first_child(); item; item = item.next_sibling()) {
      if (!refusals_.contains(item)) {
        use(item);
      }
    }
  }

  // Calls `use` with every key and value of a mapping from names, where neither was refused.
  template <std::invocable<const Node&, const Node&> Use>
  void each_named(const Node& mapping, const Use& use) const {
    if (!mapping) {
      return;
    }
    for (Node key = mapping.first_child(); key;) {
      const Node node = key.next_sibling();
      if (!refusals_.contains(key) && !refusals_.contains(node)) {
        use(key, node);
      }
      key = node.next_sibling();
    }
  }

  [[nodiscard]] bool is_refused(const Node& node) const { return refusals_.contains(node); }
  [[nodiscard]] static Text text_of(const Node& node) { return {std::string(node.scalar()), node.span()}; }

 private:
  const Refusals& refusals_;
};

[[nodiscard]] Host decode_host(const Decoder& decoder, const Node& node);
[[nodiscard]] Device decode_device(const Decoder& decoder, const Node& key, const Node& node);
[[nodiscard]] Domain decode_domain(const Decoder& decoder, const Node& key, const Node& node);
[[nodiscard]] std::optional<Connection> decode_connection(const Decoder& decoder, const Node& node);
[[nodiscard]] Role decode_role(const Decoder& decoder, const Node& key, const Node& node);
[[nodiscard]] std::optional<Assertion> decode_assertion(const Decoder& decoder, const Node& node);
[[nodiscard]] Accept decode_accept(const Decoder& decoder, const Node& node);

}  // namespace bulkhead::spec
