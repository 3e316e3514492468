// flows: who can learn from whom, who can influence whom, and by which way.
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "actions.h"
#include "bulkhead/base/render.h"
#include "bulkhead/base/text.h"
#include "subject.h"

namespace bulkhead::driver {
namespace {

using flow::FlowGraph;
using flow::Hop;
using flow::PartyId;
using nlohmann::ordered_json;

constexpr std::size_t kShownNames = 8;

struct Question {
  flow::Concern concern{};
  std::string phase;
  std::string by;
  std::vector<PartyId> from;  // empty: anybody
  std::vector<PartyId> to;
  std::vector<PartyId> closed;
  std::vector<std::string> closed_names;
};

const std::string& name_of(const Subject& subject, PartyId id) {
  return subject.parties.at(id).name;
}

// "a, b and 3 more"
std::string listed(const Subject& subject, const std::vector<PartyId>& parties) {
  std::string out;
  for (std::size_t i = 0; i < parties.size() && i < kShownNames; ++i) {
    out += (i == 0 ? "" : ", ") + name_of(subject, parties[i]);
  }
  if (parties.size() > kShownNames) out += fmt::format(" and {} more", parties.size() - kShownNames);
  return out.empty() ? "nobody" : out;
}

// --- everybody

std::string table_text(const Subject& subject, const FlowGraph& graph, const Question& question) {
  const flow::Reach reach = graph.reach(question.concern, question.closed);
  std::string out = fmt::format(
      "{} of {}: {}\n", question.by, counted(subject.parties.all.size(), "domain"),
      question.concern == flow::Concern::kIntegrity ? "whom each can influence" : "who can learn what each knows");
  for (std::size_t i = 0; i < subject.parties.all.size(); ++i) {
    flow::PartySet further = reach.all[i];
    const std::vector<PartyId> direct = reach.direct[i].list();
    for (const PartyId id : direct) further.erase(id);
    out += fmt::format("{}\n  directly:    {}\n", subject.parties.all[i].name, listed(subject, direct));
    const bool is_rest = direct.size() + further.count() + 1 == subject.parties.all.size() && further.count() > 1;
    out += fmt::format("  over others: {}\n",
                       is_rest ? fmt::format("all {} others", further.count()) : listed(subject, further.list()));
  }
  return out;
}

// Sets that many share are printed once: a set and the party itself, which is never in its own.
class SharedSets {
 public:
  explicit SharedSets(const Subject& subject) : subject_(&subject) {}

  std::size_t number(flow::PartySet set, PartyId itself) {
    set.insert(itself);
    const auto [place, is_new] = numbers_.try_emplace(set, numbers_.size());
    if (is_new) order_.push_back(std::move(set));
    return place->second;
  }

  [[nodiscard]] ordered_json json() const {
    ordered_json sets = ordered_json::array();
    for (const flow::PartySet& set : order_) {
      ordered_json names = ordered_json::array();
      for (const PartyId id : set.list()) names.push_back(name_of(*subject_, id));
      sets.push_back(std::move(names));
    }
    return sets;
  }

