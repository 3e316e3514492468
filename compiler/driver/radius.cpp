// radius: what is lost when a domain is owned, before the host is sealed and after, and what is certainly not.
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "actions.h"
#include "bulkhead/base/render.h"
#include "bulkhead/flow/escalation.h"
#include "subject.h"

namespace bulkhead::driver {
namespace {

using catalogue::Power;
using flow::PartyId;
using nlohmann::ordered_json;

struct Item {
  std::string name;
  std::vector<std::string> because;  // one line each
};

// What is lost in one part of the host's life.
struct Radius {
  std::string phase;
  std::vector<Item> powers;         // over the hypervisor and the machine
  std::vector<Item> taken;          // domains
  std::vector<Item> read;           // domains whose memory or processors are read
  std::vector<Item> stopped;        // domains that can be ended or starved
  std::vector<Item> devices;        // driven or handed out
  std::vector<Item> services;       // of a spec: what the lost domains serve, and to whom
  std::vector<std::string> shared;  // domains that share pages, signals or messages with what is lost, and no more
  std::vector<std::string> kept;    // domains of which nothing else is lost
  std::vector<std::string> kept_devices;
};

class RadiusMaker {
 public:
  RadiusMaker(const Subject& subject, PartyId start, flow::Life life, std::string phase)
      : subject_(subject),
        start_(start),
        life_(life),
        lost_(flow::escalate(subject.policy, subject.catalogue(), subject.parties, start, life)) {
    radius_.phase = std::move(phase);
    touched_.resize(subject.parties.all.size());
    owned_.resize(subject.parties.all.size());
  }

  Radius run() {
    add_powers();
    add_taken();
    add_losses();
    add_services();
    add_shared();
    return std::move(radius_);
  }

 private:
  [[nodiscard]] std::string lever_text(const flow::Lever& lever) const {
    return cell_text(subject_.policy, lever.source, lever.target, lever.access_class, lever.permissions);
  }

  // The reason of the first permission that has a power there.
  [[nodiscard]] std::string reason_of(const flow::Lever& lever) const {
    const flask::BinaryClass& of = subject_.policy.class_at(lever.access_class);
    for (const catalogue::PowerOf& known : subject_.catalogue().powers()) {
      const auto bit = known.access_class == of.name ? of.bit(known.permission) : std::nullopt;
      if (bit && (lever.permissions >> *bit & 1U) != 0) return known.reason;
    }
    return {};
  }

  [[nodiscard]] std::string because(const flow::Lever& lever) const {
    return fmt::format("{}: {}", lever_text(lever), reason_of(lever));
  }

  void add_powers() {
    const auto add = [&](const std::optional<flow::Lever>& lever, std::string_view what) {
      if (lever) radius_.powers.push_back({std::string(what), {because(*lever)}});
    };
    add(lost_.hypervisor, "the hypervisor, and so everything");
    add(lost_.host_stop, "the machine can be stopped");
    add(lost_.booleans, "conditional rules can be turned on; they are counted");
    add(lost_.device_labels, "labels of devices can be changed: every device counts as lost");
  }

  [[nodiscard]] const std::string& type_name(flask::TypeValue type) const { return subject_.policy.type(type).name; }

  [[nodiscard]] std::string how(const flow::Taken& taken) const {
    const std::string& label = type_name(taken.label);
    switch (taken.how) {
      case flow::TakenBy::kStart:
        return label;
      case flow::TakenBy::kOwning:
        return fmt::format("{}: {}", label, because(taken.levers.front()));
      case flow::TakenBy::kRelabel:
        return fmt::format("{}: {} gives it to a domain of {} that is owned: {}", label, type_name(taken.by),
                           type_name(taken.old_label), levers(taken));
      case flow::TakenBy::kFetch:
        return fmt::format("{}: {} takes domains of that label back to {}: {}", label, type_name(taken.by),
                           type_name(taken.old_label), levers(taken));
      case flow::TakenBy::kTaking:
        return fmt::format("{}: {} takes the label itself: {}", label, type_name(taken.by), levers(taken));
      case flow::TakenBy::kHypervisor:
        return fmt::format("{}: by the hypervisor", label);
    }
    return {};
  }

  [[nodiscard]] std::string levers(const flow::Taken& taken) const {
    std::string out;
    for (const flow::Lever& lever : taken.levers) out += (out.empty() ? "" : ", ") + lever_text(lever);
    return out;
  }

