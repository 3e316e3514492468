// Connections, roles, assertions and accepted risks.
#include "decode.h"

namespace bulkhead::spec {
namespace {

constexpr std::pair<std::string_view, Access> kAccessWords[] = {{"read-write", Access::kReadWrite},
                                                                {"read-only", Access::kReadOnly}};
constexpr std::pair<std::string_view, Phase> kPhaseWords[] = {
    {"building", Phase::kBuilding}, {"booting", Phase::kBooting}, {"sealed", Phase::kRunning}};

constexpr std::pair<std::string_view, FlowConcern> kConcernWords[] = {
    {"confidentiality", FlowConcern::kConfidentiality}, {"integrity", FlowConcern::kIntegrity}};

AccessPattern decode_pattern(const Decoder& decoder, const Node& node) {
  return {.span = node.span(),
          .access_class = decoder.required_text(node, "class"),
          .permission = decoder.required_text(node, "permission"),
          .on = decoder.text(node, "on")};
}

RoleAllow decode_allow(const Decoder& decoder, const Node& node) {
  return {.span = node.span(),
          .on = decoder.required_text(node, "on"),
          .access_class = decoder.required_text(node, "class"),
          .permissions = decoder.texts(node, "permissions"),
          .reason = decoder.required_text(node, "reason")};
}

// The ends of a connection under the keys that its kind gives them.
void decode_ends(const Decoder& decoder, const Node& node, Connection& connection) {
  std::vector<Text> between = decoder.texts(node, "between");
  if (between.size() == 2) {
    connection.first = std::move(between[0]);
    connection.second.push_back(std::move(between[1]));
    return;
  }
  const bool observes = connection.kind.value == "observe";
  connection.first = decoder.required_text(node, observes ? "observer" : "backend");
  connection.second = decoder.texts(node, observes ? "domain" : "frontend");
}

}  // namespace

std::optional<Connection> decode_connection(const Decoder& decoder, const Node& node) {
  const Node key = node.first_child();
  const Node body = key ? decoder.value(node, key.scalar()) : Node{};
  if (!body || decoder.is_refused(key) || node.size() != 1) {
    return std::nullopt;
  }
  Connection connection{.kind = Decoder::text_of(key),
                        .span = key.span(),
                        .first = {},
                        .second = {},
                        .bridge = decoder.text(body, "bridge"),
                        .mac = decoder.text(body, "mac"),
                        .target = decoder.text(body, "target"),
                        .device = decoder.text(body, "device"),
                        .access = decoder.choice(body, "access", kAccessWords),
                        .pages = decoder.number(body, "pages")};
  decode_ends(decoder, body, connection);
  return connection;
}

Role decode_role(const Decoder& decoder, const Node& key, const Node& node) {
  Role role{.name = Decoder::text_of(key),
            .span = key.span(),
            .extends = decoder.required_text(node, "extends"),
            .allow = {}};
  decoder.each(node, "allow", [&](const Node& item) { role.allow.push_back(decode_allow(decoder, item)); });
  return role;
}

std::optional<Assertion> decode_assertion(const Decoder& decoder, const Node& node) {
  Assertion assertion{.span = node.span(),
                      .name = decoder.text(node, "name"),
                      .phase = decoder.choice(node, "phase", kPhaseWords),
                      .claim = {}};
  if (const Node flow = decoder.value(node, "no-flow")) {
    assertion.claim = NoFlow{.from = decoder.required_text(flow, "from"),
                             .to = decoder.required_text(flow, "to"),
                             .by = decoder.choice(flow, "by", kConcernWords),
                             .except_through = decoder.texts(node, "except-through")};
  } else if (const Node may = decoder.value(node, "may"); may && decoder.value(node, "only")) {
    assertion.claim = OnlyMay{.only = decoder.texts(node, "only"), .may = decode_pattern(decoder, may)};
  } else if (const Node only = decoder.value(node, "may-only")) {
    assertion.claim = MayOnly{.domain = decoder.required_text(only, "domain"),
                              .may = {.span = only.span(),
                                      .access_class = decoder.required_text(only, "class"),
                                      .permission = decoder.required_text(only, "permission"),
                                      .on = {}},
                              .on = decoder.texts(only, "on")};
  } else if (const Node nobody = decoder.value(node, "nobody-may")) {
    assertion.claim = NobodyMay{.may = decode_pattern(decoder, nobody)};
  } else if (const Node budget = decoder.value(node, "at-most")) {
    assertion.claim = AtMost{.domain = decoder.required_text(budget, "domain"),
                             .permissions = decoder.number(budget, "permissions"),
                             .unreviewed = decoder.number(budget, "unreviewed-operations"),
                             .reaches = decoder.number(budget, "reaches"),
                             .controls = decoder.number(budget, "controls"),
                             .not_through = decoder.texts(budget, "not-through")};
  } else {
    return std::nullopt;
  }
  return assertion;
}

Accept decode_accept(const Decoder& decoder, const Node& node) {
  return {.span = node.span(),
          .finding = decoder.required_text(node, "finding"),
          .domains = decoder.texts(node, "domains"),
          .devices = decoder.texts(node, "devices"),
          .reason = decoder.required_text(node, "reason")};
}

}  // namespace bulkhead::spec
