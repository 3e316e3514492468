#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/analysis/diff.h"
#include "facts.h"

namespace bulkhead::analysis {
namespace {

class SpecRights final : public Rights {
 public:
  SpecRights(const model::Model& model, const catalogue::Catalogue& catalogue, const privilege::Derived& derived,
             const SourceSet& sources)
      : model_(&model), derived_(&derived), sources_(&sources), cells_(derived.set.cells()) {
    for (const privilege::Type& type : derived.set.types) {
      types_.push_back(type.name);
      if (type.is_subject()) {
        add_fact(role_type_key("system_r", type.name), {}, type.name);
      }
    }
    number_classes();
    add_fact(user_role_key("system_u", "system_r"));
    add_fact(std::string(kUnknownKey), std::string(kDeny));
    for (std::size_t i = 0; i < derived.set.initial_sids.size(); ++i) {
      add_fact(initial_sid_key(static_cast<std::uint32_t>(i + 1), model.abi->initial_sids),
               privilege::context(derived.set.at(derived.set.initial_sids[i])), {}, FactKind::kInitialSid);
    }
    add_device_facts();
    std::sort(facts_.begin(), facts_.end());
    add_unreviewed(catalogue);
  }

  void read_row(std::uint32_t source, RightsRow& row) override {
    row.cells.clear();
    row.transitions.clear();
    const auto wanted = static_cast<privilege::TypeId>(source);
    const auto before = [](const auto& each, privilege::TypeId type) { return each.source < type; };
    auto cell = std::lower_bound(cells_.begin(), cells_.end(), wanted, before);
    for (; cell != cells_.end() && cell->source == wanted; ++cell) {
      row.cells.push_back({static_cast<std::uint32_t>(cell->target), place_of(cell->access_class), cell->permissions});
    }
    const std::vector<privilege::Transition>& all = derived_->set.transitions;
    auto transition = std::lower_bound(all.begin(), all.end(), wanted, before);
    for (; transition != all.end() && transition->source == wanted; ++transition) {
      row.transitions.push_back({static_cast<std::uint32_t>(transition->target), place_of(transition->access_class),
                                 static_cast<std::uint32_t>(flask::RuleKind::kTypeTransition),
                                 static_cast<std::uint32_t>(transition->result)});
    }
    const auto order = [](const auto& a, const auto& b) {
      return std::pair(a.target, a.access_class) < std::pair(b.target, b.access_class);
    };
    std::sort(row.cells.begin(), row.cells.end(), order);
    std::sort(row.transitions.begin(), row.transitions.end(), order);
  }

  std::vector<std::string> origins(std::uint32_t source, const RightsCell& cell) const override {
    std::vector<std::string> found;
    for (const privilege::Grant& grant :
         derived_->set.grants(static_cast<privilege::TypeId>(source), static_cast<privilege::TypeId>(cell.target),
                              own_classes_[cell.access_class])) {
      if ((grant.permissions & cell.permissions) == 0) {
        continue;
      }
      const std::string where = grant.origin.is_known() ? sources_->describe(grant.origin) : "every host";
      std::string origin = grant.via.empty() ? where : fmt::format("{} ({})", where, grant.via);
      if (std::find(found.begin(), found.end(), origin) == found.end()) {
        found.push_back(std::move(origin));
      }
    }
    return found;
  }

  std::optional<RightsParty> party(std::uint32_t place) const override {
    const privilege::Type& type = derived_->set.types[place];
    RightsParty party;
    if (type.domain) {
      party.domain = model_->at(*type.domain).name;
      party.places[0] = sources_->describe(model_->at(*type.domain).span);
    }
    switch (type.kind) {
      case privilege::TypeKind::kInitial:
        party.words = type.name.ends_with("_t") ? type.name.substr(0, type.name.size() - 2) : type.name;
        break;
      case privilege::TypeKind::kRunning:
        party.words = party.domain + (model_->at(*type.domain).is_control ? " once it is sealed" : "");
        party.acts = true;
        break;
      case privilege::TypeKind::kBooting:
        party.words = party.domain + " while the host boots";
        party.acts = true;
        break;
      case privilege::TypeKind::kBuilding:
        party.words = party.domain + " while it is built";
        party.acts = true;
        break;
      case privilege::TypeKind::kSelf:
        party.words = party.domain + " itself";
        break;
      case privilege::TypeKind::kTarget:
        party.words = party.domain + " as its device model meets it";
        break;
      case privilege::TypeKind::kChannel:
        party.peer = model_->at(*type.peer).name;
        party.places[0].clear();
        party.words = fmt::format("the event channel of {} and {}", party.domain, party.peer);
        break;
      case privilege::TypeKind::kDevice:
        return RightsParty{"the device " + model_->at(*type.device).name, {}, {}, {}, false};
    }
    return party;
  }

