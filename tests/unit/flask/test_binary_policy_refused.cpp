// What is not a policy that Xen would load is refused, with the place.
#include <cstdint>
#include <string>

#include "bulkhead/flask/access.h"
#include "bulkhead/flask/binary_policy.h"
#include "bulkhead/flask/checkpolicy.h"
#include "compiled_policy.h"
#include "policy_texts.h"

namespace bulkhead::flask {
namespace {

using test::compiled_bytes;

std::string refusal(const std::string& bytes) {
  const Result<BinaryPolicy> policy = read_binary_policy(bytes);
  return policy ? "accepted" : policy.error().message();
}

void put32(std::string& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
}

void put16(std::string& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<char>(value & 0xff);
  bytes[at + 1] = static_cast<char>(value >> 8);
}

// Everything that a caller may do with a policy that was accepted.
void use(const BinaryPolicy& policy) {
  const BooleanSetting setting = default_setting(policy);
  std::size_t cells = 0;
  for (const RuleKind kind : {RuleKind::kAllow, RuleKind::kAuditAllow, RuleKind::kDontAudit}) {
    AccessTable(policy, kind, setting).for_each_cell([&](const AccessCell& cell) {
      cells += cell.permissions != 0 ? 1 : 0;
    });
  }
  std::size_t letters = 0;
  for (const BinaryRule& rule : policy.rules) letters += rule_text(policy, rule).size();
  for (const InitialSid& sid : policy.initial_sids) letters += context_text(policy, sid.context).size();
  for (const DeviceContext& entry : policy.device_contexts) letters += context_text(policy, entry.context).size();
  for (const Conditional& node : policy.conditionals) letters += condition_text(policy, node).size();
  for (const BinaryClass& entry : policy.classes) {
    for (const Constraint& constraint : entry.constraints) letters += constraint_text(policy, entry, constraint).size();
    for (const Constraint& constraint : entry.validatetrans)
      letters += constraint_text(policy, entry, constraint).size();
  }
  REQUIRE(letters + cells > 0);
}

const BinaryRule& first_rule(const BinaryPolicy& policy) {
  const BinaryRule* first = &policy.rules.front();
  for (const BinaryRule& rule : policy.rules) {
    if (rule.offset < first->offset) first = &rule;
  }
  return *first;
}

TEST_CASE("every prefix of a policy is refused at or before its end") {
  for (const bool mls : {false, true}) {
    const std::string bytes = compiled_bytes(mls ? test::mls_conf() : test::small_conf(30), {.mls = mls});
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      // A string of exactly that size, so that AddressSanitizer sees a read behind its end.
      const std::string message = refusal(bytes.substr(0, size));
      REQUIRE(message.rfind("offset ", 0) == 0);
      REQUIRE(std::stoul(message.substr(7)) <= size);
    }
  }
}

TEST_CASE("a policy with any one bit changed is refused with the place or read, and never breaks the reader") {
  for (const bool mls : {false, true}) {
    const std::string bytes = compiled_bytes(mls ? test::mls_conf() : test::small_conf(30), {.mls = mls});
    std::size_t refused = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1U << bit));
        const Result<BinaryPolicy> policy = read_binary_policy(changed);
        if (policy) {
          use(*policy);
        } else {
          REQUIRE(policy.error().message().rfind("offset ", 0) == 0);
          ++refused;
        }
      }
    }
    CHECK(refused > bytes.size() * 2);
  }
}

TEST_CASE("a byte behind the end is refused") {
  const std::string bytes = compiled_bytes(test::small_conf(30));
  CHECK(refusal(bytes + "x") ==
        "offset " + std::to_string(bytes.size()) + ": expected the end of the file, found 1 more bytes");
}

TEST_CASE("a file over the hypervisor's limit is refused before it is looked at") {
  CHECK(refusal(std::string(kMaxPolicyBytes + 1, '\0')) ==
        "offset 67108864: expected the end of the file: a policy has at most 67108864 bytes, this one has 67108865");
}

