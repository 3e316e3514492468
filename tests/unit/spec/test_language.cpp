// The table itself: its examples hold, what is made from it is up to date.
#include <algorithm>
#include <cstdlib>
#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bulkhead/base/files.h"
#include "bulkhead/spec/expectations.h"
#include "bulkhead/spec/language.h"
#include "reading.h"
#include "shape_check.h"

using bulkhead::spec::Field;
using bulkhead::spec::Shape;
using bulkhead::spec::test::Read;

namespace {

// Calls `use` with every struct of the table and every field of it.
template <typename Use>
void walk(const Shape& shape, const Use& use) {
  for (const Field& field : shape.fields) {
    use(shape, field);
    walk(*field.shape, use);
  }
  if (shape.item != nullptr) {
    walk(*shape.item, use);
  }
  for (const Shape* alternative : shape.alternatives) {
    walk(*alternative, use);
  }
}

template <typename Use>
void walk_all(const Use& use) {
  walk(bulkhead::spec::spec_shape(), use);
  walk(bulkhead::spec::inventory_shape(), use);
  walk(bulkhead::spec::expectations_shape(), use);
}

}  // namespace

TEST_CASE(
    "every key of the language has a meaning, a default or the word required, and an example that the check takes") {
  std::size_t count = 0;
  walk_all([&](const Shape& shape, const Field& field) {
    CAPTURE(shape.noun, field.key);
    ++count;
    CHECK(field.meaning.ends_with('.'));
    CHECK_FALSE((field.required && !field.default_value.empty()));
    CHECK(field.example.starts_with(std::string(field.key) + ": "));
    Read read{std::string(field.example)};
    REQUIRE(read.document.has_value());
    // The example alone: a struct of this one key, with nothing required beside it.
    Field alone = field;
    alone.needs = {};
    const Shape only{.form = bulkhead::spec::Form::kStruct, .noun = shape.noun, .fields = {&alone, 1}};
    (void)bulkhead::spec::check_shape(*read.document, only, read.diagnostics);
    CHECK(read.rendered().empty());
  });
  CHECK(count > 90);
}

TEST_CASE("no mapping of the language has a key twice, and what a rule names is there") {
  std::set<const Shape*> seen;
  walk_all([&](const Shape& shape, const Field& field) {
    CAPTURE(shape.noun, field.key);
    const auto has = [&](std::string_view key) {
      return std::count_if(shape.fields.begin(), shape.fields.end(), [&](const Field& f) { return f.key == key; });
    };
    CHECK(has(field.key) == 1);
    CHECK((field.needs.empty() || has(field.needs) == 1));
    for (const std::string_view key : shape.at_least_one_of) {
      CHECK(has(key) == 1);
    }
    for (const std::string_view key : shape.exactly_one_of) {
      CHECK(has(key) == 1);
    }
  });
}

TEST_CASE("the reference in docs is the one that the table makes") {
  const std::string path = BULKHEAD_SOURCE_DIR "/docs/spec-language.md";
  const std::string fresh = bulkhead::spec::language_reference();
  if (std::getenv("BULKHEAD_UPDATE_GOLDENS") != nullptr) {
    REQUIRE(bulkhead::replace_file(path, fresh).has_value());
  }
  const auto written = bulkhead::read_file(path, std::size_t{1} << 20);
  REQUIRE(written.has_value());
  CHECK(*written == fresh);
}

TEST_CASE("the example at the top of the reference is a spec without errors") {
  const std::string reference = bulkhead::spec::language_reference();
  const std::size_t start = reference.find("```yaml\n") + 8;
  Read read(reference.substr(start, reference.find("```\n", start) - start));
  REQUIRE(read.document.has_value());
  CHECK(bulkhead::spec::read_spec(*read.document, read.diagnostics).complete);
  CHECK(read.rendered().empty());
}

TEST_CASE("the schemas are JSON and name their draft") {
  for (const std::string& text : {bulkhead::spec::json_schema(), bulkhead::spec::inventory_schema()}) {
    const nlohmann::json schema = nlohmann::json::parse(text);
    CHECK(schema.at("$schema") == "http://json-schema.org/draft-07/schema#");
    CHECK(schema.at("additionalProperties") == false);
  }
}

TEST_CASE("a PCI class name stands for its class codes") {
  const auto matches = [](const char* name, std::uint32_t code) {
    const bulkhead::spec::PciClass* pci_class = bulkhead::spec::find_pci_class(name);
    REQUIRE(pci_class != nullptr);
    return (code & pci_class->mask) == pci_class->code;
  };
  CHECK(matches("network", 0x020000));
  CHECK(matches("storage", 0x010601));
  CHECK(matches("usb", 0x0C0330));
  CHECK_FALSE(matches("usb", 0x0C0500));
  CHECK(matches("serial-bus", 0x0C0330));
  CHECK_FALSE(matches("network", 0x010601));
  CHECK(bulkhead::spec::find_pci_class("netwerk") == nullptr);
}