 private:
  void number_classes() {
    const std::vector<abi::AccessClass>& all = model_->abi->classes;
    for (std::size_t i = 0; i < all.size(); ++i) {
      own_classes_.push_back(static_cast<abi::ClassId>(i));
      add_fact(class_key(all[i].name), class_value(i + 1, all[i].permissions));
    }
    std::sort(own_classes_.begin(), own_classes_.end(),
              [&](abi::ClassId a, abi::ClassId b) { return model_->abi->at(a).name < model_->abi->at(b).name; });
    class_places_.resize(all.size());
    for (const abi::ClassId own : own_classes_) {
      class_places_[static_cast<std::size_t>(own)] = static_cast<std::uint32_t>(classes_.size());
      classes_.push_back({model_->abi->at(own).name, model_->abi->at(own).permissions});
    }
  }

  [[nodiscard]] std::uint32_t place_of(abi::ClassId own) const { return class_places_[static_cast<std::size_t>(own)]; }

  void add_fact(std::string key, std::string value = {}, std::string about = {}, FactKind kind = FactKind::kOther) {
    facts_.push_back({std::move(key), std::move(value), std::move(about), kind});
  }

  void add_unreviewed(const catalogue::Catalogue& catalogue) {
    std::vector<UnreviewedRight> rights;
    for (const auto& each : privilege::unreviewed_operations(*model_, catalogue, *derived_)) {
      const abi::AccessClass& access_class = model_->abi->at(each.access_class);
      rights.push_back({model_->at(each.domain).name, each.operation,
                        fmt::format("{} {}", access_class.name, access_class.permissions[each.bit])});
    }
    std::sort(rights.begin(), rights.end());
    unreviewed_ = std::move(rights);
  }

  void add_device_facts() {
    for (std::size_t i = 0; i < model_->devices.size(); ++i) {
      const model::Device& device = model_->devices[i];
      const std::string label = privilege::context(derived_->set.at(derived_->of_device[i]));
      const auto add = [&](flask::DeviceContextKind kind, std::uint64_t low, std::uint64_t high) {
        flask::DeviceContext entry;
        entry.kind = kind;
        entry.low = low;
        entry.high = high;
        add_fact(device_key(entry), label, {}, FactKind::kDeviceContext);
      };
      if (device.pci) {
        add(flask::DeviceContextKind::kPciDevice, device.pci->sbdf(), device.pci->sbdf());
      }
      for (const auto& range : device.iomem) {
        add(flask::DeviceContextKind::kIoMemory, range.value.first, range.value.last);
      }
      for (const auto& range : device.ioports) {
        add(flask::DeviceContextKind::kIoPort, range.value.first, range.value.last);
      }
      for (const auto& irq : device.irqs) {
        add(flask::DeviceContextKind::kPirq, irq.value, irq.value);
      }
    }
  }

  const model::Model* model_;
  const privilege::Derived* derived_;
  const SourceSet* sources_;
  std::vector<privilege::Cell> cells_;
  std::vector<abi::ClassId> own_classes_;    // by place in classes_
  std::vector<std::uint32_t> class_places_;  // by ClassId
};

}  // namespace

std::unique_ptr<Rights> rights_of(const model::Model& model, const catalogue::Catalogue& catalogue,
                                  const privilege::Derived& derived, const SourceSet& sources) {
  return std::make_unique<SpecRights>(model, catalogue, derived, sources);
}

}  // namespace bulkhead::analysis
