// Numbers are the interface to the hypervisor: a class or permission in the wrong place means something else.
#include <fmt/format.h>

#include "bulkhead/flask/checkpolicy.h"
#include "proof_parts.h"

namespace bulkhead::analysis {
namespace {

std::string_view text(flask::HandleUnknown handling) {
  switch (handling) {
    case flask::HandleUnknown::kDeny:
      return "deny";
    case flask::HandleUnknown::kReject:
      return "reject";
    case flask::HandleUnknown::kAllow:
      return "allow";
  }
  return "?";
}

void prove_header(ProofContext& context) {
  const flask::BinaryPolicy& binary = context.binary;
  if (binary.version != flask::kPolicyVersion) {
    context.other("policy version", std::to_string(flask::kPolicyVersion), std::to_string(binary.version), {});
  }
  if (binary.handle_unknown != flask::HandleUnknown::kDeny) {
    context.other("operations that the policy does not know", "deny", std::string(text(binary.handle_unknown)), {});
  }
  if (binary.mls) context.excess("multi-level security", "on");
  if (!binary.policy_capabilities.empty()) context.excess("policy capabilities", "some");
}

void prove_classes(ProofContext& context) {
  const auto& expected = context.derived.set.abi->classes;
  const auto& found = context.binary.classes;
  for (std::size_t i = 0; i < std::max(expected.size(), found.size()); ++i) {
    const std::string what = fmt::format("class {}", i + 1);
    const std::string should =
        i < expected.size() ? fmt::format("{} {{ {} }}", expected[i].name, fmt::join(expected[i].permissions, " "))
                            : "";
    const std::string is =
        i < found.size() ? fmt::format("{} {{ {} }}", found[i].name, fmt::join(found[i].permissions, " ")) : "";
    if (should != is) context.other(what, should, is, {}, i < found.size() ? found[i].offset : 0);
  }
  for (const flask::BinaryClass& of : found) {
    for (const flask::Constraint& constraint : of.constraints) {
      context.excess("constraint", flask::constraint_text(context.binary, of, constraint), constraint.offset);
    }
    for (const flask::Constraint& constraint : of.validatetrans) {
      context.excess(fmt::format("validatetrans of {}", of.name), "one", constraint.offset);
    }
  }
}

void prove_types(ProofContext& context) {
  const auto& types = context.derived.set.types;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (context.value_of[i] == 0)
      context.missing(fmt::format("type {}", types[i].name), types[i].name, types[i].origin);
  }
  for (const flask::BinaryType& type : context.binary.types) {
    if (type.kind == flask::TypeKind::kUnused) continue;
    const std::string what = fmt::format("type {}", type.name);
    if (type.kind == flask::TypeKind::kType && !context.has_id[type.value - 1U]) {
      context.excess(what, type.name, type.offset);
    }
    if (type.permissive) context.excess(what, "permissive: nothing is denied to it", type.offset);
    if (type.bounds != 0) {
      context.excess(what, fmt::format("bounded by {}", context.binary.type(type.bounds).name), type.offset);
    }
    for (const std::string& alias : type.aliases) context.excess(what, fmt::format("alias {}", alias), type.offset);
  }
}

}  // namespace

void prove_symbols(ProofContext& context) {
  prove_header(context);
  prove_classes(context);
  prove_types(context);
  for (const flask::BinaryBoolean& boolean : context.binary.booleans) {
    context.excess(fmt::format("boolean {}", boolean.name), boolean.default_state ? "on" : "off");
  }
}

}  // namespace bulkhead::analysis
