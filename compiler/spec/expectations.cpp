#include "bulkhead/spec/expectations.h"

#include <array>

#include "decode.h"
#include "shape_check.h"
#include "shapes.h"

namespace bulkhead::spec {
namespace {

using std::string_view;

constexpr std::pair<string_view, Phase> kPhases[] = {
    {"building", Phase::kBuilding}, {"booting", Phase::kBooting}, {"sealed", Phase::kRunning}};
constexpr auto kPhaseWords = std::to_array<string_view>({"building", "booting", "sealed"});
constexpr Shape kPhase{.form = Form::kChoice, .choices = kPhaseWords};
constexpr auto kFlowWords = std::to_array<string_view>({"expected", "none"});
constexpr Shape kFlow{.form = Form::kChoice, .choices = kFlowWords};
constexpr Shape kAnyWords{.form = Form::kList, .item = &kWordShape};
constexpr Shape kVersion{.form = Form::kInteger, .minimum = 1, .maximum = 1};

constexpr auto kClaims = std::to_array<string_view>({"may", "may-not", "may-only", "direct-flow"});
constexpr auto kExpectationFields = std::to_array<Field>({
    {"name", &kTextShape, false, "the claim itself", "What reports call it.", "name: the net domain copies, no more"},
    {"phase", &kPhase, false, "every phase",
     "When: while the acting domain is `building`, while the host is `booting`, or once it is `sealed`.",
     "phase: sealed"},
    {"from", &kWordShape, true, "",
     "Who acts: a domain, a family of instances (each of them), a device, or one of the hypervisor's own.",
     "from: net"},
    {"to", &kWordShape, true, "", "On whom or what, likewise.", "to: web-1"},
    {"may", &kWordsShape, false, "", "Claim: it has all of these rights, written `class.permission`.",
     "may: [grant.copy]"},
    {"may-not", &kWordsShape, false, "", "Claim: it has none of these rights.", "may-not: [grant.map_write]"},
    {"may-only", &kAnyWords, false, "", "Claim: it has these rights and no other; an empty list: none at all.",
     "may-only: [event.send, event.create]"},
    {"direct-flow", &kFlow, false, "",
     "Claim: a permission, or an event channel, lets information get from one to the other; or none does.",
     "direct-flow: none"},
});
constexpr Shape kExpectation{
    .form = Form::kStruct, .noun = "an expectation", .fields = kExpectationFields, .exactly_one_of = kClaims};
constexpr Shape kExpectationList{.form = Form::kList, .minimum = 1, .unique = false, .item = &kExpectation};

constexpr auto kFileFields = std::to_array<Field>({
    {"expectations", &kVersion, true, "", "The version of the format.", "expectations: 1"},
    {"expect", &kExpectationList, true, "", "What is expected of the spec.",
     "expect: [ { from: net, to: web-1, may: [grant.copy] } ]"},
});
constexpr Shape kFile{.form = Form::kStruct, .noun = "a file of expectations", .fields = kFileFields};

std::optional<Expectation> decode_expectation(const Decoder& decoder, const Node& node) {
  Expectation expectation{.span = node.span(),
                          .name = decoder.text(node, "name"),
                          .phase = decoder.choice(node, "phase", kPhases),
                          .from = decoder.required_text(node, "from"),
                          .to = decoder.required_text(node, "to"),
                          .claim = Claim::kMay,
                          .permissions = {}};
  const std::pair<string_view, Claim> lists[] = {
      {"may", Claim::kMay}, {"may-not", Claim::kMayNot}, {"may-only", Claim::kMayOnly}};
  for (const auto& [key, claim] : lists) {
    if (decoder.value(node, key)) {
      expectation.claim = claim;
      expectation.permissions = decoder.texts(node, key);
      return expectation;
    }
  }
  const Node flow = decoder.value(node, "direct-flow");
  if (!flow) {
    return std::nullopt;
  }
  expectation.claim = flow.scalar() == "none" ? Claim::kNoDirectFlow : Claim::kDirectFlow;
  return expectation;
}

}  // namespace

const Shape& expectations_shape() {
  return kFile;
}

std::vector<Expectation> read_expectations(const Document& document, Diagnostics& diagnostics) {
  const Refusals refusals = check_shape(document, kFile, diagnostics);
  std::vector<Expectation> expectations;
  if (document.root().kind() != NodeKind::kMapping) {
    return expectations;
  }
  const Decoder decoder(refusals);
  decoder.each(document.root(), "expect", [&](const Node& item) {
    if (std::optional<Expectation> expectation = decode_expectation(decoder, item)) {
      expectations.push_back(*std::move(expectation));
    }
  });
  return expectations;
}

}  // namespace bulkhead::spec