 private:
  const Subject* subject_;
  std::map<flow::PartySet, std::size_t> numbers_;
  std::vector<flow::PartySet> order_;
};

ordered_json head_json(const Subject& subject, const FlowGraph& graph, const Question& question) {
  return {{"format_version", 1},       {"path", subject.path},    {"is_spec", subject.host != nullptr},
          {"concern", question.by},    {"phase", question.phase}, {"not_through", question.closed_names},
          {"remarks", graph.remarks()}};
}

ordered_json table_json(const Subject& subject, const FlowGraph& graph, const Question& question) {
  const flow::Reach reach = graph.reach(question.concern, question.closed);
  ordered_json json = head_json(subject, graph, question);
  SharedSets sets(subject);
  ordered_json domains = ordered_json::array();
  for (std::size_t i = 0; i < subject.parties.all.size(); ++i) {
    const auto id = static_cast<PartyId>(i);
    domains.push_back({{"name", name_of(subject, id)},
                       {"direct", sets.number(reach.direct[i], id)},
                       {"direct_count", reach.direct[i].count()},
                       {"reaches", sets.number(reach.all[i], id)},
                       {"reaches_count", reach.all[i].count()}});
  }
  json["domains"] = std::move(domains);
  json["sets"] = sets.json();
  return json;
}

// --- one way

std::string chain_text(const Subject& subject, const std::vector<Hop>& way) {
  std::string out = name_of(subject, way.front().from);
  for (const Hop& hop : way) out += " -> " + name_of(subject, hop.to);
  return out;
}

// Whether a hop is a part of what the xenstore is: its connection says so.
std::string_view medium_of(const flow::Step& step, const std::vector<Provenance>& reasons) {
  const bool of_xenstore =
      std::any_of(reasons.begin(), reasons.end(), [](const Provenance& reason) { return reason.via == "xenstore"; });
  const bool only = std::all_of(reasons.begin(), reasons.end(), [](const Provenance& reason) {
    return reason.via == "xenstore" || reason.via.empty();
  });
  return of_xenstore && only ? "xenstore" : catalogue::medium_name(step.medium);
}

std::string step_text(const Subject& subject, const flow::Step& step) {
  const auto reasons = provenance_of(subject, step.source, step.target, step.access_class, step.permissions);
  const std::string& source = subject.policy.type(step.source).name;
  const std::string& target = subject.policy.type(step.target).name;
  std::string out =
      fmt::format("    {} ({}): {}\n", medium_of(step, reasons),
                  step.is_control ? "control" : std::string(catalogue::weight_name(step.weight)),
                  cell_text(subject.policy, step.source, step.target, step.access_class, step.permissions));
  out += fmt::format("      from {} to {}\n", step.forward ? source : target, step.forward ? target : source);
  for (const Provenance& reason : reasons) {
    if (!reason.via.empty()) {
      out += fmt::format("      {}: `{}`: {} ({})\n", reason.origin, reason.via, reason.reason, reason.rule);
    } else {
      out += fmt::format("      {}\n", reason.binary);
    }
  }
  return out;
}

std::string way_text(const Subject& subject, const std::vector<Hop>& way) {
  std::string out = chain_text(subject, way) + "\n";
  for (const Hop& hop : way) {
    out += fmt::format("  {} -> {}\n", name_of(subject, hop.from), name_of(subject, hop.to));
    for (const flow::Step& step : hop.steps) out += step_text(subject, step);
  }
  return out;
}

ordered_json step_json(const Subject& subject, const flow::Step& step) {
  const auto reasons = provenance_of(subject, step.source, step.target, step.access_class, step.permissions);
  const flask::BinaryClass& of = subject.policy.class_at(step.access_class);
  ordered_json permissions = ordered_json::array();
  for (std::size_t bit = 0; bit < of.permissions.size(); ++bit) {
    if ((step.permissions >> bit & 1U) != 0) permissions.push_back(of.permissions[bit]);
  }
  ordered_json json{{"source", subject.policy.type(step.source).name},
                    {"target", subject.policy.type(step.target).name},
                    {"class", of.name},
                    {"permissions", std::move(permissions)},
                    {"direction", step.forward ? "to-target" : "from-target"},
                    {"medium", medium_of(step, reasons)},
                    {"weight", step.is_control ? "control" : catalogue::weight_name(step.weight)},
                    {"reasons", ordered_json::array()}};
  for (const Provenance& reason : reasons) {
    if (reason.via.empty()) {
      json["reasons"].push_back({{"rule", reason.binary}});
    } else {
      json["reasons"].push_back(
          {{"via", reason.via}, {"origin", reason.origin}, {"reason", reason.reason}, {"rule", reason.rule}});
    }
  }
  return json;
}

ordered_json way_json(const Subject& subject, const std::vector<Hop>& way) {
  ordered_json hops = ordered_json::array();
  for (const Hop& hop : way) {
    ordered_json steps = ordered_json::array();
    for (const flow::Step& step : hop.steps) steps.push_back(step_json(subject, step));
    hops.push_back(
        {{"from", name_of(subject, hop.from)}, {"to", name_of(subject, hop.to)}, {"steps", std::move(steps)}});
  }
  return hops;
}

struct Answer {
  PartyId from{};
  PartyId to{};
  std::vector<Hop> way;  // empty: none
  bool is_cut = false;   // there is one, but only through the closed ones
};

std::vector<Answer> pair_answers(const FlowGraph& graph, const Question& question) {
  std::vector<Answer> answers;
  for (const PartyId from : question.from) {
    auto ways = graph.shortest_from(from, question.concern, question.closed);
    std::vector<std::vector<Hop>> open;
    if (!question.closed.empty()) open = graph.shortest_from(from, question.concern, {});
    for (const PartyId to : question.to) {
      if (to == from) continue;
      Answer answer{from, to, std::move(ways[flow::index(to)]), false};
      answer.is_cut = answer.way.empty() && !open.empty() && !open[flow::index(to)].empty();
      answers.push_back(std::move(answer));
    }
  }
  return answers;
}

std::string answer_text(const Subject& subject, const Question& question, const Answer& answer) {
  if (!answer.way.empty()) return way_text(subject, answer.way);
  const std::string& from = name_of(subject, answer.from);
  const std::string& to = name_of(subject, answer.to);
  if (answer.is_cut) {
    return fmt::format("{} -> {}: only through {}\n", from, to, fmt::join(question.closed_names, ", "));
  }
  return fmt::format("{} -> {}: no way: {} {} by nothing that the policy allows\n", from, to, to,
                     question.concern == flow::Concern::kIntegrity ? "is influenced" : "learns");
}

std::string pairs_text(const Subject& subject, const FlowGraph& graph, const Question& question) {
  std::string out;
  for (const Answer& answer : pair_answers(graph, question)) out += answer_text(subject, question, answer);
  return out;
}

ordered_json pairs_json(const Subject& subject, const FlowGraph& graph, const Question& question) {
  ordered_json json = head_json(subject, graph, question);
  json["flows"] = ordered_json::array();
  for (const Answer& answer : pair_answers(graph, question)) {
    json["flows"].push_back({{"from", name_of(subject, answer.from)},
                             {"to", name_of(subject, answer.to)},
                             {"reaches", !answer.way.empty()},
                             {"only_through_those", answer.is_cut},
                             {"hops", way_json(subject, answer.way)}});
  }
  return json;
}

// --- one end open

std::string one_end_text(const Subject& subject, const FlowGraph& graph, const Question& question) {
  const bool forward = !question.from.empty();
  std::string out;
  for (const PartyId end : forward ? question.from : question.to) {
    const auto ways = forward ? graph.shortest_from(end, question.concern, question.closed)
                              : graph.shortest_to(end, question.concern, question.closed);
    for (std::size_t i = 0; i < ways.size(); ++i) {
      if (static_cast<PartyId>(i) == end) continue;
      const std::string& other = subject.parties.all[i].name;
      const std::string& own = name_of(subject, end);
      out += ways[i].empty() ? fmt::format("{} -> {}: no way\n", forward ? own : other, forward ? other : own)
                             : chain_text(subject, ways[i]) + "\n";
    }
  }
  return out;
}

ordered_json one_end_json(const Subject& subject, const FlowGraph& graph, const Question& question) {
  const bool forward = !question.from.empty();
  ordered_json json = head_json(subject, graph, question);
  json["flows"] = ordered_json::array();
  for (const PartyId end : forward ? question.from : question.to) {
    const auto ways = forward ? graph.shortest_from(end, question.concern, question.closed)
                              : graph.shortest_to(end, question.concern, question.closed);
    for (std::size_t i = 0; i < ways.size(); ++i) {
      if (static_cast<PartyId>(i) == end) continue;
      const std::string& other = subject.parties.all[i].name;
      const std::string& own = name_of(subject, end);
      ordered_json through = ordered_json::array();
      for (const Hop& hop : ways[i]) {
        if (&hop != &ways[i].back()) through.push_back(name_of(subject, hop.to));
      }
      json["flows"].push_back({{"from", forward ? own : other},
                               {"to", forward ? other : own},
                               {"reaches", !ways[i].empty()},
                               {"through", std::move(through)}});
    }
  }
  return json;
}

// --- the question

// False: a name stands for nobody, and was reported.
bool resolve(const Subject& subject, const std::string& name, std::vector<PartyId>& parties, Console& console) {
  if (name.empty()) return true;
  const std::vector<PartyId> found = find_parties(subject, name);
  if (found.empty()) console.fail(Error(unknown_party(subject, name)));
  parties.insert(parties.end(), found.begin(), found.end());
  return !found.empty();
}

bool read_question(const Invocation& invocation, const Subject& subject, Question& question, Console& console) {
  question.by = invocation.value("by");
  question.concern = question.by == "integrity" ? flow::Concern::kIntegrity : flow::Concern::kConfidentiality;
  question.phase = invocation.value("phase");
  bool known = resolve(subject, invocation.value("from"), question.from, console);
  known = resolve(subject, invocation.value("to"), question.to, console) && known;
  const std::string closed = invocation.value("not-through");
  for (const std::string_view name : split(closed, ',')) {
    known = resolve(subject, std::string(name), question.closed, console) && known;
    if (!name.empty()) question.closed_names.emplace_back(name);
  }
  return known;
}

ordered_json to_json(const Subject& subject, const FlowGraph& graph, const Question& question) {
  if (question.from.empty() && question.to.empty()) return table_json(subject, graph, question);
  if (question.from.empty() || question.to.empty()) return one_end_json(subject, graph, question);
  return pairs_json(subject, graph, question);
}

std::string to_text(const Subject& subject, const FlowGraph& graph, const Question& question) {
  if (question.from.empty() && question.to.empty()) return table_text(subject, graph, question);
  if (question.from.empty() || question.to.empty()) return one_end_text(subject, graph, question);
  return pairs_text(subject, graph, question);
}

}  // namespace

Result<ExitCode> run_flows(const Invocation& invocation, Console& console) {
  StageClock clock(console, invocation.has("timings"));
  const auto subject = load_subject(invocation.arguments[0], invocation.value("policy"), clock);
  if (!subject) return subject.error();
  if ((*subject)->host != nullptr && !report(*(*subject)->host, console)) return ExitCode::kRejected;
  Question question;
  if (!read_question(invocation, **subject, question, console)) return ExitCode::kUsage;
  clock.begin("graph");
  const FlowGraph graph((*subject)->policy, (*subject)->catalogue(), (*subject)->parties, life_of(question.phase));
  clock.begin("flows");
  if (invocation.value("format") == "json") {
    console.print(to_json(**subject, graph, question).dump(2, ' ', false, ordered_json::error_handler_t::replace) +
                  '\n');
  } else {
    for (const std::string& remark : graph.remarks()) {
      console.complain(fmt::format("{}: note: {}\n", printable((*subject)->path), printable(remark)));
    }
    console.print(to_text(**subject, graph, question));
  }
  clock.end();
  return ExitCode::kDone;
}

}  // namespace bulkhead::driver
