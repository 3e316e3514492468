// The table of the language: connections, roles, assertions and accepted risks.
#include <array>

#include "shapes.h"

namespace bulkhead::spec {
namespace {

using std::string_view;

// --- connections

// `frontend: web` or `frontend: [web-1, web-2]`
constexpr auto kNameForms = std::to_array<const Shape*>({&kNameShape, &kNamesShape});
constexpr Shape kNameOrNames{.form = Form::kEither, .alternatives = kNameForms};
constexpr Shape kMac{.form = Form::kMac};
constexpr auto kAccessWords = std::to_array<string_view>({"read-write", "read-only"});
constexpr Shape kAccess{.form = Form::kChoice, .choices = kAccessWords};

constexpr Field kBackend{"backend", &kNameShape, true, "", "The domain that serves.", "backend: net"};
constexpr Field kFrontend{
    "frontend", &kNameOrNames, true, "", "The domain that is served, or a list of them.", "frontend: [web, mail]"};

constexpr auto kNetworkFields = std::to_array<Field>({
    kBackend,
    kFrontend,
    {"bridge", &kTextShape, true, "", "The bridge in the back end that the front end's card is part of.",
     "bridge: xenbr0"},
    {"mac", &kMac, false, "made from the names of host and domain", "The Ethernet address of the front end's card.",
     "mac: \"00:16:3e:5e:6c:01\""},
});
constexpr Shape kNetwork{.form = Form::kStruct, .noun = "a network connection", .fields = kNetworkFields};

constexpr auto kDiskFields = std::to_array<Field>({
    kBackend,
    kFrontend,
    {"target", &kTextShape, true, "", "The block device or file in the back end.", "target: /dev/sda1"},
    {"device", &kTextShape, true, "", "The disk's name in the front end.", "device: xvda"},
    {"access", &kAccess, false, "`read-write`", "What the front end may do with it.", "access: read-only"},
});
constexpr Shape kDisk{.form = Form::kStruct, .noun = "a disk connection", .fields = kDiskFields};

constexpr auto kChannelFields = std::to_array<Field>({
    {"between", &kTwoNamesShape, true, "", "The server, which grants the pages, and the client.",
     "between: [web-1, web-2]"},
    {"pages", &kPositiveShape, false, "1", "The pages that they share.", "pages: 4"},
});
constexpr Shape kChannel{.form = Form::kStruct, .noun = "a channel", .fields = kChannelFields};

constexpr auto kServedFields = std::to_array<Field>({kBackend, kFrontend});
constexpr Shape kConsole{.form = Form::kStruct, .noun = "a console connection", .fields = kServedFields};
constexpr Shape kVtpm{.form = Form::kStruct, .noun = "a vTPM connection", .fields = kServedFields};

constexpr auto kObserveFields = std::to_array<Field>({
    {"observer", &kNameShape, true, "", "The domain that watches.", "observer: monitor"},
    {"domain", &kNameOrNames, true, "", "The domain that is watched, or a list of them.", "domain: [net, disk]"},
});
constexpr Shape kObserve{.form = Form::kStruct, .noun = "an observation", .fields = kObserveFields};

constexpr auto kArgoFields = std::to_array<Field>({
    {"between", &kTwoNamesShape, true, "", "The two domains, which send to each other.", "between: [web-1, web-2]"},
});
constexpr Shape kArgo{.form = Form::kStruct, .noun = "an Argo connection", .fields = kArgoFields};

constexpr auto kConnectionFields = std::to_array<Field>({
    {"network", &kNetwork, false, "", "A paravirtual network card.",
     "network: { backend: net, frontend: web, bridge: xenbr0 }"},
    {"disk", &kDisk, false, "", "A paravirtual disk.",
     "disk: { backend: disk, frontend: web, target: /dev/sda1, device: xvda }"},
    {"channel", &kChannel, false, "", "Shared pages and an event channel (vchan).",
     "channel: { between: [web-1, web-2] }"},
    {"console", &kConsole, false, "", "The paravirtual console; the same as `console` of the domain.",
     "console: { backend: console, frontend: web }"},
    {"observe", &kObserve, false, "", "Reading another domain's state and statistics, not its memory.",
     "observe: { observer: monitor, domain: web }"},
    {"vtpm", &kVtpm, false, "", "A virtual TPM.", "vtpm: { backend: vtpm-1, frontend: web-1 }"},
    {"argo", &kArgo, false, "", "Messages that the hypervisor copies (Argo).", "argo: { between: [web-1, web-2] }"},
});
constexpr Shape kConnection{.form = Form::kOneKey, .noun = "a connection", .fields = kConnectionFields};

// --- roles

constexpr auto kAllowFields = std::to_array<Field>({
    {"on", &kWordShape, true, "", "The target: `self`, `xen` or another of the hypervisor's own.", "on: xen"},
    {"class", &kWordShape, true, "", "A class of the chosen Xen release.", "class: xen"},
    {"permissions", &kWordsShape, true, "", "Permissions of that class.", "permissions: [physinfo]"},
    {"reason", &kTextShape, true, "", "Why the role needs them; audits print it.", "reason: \"host load\""},
});
constexpr Shape kAllow{.form = Form::kStruct, .noun = "an allowance", .fields = kAllowFields};
constexpr Shape kAllows{.form = Form::kList, .minimum = 1, .unique = false, .item = &kAllow};

constexpr auto kRoleFields = std::to_array<Field>({
    {"extends", &kNameShape, true, "", "The role whose rights this one has too.", "extends: monitor"},
    {"allow", &kAllows, true, "", "The rights that it has beyond them.",
     "allow: [ { on: xen, class: xen, permissions: [physinfo], reason: \"host load\" } ]"},
});
constexpr Shape kRole{.form = Form::kStruct, .noun = "a role", .fields = kRoleFields};

// --- assertions

constexpr auto kConcernWords = std::to_array<string_view>({"confidentiality", "integrity"});
constexpr Shape kConcern{.form = Form::kChoice, .choices = kConcernWords};
constexpr auto kFlowFields = std::to_array<Field>({
    {"from", &kNameShape, true, "", "Where information must not come from.", "from: web-1"},
    {"to", &kNameShape, true, "", "Where it must not get.", "to: web-3"},
    {"by", &kConcern, false, "`confidentiality`",
     "Whether `to` must not learn from `from`, or `from` must not influence `to`, which counts pausing and the like "
     "too.",
     "by: integrity"},
});
constexpr Shape kFlow{.form = Form::kStruct, .noun = "a flow", .fields = kFlowFields};

constexpr auto kPatternFields = std::to_array<Field>({
    {"class", &kWordShape, true, "", "A class of the chosen Xen release.", "class: domain"},
    {"permission", &kWordShape, true, "", "A permission of that class.", "permission: create"},
    {"on", &kWordShape, false, "anything", "A domain, or one of the hypervisor's own targets.", "on: xen"},
});
constexpr Shape kPattern{.form = Form::kStruct, .noun = "a right", .fields = kPatternFields};

constexpr auto kMayOnlyFields = std::to_array<Field>({
    {"domain", &kNameShape, true, "", "The domain that is held to it.", "domain: net"},
    {"class", &kWordShape, true, "", "A class of the chosen Xen release.", "class: grant"},
    {"permission", &kWordShape, true, "", "A permission of that class.", "permission: map_read"},
    {"on", &kNamesShape, true, "", "The domains on which it may have the right; on itself it may always.",
     "on: [web, mail]"},
});
constexpr Shape kMayOnly{.form = Form::kStruct, .noun = "a right on some", .fields = kMayOnlyFields};

constexpr auto kAtMostFields = std::to_array<Field>({
    {"domain", &kNameShape, true, "", "The domain, or the family of which each is held to it.", "domain: net"},
    {"permissions", &kNumberShape, false, "any number", "Different permissions of all classes, on whomever.",
     "permissions: 20"},
    {"unreviewed-operations", &kNumberShape, false, "any number",
     "Operations that Xen's statement on XSA-77 does not support delegating.", "unreviewed-operations: 0"},
    {"reaches", &kNumberShape, false, "any number", "Other domains that information of it gets to, over any way.",
     "reaches: 4"},
    {"not-through", &kNamesShape, false, "none", "Ways through these domains do not count; they themselves do.",
     "not-through: [control]", "reaches"},
    {"controls", &kNumberShape, false, "any number", "Other domains that whoever owns it can take over.",
     "controls: 0"},
});
constexpr auto kBudgets = std::to_array<string_view>({"permissions", "unreviewed-operations", "reaches", "controls"});
constexpr Shape kAtMost{
    .form = Form::kStruct, .noun = "a budget", .fields = kAtMostFields, .at_least_one_of = kBudgets};

constexpr auto kPhaseWords = std::to_array<string_view>({"building", "booting", "sealed"});
constexpr Shape kPhase{.form = Form::kChoice, .choices = kPhaseWords};

constexpr auto kClaims = std::to_array<string_view>({"no-flow", "only", "may-only", "nobody-may", "at-most"});
constexpr auto kAssertionFields = std::to_array<Field>({
    {"name", &kTextShape, false, "the claim itself", "What reports call the assertion.", "name: tenants are apart"},
    {"phase", &kPhase, false, "every phase",
     "When it must hold: while a domain is `building`, while the host is `booting`, or once it is `sealed`.",
     "phase: sealed"},
    {"no-flow", &kFlow, false, "", "Claim: no information gets from one domain to another, directly or over others.",
     "no-flow: { from: web-1, to: web-3 }"},
    {"except-through", &kNamesShape, false, "none", "Domains that every way from one to the other must pass.",
     "except-through: [net]", "no-flow"},
    {"only", &kNamesShape, false, "", "Claim: nobody but these domains has the right that `may` names.",
     "only: [control]", "may"},
    {"may", &kPattern, false, "", "The right that `only` is about.", "may: { class: domain, permission: create }",
     "only"},
    {"may-only", &kMayOnly, false, "", "Claim: a domain has a right on these domains and on no others.",
     "may-only: { domain: net, class: grant, permission: map_read, on: [web, mail] }"},
    {"nobody-may", &kPattern, false, "", "Claim: no domain has this right.",
     "nobody-may: { class: security, permission: load_policy }"},
    {"at-most", &kAtMost, false, "", "Claim: a domain has no more rights, or reaches no more domains, than this.",
     "at-most: { domain: net, unreviewed-operations: 0 }"},
});
constexpr Shape kAssertion{
    .form = Form::kStruct, .noun = "an assertion", .fields = kAssertionFields, .exactly_one_of = kClaims};

// --- accepted risks

constexpr auto kAcceptFields = std::to_array<Field>({
    {"finding", &kWordShape, true, "", "The id of the finding, as the message gives it in brackets.",
     "finding: shared-irq"},
    {"domains", &kNamesShape, false, "any", "The finding is accepted for these domains only.", "domains: [net, usb]"},
    {"devices", &kNamesShape, false, "any", "The finding is accepted for these devices only.", "devices: [nic0, usb0]"},
    {"reason", &kTextShape, true, "", "Why; audits print it.", "reason: \"both cards are on one PCIe switch\""},
});
constexpr Shape kAccept{.form = Form::kStruct, .noun = "an accepted risk", .fields = kAcceptFields};

}  // namespace

const Shape& connection_shape() {
  return kConnection;
}
const Shape& role_shape() {
  return kRole;
}
const Shape& assertion_shape() {
  return kAssertion;
}
const Shape& accept_shape() {
  return kAccept;
}

}  // namespace bulkhead::spec