TEST_CASE("the empty file, another magic number, another target and another version are refused") {
  std::string bytes = compiled_bytes(test::small_conf(30));
  CHECK(refusal("") == "offset 0: expected a policy's magic number (4 bytes), but the file ends after 0 bytes");
  std::string changed = bytes;
  put32(changed, 0, 0x464c457f);
  CHECK(refusal(changed) == "offset 0: expected the magic number 0xf97cff8c of a policy, found 0x464c457f");
  changed = bytes;
  changed[8] = 'Y';
  CHECK(refusal(changed) == "offset 8: expected a policy for target `XenFlask`, found `YenFlask`");
  for (const std::uint32_t version : {15U, 23U, 25U, 29U, 31U, 33U}) {
    changed = bytes;
    put32(changed, 16, version);
    CHECK(refusal(changed) == "offset 16: expected version 30 or 24 of the format, found " + std::to_string(version));
  }
}

TEST_CASE("a policy for SELinux is refused") {
  const std::string bytes = compiled_bytes(test::common_conf(), {.target = "selinux"});
  CHECK(refusal(bytes) == "offset 8: expected a policy for target `XenFlask`, found `SE Linux`");
}

TEST_CASE("filename transitions are refused, as Xen does") {
  std::string conf = test::small_conf(30);
  conf.insert(conf.find("allow system_r"), "type_transition control_t web_t:event channel_t \"name\";\n");
  const std::string message = refusal(compiled_bytes(conf));
  CHECK(message.find(": expected no filename transitions (Xen refuses them), found 1") != std::string::npos);
}

TEST_CASE("counts that the rest of the file cannot hold are refused before anything is allocated") {
  const std::string bytes = compiled_bytes(test::small_conf(30));
  const BinaryPolicy policy = test::read_policy(bytes);
  std::string changed = bytes;
  const std::uint32_t count_at = first_rule(policy).offset - 4;
  put32(changed, count_at, 0xffffffff);
  const std::size_t left = bytes.size() - count_at - 4;
  CHECK(refusal(changed) == "offset " + std::to_string(count_at) + ": the number of rules is 4294967295, but the " +
                                std::to_string(left) + " bytes that are left hold at most " +
                                std::to_string(left / 12));
}

TEST_CASE("a rule that names what does not exist, or that stands twice, is refused at its place") {
  const std::string bytes = compiled_bytes(test::small_conf(30));
  const BinaryPolicy policy = test::read_policy(bytes);
  const std::uint32_t at = first_rule(policy).offset;
  const auto place = [](std::uint32_t offset) { return "offset " + std::to_string(offset) + ": "; };
  std::string changed = bytes;
  put16(changed, at, 99);
  CHECK(refusal(changed) == place(at) + "expected the value of a rule's source type, found 99");
  changed = bytes;
  put16(changed, at + 2, 0);
  CHECK(refusal(changed) == place(at + 2) + "expected the value of a rule's target type, found 0");
  changed = bytes;
  put16(changed, at + 4, 5);
  CHECK(refusal(changed) == place(at + 4) + "expected the value of a rule's class (1 to 4), found 5");
  changed = bytes;
  put16(changed, at + 6, 3);
  CHECK(refusal(changed) == place(at + 6) + "expected the kind of a rule (1, 2, 4, 16, 32 or 64), found 0x3");
  changed = bytes;
  put16(changed, at + 6, 0x100);
  CHECK(refusal(changed) ==
        place(at + 6) + "expected an access or type rule, found one with extended permissions, which Xen refuses");
  changed = bytes;
  changed.replace(at + 12, 12, changed.substr(at, 12));
  CHECK(refusal(changed) ==
        place(at + 12) + "the rule has the source, target, class and kind of the one at offset " + std::to_string(at));
}

TEST_CASE("a conditional whose stored state contradicts the booleans' defaults is refused") {
  const std::string bytes = compiled_bytes(test::small_conf(30));
  const BinaryPolicy policy = test::read_policy(bytes);
  const Conditional& node = policy.conditionals.front();
  REQUIRE(condition_holds(node, default_setting(policy)));
  std::string changed = bytes;
  put32(changed, node.offset, 0);
  CHECK(refusal(changed) == "offset " + std::to_string(node.offset) +
                                ": expected the state 1 of a conditional, as the booleans' defaults give it, found 0");
}

TEST_CASE("a policy without a rule is refused, as Xen does") {
  const std::string conf =
      "class domain\nsid first\nclass domain { create }\ntype control_t;\nrole system_r;\nrole system_r types "
      "control_t;\n"
      "user system_u roles { system_r };\nsid first system_u:system_r:control_t\n";
  const std::string message = refusal(compiled_bytes(conf));
  CHECK(message.find(": expected at least one rule (Xen refuses an empty table)") != std::string::npos);
}

}  // namespace
}  // namespace bulkhead::flask