  void add_taken() {
    owned_[flow::index(start_)] = true;
    std::map<PartyId, std::size_t> places;
    for (const flow::Taken& taken : lost_.taken) {
      const auto party = subject_.parties.of_label[taken.label - 1U];
      if (!party || *party == start_) continue;
      owned_[flow::index(*party)] = true;
      const auto [place, is_new] = places.try_emplace(*party, radius_.taken.size());
      if (is_new) radius_.taken.push_back({subject_.parties.at(*party).name, {}});
      radius_.taken[place->second].because.push_back(how(taken));
    }
  }

  [[nodiscard]] std::string device_name(flask::TypeValue type) const {
    if (subject_.host == nullptr) return type_name(type);
    const auto known = subject_.host->derived.set.find(type_name(type));
    const auto device = known ? subject_.host->derived.set.at(*known).device : std::nullopt;
    return device ? subject_.host->model.at(*device).name : type_name(type);
  }

  void add_losses() {
    std::vector<bool> device_is_lost(subject_.policy.types.size(), lost_.device_labels || lost_.hypervisor);
    for (const flow::Loss& loss : lost_.losses) {
      if (loss.power == Power::kUsesDevice || loss.power == Power::kHandsDevices) {
        device_is_lost[loss.object - 1U] = true;
        add_to(radius_.devices, device_name(loss.object), loss.lever);
        continue;
      }
      const auto party = subject_.parties.of_label[loss.object - 1U];
      if (!party || owned_[flow::index(*party)]) continue;
      if (loss.power == Power::kReads) add_to(radius_.read, subject_.parties.at(*party).name, loss.lever);
      if (loss.power == Power::kStops) add_to(radius_.stopped, subject_.parties.at(*party).name, loss.lever);
      if (loss.power == Power::kReads || loss.power == Power::kStops) touched_[flow::index(*party)] = true;
    }
    for (std::size_t i = 0; i < subject_.policy.types.size(); ++i) {
      const bool is_device = subject_.parties.kinds[i] == flow::LabelKind::kDevice;
      if (is_device && !device_is_lost[i]) {
        radius_.kept_devices.push_back(device_name(subject_.policy.types[i].value));
      }
    }
    std::sort(radius_.kept_devices.begin(), radius_.kept_devices.end());
  }

  void add_to(std::vector<Item>& items, const std::string& name, const flow::Lever& lever) const {
    const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.name == name; });
    Item& item = found != items.end() ? *found : items.emplace_back(Item{name, {}});
    item.because.push_back(because(lever));
  }

  // A service is lost when the domain that serves it is, whoever uses it.
  void add_services() {
    if (subject_.host == nullptr) return;
    const model::Model& model = subject_.host->model;
    for (const model::Link& link : model.links) {
      const auto server = subject_.parties.find(model.at(link.ends[0]).name);
      const auto client = subject_.parties.find(model.at(link.ends[1]).name);
      if (!server || !client || !owned_[flow::index(*server)] || server == client) continue;
      const std::string name = fmt::format("{} of {}", link.kind->name, model.at(link.ends[0]).name);
      auto found = std::find_if(radius_.services.begin(), radius_.services.end(),
                                [&](const Item& item) { return item.name == name; });
      Item& item = found != radius_.services.end() ? *found : radius_.services.emplace_back(Item{name, {}});
      const std::string& whom = model.at(link.ends[1]).name;
      if (std::find(item.because.begin(), item.because.end(), whom) == item.because.end()) {
        item.because.push_back(whom);
      }
    }
  }

  void add_shared() {
    const flow::FlowGraph graph(subject_.policy, subject_.catalogue(), subject_.parties, life_);
    const flow::Reach reach = graph.reach(flow::Concern::kIntegrity, {});
    for (std::size_t i = 0; i < subject_.parties.all.size(); ++i) {
      if (owned_[i]) continue;
      const auto id = static_cast<PartyId>(i);
      bool shares = false;
      for (std::size_t other = 0; other < owned_.size() && !shares; ++other) {
        const auto lost = static_cast<PartyId>(other);
        shares = owned_[other] && (reach.direct[other].contains(id) || reach.direct[i].contains(lost));
      }
      const std::string& name = subject_.parties.all[i].name;
      if (shares && !touched_[i]) radius_.shared.push_back(name);
      if (!shares && !touched_[i]) radius_.kept.push_back(name);
    }
  }

  const Subject& subject_;
  PartyId start_;
  flow::Life life_;
  flow::Escalation lost_;
  std::vector<bool> owned_;    // by party
  std::vector<bool> touched_;  // likewise: read or stopped
  Radius radius_;
};

