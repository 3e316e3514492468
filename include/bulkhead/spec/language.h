// The language as one table: which keys there are, what each takes, its default, a sentence and an example. Everything
// else that knows the language is made from it: the check of a text (read.h), the JSON Schema and
// docs/spec-language.md.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bulkhead::spec {

enum class Form : std::uint8_t {
  kText,        // one line, not empty
  kName,        // of a domain, a device or a role
  kWord,        // of the policy or of this program: a class, a permission, a finding
  kInteger,     // from `minimum` to `maximum`
  kBool,        //
  kSize,        // of memory, with its unit
  kPciAddress,  //
  kRange,       // two numbers, or one
  kMac,         //
  kXenVersion,  // in quotes, one of policy/abi
  kChoice,      // one of `choices`
  kList,        // of `item`, from `minimum` to `maximum` of them, none twice
  kNamed,       // a mapping from names to `item`
  kStruct,      // a mapping with `fields`
  kOneKey,      // a mapping with exactly one of `fields`
  kEither,      // one of `alternatives`, told apart by the kind of node
};

struct Field;

struct Shape {
  Form form = Form::kText;
  std::string_view noun{};  // of a struct, for messages and the reference: "a domain"
  std::int64_t minimum = 0;
  std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
  bool hexadecimal = false;  // of an integer: how its limits are printed
  bool unique = true;        // of a list: no item twice; items of such a list are single values
  std::span<const std::string_view> choices{};
  const Shape* item = nullptr;
  std::span<const Field> fields{};
  std::span<const std::string_view> at_least_one_of{};  // keys of a struct
  std::span<const std::string_view> exactly_one_of{};   // likewise
  std::span<const Shape* const> alternatives{};
};

struct Field {
  std::string_view key;
  const Shape* shape;
  bool required;
  std::string_view default_value;  // in words; empty when required or when there is nothing to say
  std::string_view meaning;        // one sentence
  std::string_view example;        // YAML: the key with a value
  std::string_view needs{};        // another key that must stand beside this one
};

[[nodiscard]] const Shape& spec_shape();       // the spec file as a whole
[[nodiscard]] const Shape& inventory_shape();  // the inventory file

// What a form takes, for messages: "a size such as `512 MiB`".
[[nodiscard]] std::string describe(const Shape& shape);

// Draft-07, for editors and other checkers. It rejects a file exactly when read_spec reports something of the group
// kShape.
[[nodiscard]] std::string json_schema();
[[nodiscard]] std::string inventory_schema();

// docs/spec-language.md, whole.
[[nodiscard]] std::string language_reference();

// The names that `class` of a device's identity takes, and which PCI class codes (24 bits) each stands for.
struct PciClass {
  std::string_view name;
  std::uint32_t code;
  std::uint32_t mask;
};
[[nodiscard]] std::span<const PciClass> pci_classes();
[[nodiscard]] const PciClass* find_pci_class(std::string_view name);

}  // namespace bulkhead::spec
