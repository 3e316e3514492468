// What the compiler prints of a spec reads back as what it was printed from.
#include <regex>

#include <catch2/catch.hpp>

#include "bulkhead/spec/read.h"
#include "checked.h"
#include "examples.h"
#include "random_host.h"
#include "resolved.h"
#include "support/model_text.h"

namespace bulkhead::test {
namespace {

void check_same(const Resolved& left, const Resolved& right) {
  RC_ASSERT(model_text(left.read.model) == model_text(right.read.model));
  const std::string difference = differences(left.privileges(), right.privileges());
  RC_LOG() << difference;
  RC_ASSERT(difference.empty());
}

// Which values were defaults is said in comments.
std::string without_comments(const std::string& text) {
  return std::regex_replace(text, std::regex("  # default"), "");
}

}  // namespace

TEST_CASE("what `show` prints is a spec of the same model and the same privileges") {
  CHECK(holds("parse(show(model)) is the model", 400, [] {
    const HostText host = *random_host();
    const Resolved resolved(host.yaml());
    const std::string shown = model::show(resolved.read.model);
    RC_LOG() << shown;
    const Resolved again(shown);
    check_same(resolved, again);
    RC_ASSERT(without_comments(model::show(again.read.model)) == without_comments(shown));
  }));
}

TEST_CASE("a spec printed in the canonical form reads back as itself") {
  CHECK(holds("read(print_spec(spec)) is the spec", 400, [] {
    const HostText host = *random_host();
    const Resolved resolved(host.yaml());
    const std::string printed = spec::print_spec(resolved.read.spec);
    RC_LOG() << printed;
    const Resolved again(printed);
    RC_ASSERT(spec::print_spec(again.read.spec) == printed);
    check_same(resolved, again);
  }));
}

TEST_CASE("what `show` prints of an example is a spec of the same model and the same privileges") {
  for (const std::string& name : kExamples) {
    INFO(name);
    const DerivedSpec host = derived_example(name);
    const DerivedSpec again(model::show(host.read.model), example_inventory(name));
    CHECK(model_text(again.read.model) == model_text(host.read.model));
    const std::string difference = differences(named(host.derived.set), named(again.derived.set));
    INFO(difference);
    CHECK(difference.empty());
  }
}

}  // namespace bulkhead::test