std::string items_text(std::string_view title, const std::vector<Item>& items) {
  std::string out = fmt::format("  {}:{}\n", title, items.empty() ? " none" : "");
  for (const Item& item : items) {
    out += fmt::format("    {}\n", item.name);
    for (const std::string& line : item.because) out += fmt::format("      {}\n", line);
  }
  return out;
}

std::string services_text(const std::vector<Item>& services) {
  std::string out = fmt::format("  services lost:{}\n", services.empty() ? " none" : "");
  for (const Item& item : services) out += fmt::format("    {}: {}\n", item.name, fmt::join(item.because, ", "));
  return out;
}

std::string names_text(std::string_view title, const std::vector<std::string>& names) {
  return fmt::format("  {}: {}\n", title,
                     names.empty() ? std::string("none") : fmt::format("{}", fmt::join(names, ", ")));
}

std::string to_text(const Subject& subject, PartyId start, const std::vector<Radius>& radii) {
  std::string out;
  for (const Radius& radius : radii) {
    out += fmt::format("when {} is owned {}\n", subject.parties.at(start).name, radius.phase);
    if (!radius.powers.empty()) out += items_text("powers", radius.powers);
    out += items_text("domains taken", radius.taken);
    out += items_text("domains read", radius.read);
    out += items_text("domains stopped", radius.stopped);
    out += items_text("devices lost", radius.devices);
    if (subject.host != nullptr) out += services_text(radius.services);
    out += names_text("lost of these is what they share with it, and no more", radius.shared);
    out += names_text("nothing is lost of", radius.kept);
    out += names_text("devices not lost", radius.kept_devices);
  }
  return out;
}

ordered_json items_json(const std::vector<Item>& items) {
  ordered_json list = ordered_json::array();
  for (const Item& item : items) list.push_back({{"name", item.name}, {"because", item.because}});
  return list;
}

ordered_json to_json(const Subject& subject, PartyId start, const std::vector<Radius>& radii) {
  ordered_json json{{"format_version", 1},
                    {"path", subject.path},
                    {"is_spec", subject.host != nullptr},
                    {"domain", subject.parties.at(start).name},
                    {"phases", ordered_json::array()}};
  for (const Radius& radius : radii) {
    ordered_json services = ordered_json::array();
    for (const Item& item : radius.services) services.push_back({{"service", item.name}, {"of", item.because}});
    json["phases"].push_back({{"phase", radius.phase},
                              {"powers", items_json(radius.powers)},
                              {"taken", items_json(radius.taken)},
                              {"read", items_json(radius.read)},
                              {"stopped", items_json(radius.stopped)},
                              {"devices", items_json(radius.devices)},
                              {"services", std::move(services)},
                              {"shared_only", radius.shared},
                              {"not_lost", radius.kept},
                              {"devices_not_lost", radius.kept_devices}});
  }
  return json;
}

std::vector<Radius> radii_of(const Subject& subject, PartyId start, const std::string& phase) {
  std::vector<Radius> radii;
  if (!subject.parties.booting) {
    return {RadiusMaker(subject, start, flow::Life::kWhole, "at any time; nothing seals this host").run()};
  }
  if (phase != "sealed") radii.push_back(RadiusMaker(subject, start, flow::Life::kBooting, "before sealing").run());
  if (phase != "booting") radii.push_back(RadiusMaker(subject, start, flow::Life::kSealed, "after sealing").run());
  return radii;
}

}  // namespace

Result<ExitCode> run_radius(const Invocation& invocation, Console& console) {
  StageClock clock(console, invocation.has("timings"));
  const auto subject = load_subject(invocation.arguments[0], invocation.value("policy"), clock);
  if (!subject) return subject.error();
  if ((*subject)->host != nullptr && !report(*(*subject)->host, console)) return ExitCode::kRejected;
  const std::vector<PartyId> found = find_parties(**subject, invocation.arguments[1]);
  if (found.size() != 1) {
    console.fail(found.empty()
                     ? Error(unknown_party(**subject, invocation.arguments[1]))
                     : Error(fmt::format("`{}` is {} domains; name one of them, such as `{}`", invocation.arguments[1],
                                         found.size(), (*subject)->parties.at(found.front()).name)));
    return ExitCode::kUsage;
  }
  clock.begin("radius");
  const std::vector<Radius> radii = radii_of(**subject, found.front(), invocation.value("phase"));
  clock.end();
  if (invocation.value("format") == "json") {
    console.print(to_json(**subject, found.front(), radii).dump(2, ' ', false, ordered_json::error_handler_t::replace) +
                  '\n');
  } else {
    console.print(to_text(**subject, found.front(), radii));
  }
  return ExitCode::kDone;
}

}  // namespace bulkhead::driver
