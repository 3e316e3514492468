// What would grant a privilege that is missing: connections that join the two as source and target, and roles. A look
// at the rules as they stand, each by itself; the conditions of a rule are checked as far as the two domains decide
// them.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "why_parties.h"

namespace bulkhead::analysis {
namespace {

using catalogue::TargetKind;

bool is_end(const catalogue::Target& target) {
  return target.kind == TargetKind::kEnd || target.kind == TargetKind::kEndRunning ||
         target.kind == TargetKind::kEndBuilding;
}

template <typename T>
bool admits(const std::vector<T>& list, const T& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

// The roles that serve a connection. Of one that the compiler adds the data do not say; the model puts these there.
std::vector<std::string> servers_of(const catalogue::Connection& kind) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kAdded{{{"build", "control"},
                                                                                 {"device-model", "device-model"},
                                                                                 {"hardware-domain", "control"},
                                                                                 {"passthrough", "hardware"},
                                                                                 {"pci", "hardware"},
                                                                                 {"xenstore", "xenstore"},
                                                                                 {"xenstore-domain", "control"}}};
  const auto* const found =
      std::find_if(kAdded.begin(), kAdded.end(), [&](const auto& each) { return each.first == kind.name; });
  return found == kAdded.end() ? kind.servers : std::vector<std::string>{std::string(found->second)};
}

// A connection with the two parties as its ends, one way round.
struct Placing {
  const catalogue::Connection* kind = nullptr;
  const Party* ends[2] = {nullptr, nullptr};  // null: anyone
};

class Remedies {
 public:
  Remedies(const model::Model& model, const catalogue::Catalogue& catalogue, const Party& source, const Party& target,
           const Wanted& wanted)
      : model_(&model), catalogue_(&catalogue), source_(&source), target_(&target), wanted_(&wanted) {}

  std::vector<WhyRemedy> run() {
    for (const auto& [name, kind] : catalogue_->connections()) {
      for (unsigned source_end = 0; source_end < 2; ++source_end) {
        try_connection(kind, source_end);
      }
    }
    for (const auto& [name, role] : catalogue_->roles()) {
      try_role(role);
    }
    // What a user can do at once comes first.
    std::stable_partition(found_.begin(), found_.end(), [](const WhyRemedy& each) { return each.unfit.empty(); });
    return std::move(found_);
  }

 private:
  void try_connection(const catalogue::Connection& kind, unsigned source_end) {
    Placing placing{&kind, {}};
    placing.ends[source_end] = source_;
    placing.ends[1 - source_end] = target_->domains.empty() ? nullptr : target_;
    for (const catalogue::Rule& rule : kind.rules) {
      if (rule.effect == catalogue::Effect::kAllow && is_from(rule, source_end) && is_to(rule, source_end) &&
          admits_types(rule, placing)) {
        add(placing, rule);
      }
    }
  }

  [[nodiscard]] static bool is_from(const catalogue::Rule& rule, unsigned source_end) {
    return is_end(rule.from) && rule.from.kind != TargetKind::kEndBuilding && rule.from.end == source_end;
  }

  [[nodiscard]] bool is_to(const catalogue::Rule& rule, unsigned source_end) const {
    switch (rule.to.kind) {
      case TargetKind::kEnd:
      case TargetKind::kEndRunning:
      case TargetKind::kEndBuilding:
        return rule.to.end != source_end && !target_->domains.empty();
      case TargetKind::kChannel:
        return !target_->domains.empty() && !target_->is_exact;
      case TargetKind::kDevice:
        return target_->is_device;
      case TargetKind::kInitial:
        return target_->initial == rule.to.initial;
      case TargetKind::kSelf:
        return source_->domains == target_->domains;
      case TargetKind::kBuilder:
        return target_->has(model_->control);
      case TargetKind::kBootingSelf:
      case TargetKind::kSealed:
        return false;
    }
    return false;
  }

  [[nodiscard]] bool admits_types(const catalogue::Rule& rule, const Placing& placing) const {
    if (rule.when.since && model_->abi->version < *rule.when.since) {
      return false;
    }
    for (std::size_t end = 0; end < 2; ++end) {
      const Party* const party = placing.ends[end];
      if (party != nullptr && !party->domains.empty() &&
          !admits(rule.when.types[end], model_->at(party->domains.front()).type)) {
        return false;
      }
    }
    return true;
  }

