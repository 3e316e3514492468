#include <string>
#include <vector>

#include "bulkhead/flask/access_diff.h"
#include "compiled_policy.h"
#include "policy_texts.h"

namespace bulkhead::flask {
namespace {

using test::compiled_policy;

std::vector<NamedDifference> differences(const BinaryPolicy& left, const BinaryPolicy& right) {
  return compare_by_name(AccessTable(left, RuleKind::kAllow, default_setting(left)),
                         AccessTable(right, RuleKind::kAllow, default_setting(right)));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("policies that differ only in the numbers of types, classes and permissions grant the same by name") {
  const std::string conf = test::small_conf(30);
  std::string other = replaced(conf, "type control_t, domain_type;\n", "");
  other = replaced(other, "permissive mail_t", "type control_t, domain_type;\npermissive mail_t");
  other = replaced(other, "class domain\nclass event\n", "class event\nclass domain\n");
  other = replaced(other, "class event { bind send status }", "class event { status bind send }");
  const BinaryPolicy left = compiled_policy(conf);
  const BinaryPolicy right = compiled_policy(other);
  REQUIRE(left.find_class("event") != right.find_class("event"));
  CHECK(differences(left, right).empty());
  CHECK(differences(left, compiled_policy(test::small_conf(24), {.version = 24})).empty());
}

TEST_CASE("a type, a class and a permission that only one policy has are differences by name") {
  const std::string conf = test::small_conf(30);
  std::string other = replaced(conf, "class version { build }", "class version { build number }");
  other = replaced(other, "permissive mail_t", "type new_t;\npermissive mail_t");
  other = replaced(other, "allow web_t channel_t:event status;",
                   "allow web_t channel_t:event { bind };\nallow new_t web_t:version { build number };");
  const BinaryPolicy left = compiled_policy(conf);
  const BinaryPolicy right = compiled_policy(other);
  const std::vector<NamedDifference> widened{{"new_t", "web_t", "version", {}, {"build", "number"}},
                                             {"web_t", "channel_t", "event", {"status"}, {"bind"}}};
  CHECK(differences(left, right) == widened);
  const std::vector<NamedDifference> narrowed{{"new_t", "web_t", "version", {"build", "number"}, {}},
                                              {"web_t", "channel_t", "event", {"bind"}, {"status"}}};
  CHECK(differences(right, left) == narrowed);
}

}  // namespace
}  // namespace bulkhead::flask