  void add(const Placing& placing, const catalogue::Rule& rule) {
    std::vector<WhyPermission> permissions = wanted_permissions(rule, *model_->abi, *wanted_);
    if (permissions.empty()) {
      return;
    }
    WhyRemedy remedy;
    remedy.declared = placing.kind->declared;
    remedy.name = placing.kind->name;
    for (std::size_t end = 0; end < 2; ++end) {
      remedy.ends[end] = placing.kind->ends[end];
      remedy.domains[end] = placing.ends[end] != nullptr ? name_of(*placing.ends[end]) : "";
    }
    remedy.unfit = unfit(placing);
    remedy.access_class = rule.access_class;
    remedy.permissions = std::move(permissions);
    found_.push_back(std::move(remedy));
  }

  [[nodiscard]] std::string unfit(const Placing& placing) const {
    const Party* const server = placing.ends[0];
    const std::vector<std::string> servers = servers_of(*placing.kind);
    if (server == nullptr || server->domains.empty() || servers.empty()) {
      return {};
    }
    const std::string& role = model_->at(server->domains.front()).role;
    const bool fits = std::any_of(servers.begin(), servers.end(),
                                  [&](const std::string& each) { return catalogue_->is_a(role, each); });
    return fits ? std::string()
                : fmt::format("{} has the role {}, the {} has {}", quoted(name_of(*server)), quoted(role),
                              placing.kind->ends[0], join(servers, " or "));
  }

  [[nodiscard]] std::string name_of(const Party& party) const {
    return party.domains.size() == 1 ? model_->at(party.domains.front()).name
                                     : model_->at(party.domains.front()).family;
  }

  // A role grants on the hypervisor's own labels and on the domain itself.
  void try_role(const catalogue::Role& role) {
    if (role.is_abstract || source_->domains.empty() || is_taken(role)) {
      return;
    }
    for (const catalogue::Role* each : catalogue_->lineage(role.name)) {
      for (const catalogue::Rule& rule : each->rules) {
        const bool meets = (rule.to.kind == TargetKind::kInitial && target_->initial == rule.to.initial) ||
                           (rule.to.kind == TargetKind::kSelf && source_->domains == target_->domains);
        if (rule.effect == catalogue::Effect::kAllow && rule.from.kind != TargetKind::kSelf && meets &&
            (!rule.when.since || *rule.when.since <= model_->abi->version)) {
          add(role, rule);
        }
      }
    }
  }

  // A host has one control domain and one hardware domain; another cannot become it.
  [[nodiscard]] bool is_taken(const catalogue::Role& role) const {
    const auto holders =
        std::count_if(model_->domains.begin(), model_->domains.end(),
                      [&](const model::Domain& domain) { return catalogue_->is_a(domain.role, role.name); });
    return role.at_most && holders >= static_cast<std::ptrdiff_t>(*role.at_most);
  }

  void add(const catalogue::Role& role, const catalogue::Rule& rule) {
    std::vector<WhyPermission> permissions = wanted_permissions(rule, *model_->abi, *wanted_);
    if (permissions.empty()) {
      return;
    }
    WhyRemedy remedy;
    remedy.is_role = true;
    remedy.name = role.name;
    remedy.access_class = rule.access_class;
    remedy.permissions = std::move(permissions);
    found_.push_back(std::move(remedy));
  }

  const model::Model* model_;
  const catalogue::Catalogue* catalogue_;
  const Party* source_;
  const Party* target_;
  const Wanted* wanted_;
  std::vector<WhyRemedy> found_;
};

}  // namespace

std::vector<WhyRemedy> find_remedies(const model::Model& model, const catalogue::Catalogue& catalogue,
                                     const Party& source, const Party& target, const Wanted& wanted) {
  if (source.domains.empty()) {
    return {};
  }
  return Remedies(model, catalogue, source, target, wanted).run();
}

}  // namespace bulkhead::analysis
