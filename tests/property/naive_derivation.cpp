#include "naive_derivation.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "bulkhead/base/check.h"

namespace bulkhead::test {
namespace {

using catalogue::ControlPhase;
using catalogue::Rule;
using catalogue::Target;
using catalogue::TargetKind;

struct NaiveDomain {
  std::string name, role;
  spec::DomainType type = spec::DomainType::kPv;
  bool rebuilt = false, placed = false;
  std::string target, console;  // whom a device model serves; who serves the console, as the spec has it
  std::vector<std::string> devices;
};

// What a rule is applied to; of a role both ends are the domain.
struct Situation {
  const catalogue::Connection* connection = nullptr;  // none: a role's own rule
  const NaiveDomain* ends[2] = {nullptr, nullptr};
  const spec::Device* device = nullptr;  // what is passed through
};

enum class Moment { kBooting, kSealed };

class NaiveDerivation {
 public:
  NaiveDerivation(const spec::Spec& spec, const catalogue::Catalogue& catalogue) : spec_(spec), catalogue_(catalogue) {}

  NamedPrivileges run();

 private:
  void read_domains();
  [[nodiscard]] bool is_family(const std::string& name) const;
  [[nodiscard]] std::vector<const NaiveDomain*> all_of(const std::string& name) const;
  [[nodiscard]] const NaiveDomain* only(const std::string& name) const;
  bool is_a(const NaiveDomain& domain, std::string_view role) const { return catalogue_.is_a(domain.role, role); }
  [[nodiscard]] const NaiveDomain* first_of_role(const std::string& role) const;
  [[nodiscard]] bool split() const { return spec_.host.hardware_domain.has_value(); }

  void connect(const std::string& kind, const NaiveDomain& first, const NaiveDomain& second,
               const spec::Device* device = nullptr);
  void apply_role(const NaiveDomain& domain, const std::string& role);
  void apply_roles();
  void connect_built();
  void connect_consoles();
  [[nodiscard]] bool has_declared_console(const NaiveDomain& domain) const;
  void connect_devices();
  void connect_declared();
  void label_domains();
  void label_ports(const Rule& rule, Moment moment, const Situation& situation);

  void apply(const Rule& rule, const Situation& situation);
  [[nodiscard]] bool holds(const catalogue::Condition& when, const Situation& situation) const;
  [[nodiscard]] bool holds_at(const Rule& rule, Moment moment, const Situation& situation) const;
  [[nodiscard]] bool is_rebuilt(const Situation& situation) const;
  [[nodiscard]] const NaiveDomain* who(const Target& target, const Situation& situation) const;
  [[nodiscard]] std::string subject(const Target& target, Moment moment, const Situation& situation) const;
  [[nodiscard]] std::string object(const Target& target, Moment moment, const Situation& situation,
                                   const NaiveDomain* viewer) const;
  [[nodiscard]] std::string running(const NaiveDomain& domain, Moment moment) const;
  [[nodiscard]] std::string seen(const NaiveDomain& domain, const NaiveDomain* viewer, Moment moment) const;

  const spec::Spec& spec_;
  const catalogue::Catalogue& catalogue_;
  std::vector<NaiveDomain> domains_;
  const NaiveDomain *control_ = nullptr, *hardware_ = nullptr, *xenstore_ = nullptr;
  NamedPrivileges result_;
};

std::string stem(const std::string& name) {
  std::string text = name;
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

std::string channel_type(const NaiveDomain& a, const NaiveDomain& b) {
  return stem(std::min(a.name, b.name)) + "_" + stem(std::max(a.name, b.name)) + "_ch_t";
}

bool makes_ports(const Rule& rule) {
  return rule.effect == catalogue::Effect::kAllow && rule.to.kind == TargetKind::kChannel &&
         std::any_of(rule.permissions.begin(), rule.permissions.end(),
                     [](const catalogue::RulePermission& permission) { return permission.name == "create"; });
}

void NaiveDerivation::read_domains() {
  for (const spec::Domain& entry : spec_.domains) {
    const catalogue::Role* role = catalogue_.find_role(entry.role.value);
    NaiveDomain domain;
    domain.role = entry.role.value;
    domain.type = entry.type ? entry.type->value : role->types.front();
    domain.rebuilt = (entry.restart && entry.restart->value != spec::Restart::kNever) ||
                     (entry.start && entry.start->value == spec::Start::kOnDemand);
    domain.placed = entry.place.has_value();
    if (entry.console) domain.console = entry.console->value;
    for (const spec::Text& device : entry.devices) domain.devices.push_back(device.value);
    const std::uint64_t count = entry.instances ? entry.instances->value : 1;
    for (std::uint64_t number = 1; number <= count; ++number) {
      const std::string suffix = entry.instances ? "-" + std::to_string(number) : "";
      domain.name = entry.name.value + suffix;
      // A family of device models serves a family of guests, number by number.
      if (entry.target) {
        const std::string number_of = suffix.empty() ? "-1" : suffix;
        domain.target = entry.target->value + (is_family(entry.target->value) ? number_of : "");
      }
      domains_.push_back(domain);
    }
  }
  control_ = first_of_role("control");
  hardware_ = split() ? only(spec_.host.hardware_domain->value) : control_;
  xenstore_ = first_of_role("xenstore") != nullptr ? first_of_role("xenstore") : control_;
}

bool NaiveDerivation::is_family(const std::string& name) const {
  return std::any_of(spec_.domains.begin(), spec_.domains.end(),
                     [&](const spec::Domain& entry) { return entry.name.value == name && entry.instances; });
}

// A domain by its name, or all instances of a family.
std::vector<const NaiveDomain*> NaiveDerivation::all_of(const std::string& name) const {
  std::vector<const NaiveDomain*> found;
  for (const NaiveDomain& domain : domains_) {
    const std::string family = domain.name.substr(0, domain.name.rfind('-'));
    if (domain.name == name || (is_family(name) && family == name)) found.push_back(&domain);
  }
  return found;
}

const NaiveDomain* NaiveDerivation::only(const std::string& name) const {
  BULKHEAD_CHECK(all_of(name).size() == 1, "a spec without errors names one domain where one is meant");
  return all_of(name).front();
}

const NaiveDomain* NaiveDerivation::first_of_role(const std::string& role) const {
  const auto found =
      std::find_if(domains_.begin(), domains_.end(), [&](const NaiveDomain& domain) { return is_a(domain, role); });
  return found == domains_.end() ? nullptr : &*found;
}

void NaiveDerivation::connect(const std::string& kind, const NaiveDomain& first, const NaiveDomain& second,
                              const spec::Device* device) {
  const catalogue::Connection* connection = catalogue_.find_connection(kind);
  BULKHEAD_CHECK(connection != nullptr, "the kind of a connection is a file of policy/connections");
  const Situation situation{connection, {&first, &second}, device};
  for (const Rule& rule : connection->rules) apply(rule, situation);
}

// policy/README.md: of a role, `from` and `self` are the domain.
void NaiveDerivation::apply_role(const NaiveDomain& domain, const std::string& role) {
  for (const catalogue::Role* each : catalogue_.lineage(role)) {
    for (const Rule& rule : each->rules) apply(rule, {nullptr, {&domain, &domain}, nullptr});
  }
}

void NaiveDerivation::apply_roles() {
  for (const NaiveDomain& domain : domains_) apply_role(domain, domain.role);
  if (!split()) apply_role(*control_, "hardware");  // domain 0 is the hardware domain of a classic host
}

// Everything but domain 0 is built by it, and everything but the store itself is a client of the store.
void NaiveDerivation::connect_built() {
  for (const NaiveDomain& domain : domains_) {
    if (&domain != control_) connect("build", *control_, domain);
    const NaiveDomain* eye = spec_.host.verify ? only(spec_.host.verify->value) : nullptr;
    if (eye != nullptr && eye != control_ && eye != &domain) connect("observe", *eye, domain);
    if (&domain != xenstore_) connect("xenstore", *xenstore_, domain);
    if (!domain.target.empty()) connect("device-model", domain, *only(domain.target));
  }
  if (split()) connect("hardware-domain", *control_, *hardware_);
  // Xen tells the hardware domain of a domain's end unless it is told otherwise.
  if (xenstore_ != hardware_) connect("xenstore-domain", *control_, *xenstore_);
}

bool NaiveDerivation::has_declared_console(const NaiveDomain& domain) const {
  return std::any_of(spec_.connections.begin(), spec_.connections.end(), [&](const spec::Connection& entry) {
    return entry.kind.value == "console" &&
           std::any_of(entry.second.begin(), entry.second.end(), [&](const spec::Text& name) {
             const auto served = all_of(name.value);
             return std::find(served.begin(), served.end(), &domain) != served.end();
           });
  });
}

// The machine's own console serves domain 0 and the hardware domain; what starts before the console domain has none
// unless the spec says so.
void NaiveDerivation::connect_consoles() {
  const NaiveDomain* by_default = first_of_role("console") != nullptr ? first_of_role("console") : control_;
  for (const NaiveDomain& domain : domains_) {
    if (&domain == control_ || &domain == hardware_ || domain.console == "none") continue;
    if (!domain.console.empty()) {
      connect("console", *only(domain.console), domain);
    } else if (!is_a(domain, "xenstore") && !is_a(domain, "console") && !has_declared_console(domain)) {
      connect("console", *by_default, domain);
    }
  }
}

void NaiveDerivation::connect_devices() {
  for (const NaiveDomain& domain : domains_) {
    if (&domain == hardware_) continue;
    bool has_pci = false;
    for (const std::string& name : domain.devices) {
      const auto device = std::find_if(spec_.devices.begin(), spec_.devices.end(),
                                       [&](const spec::Device& each) { return each.name.value == name; });
      connect("passthrough", *hardware_, domain, &*device);
      has_pci = has_pci || device->pci.has_value();
    }
    if (has_pci && domain.type == spec::DomainType::kPv) connect("pci", *hardware_, domain);
  }
}

void NaiveDerivation::connect_declared() {
  for (const spec::Connection& entry : spec_.connections) {
    for (const NaiveDomain* first : all_of(entry.first.value)) {
      for (const spec::Text& name : entry.second) {
        for (const NaiveDomain* second : all_of(name.value)) connect(entry.kind.value, *first, *second);
      }
    }
  }
}

// FLASK computes how a domain sees itself (facts of class domain), and how a device model sees its guest.
void NaiveDerivation::label_domains() {
  for (const NaiveDomain& domain : domains_) {
    for (const Moment moment : {Moment::kBooting, Moment::kSealed}) {
      const std::string label = running(domain, moment);
      result_.transitions[{label, label, "domain"}] = seen(domain, &domain, moment);
    }
    if (domain.target.empty()) continue;
    const NaiveDomain& guest = *only(domain.target);
    result_.transitions[{running(guest, Moment::kSealed), running(domain, Moment::kSealed), "domain"}] =
        seen(guest, &domain, Moment::kSealed);
  }
}

// A port gets its label when it is made, from its owner and from the other domain as the owner sees it: whoever may
// make one needs the transition. The builder makes ports that belong to the domain that it builds.
void NaiveDerivation::label_ports(const Rule& rule, Moment moment, const Situation& situation) {
  const bool builds = rule.from.kind == TargetKind::kBuilder;
  const std::size_t end = builds ? *situation.connection->built_channel : rule.from.end;
  const NaiveDomain& owner = *situation.ends[end];
  const NaiveDomain& other = *situation.ends[1 - end];
  const std::string label = channel_type(owner, other);
  const std::string own = builds && &owner != control_ ? stem(owner.name) + "_building_t" : running(owner, moment);
  result_.transitions[{own, seen(other, &owner, moment), "event"}] = label;
  // The ports on which Xen tells a device model of its guest's I/O belong to the guest.
  if (owner.target != other.name) return;
  result_.transitions[{running(other, moment), running(owner, moment), "event"}] = label;
}

bool one_of(const std::vector<spec::DomainType>& types, const NaiveDomain* domain) {
  return types.empty() || std::find(types.begin(), types.end(), domain->type) != types.end();
}

bool device_has(const std::vector<std::string>& wanted, const spec::Device* device) {
  if (wanted.empty()) return true;
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& what) {
    if (what == "pci") return device->pci.has_value();
    if (what == "iomem") return !device->iomem.empty();
    if (what == "ioports") return !device->ioports.empty();
    return what == "irqs" && !device->irqs.empty();
  });
}

bool NaiveDerivation::holds(const catalogue::Condition& when, const Situation& situation) const {
  for (std::size_t end = 0; end < 2; ++end) {
    if (!one_of(when.types[end], situation.ends[end])) return false;
    const auto& roles = when.roles[end];
    const auto plays = [&](const std::string& role) { return is_a(*situation.ends[end], role); };
    if (!roles.empty() && std::none_of(roles.begin(), roles.end(), plays)) return false;
  }
  if (when.since && *abi::XenVersion::parse(spec_.host.xen.value) < *when.since) return false;
  if (when.split && *when.split != split()) return false;
  const auto& iommu = when.iommu;
  if (!iommu.empty() && std::find(iommu.begin(), iommu.end(), spec_.host.iommu.value) == iommu.end()) return false;
  if (when.verifies && (!spec_.host.verify || spec_.host.verify->value != situation.ends[1]->name)) return false;
  if (when.placed && !situation.ends[1]->placed) return false;
  return device_has(when.device_has, situation.device);
}

// Once sealed, control builds a domain again only when the spec has it restart or start on demand.
bool NaiveDerivation::is_rebuilt(const Situation& situation) const {
  if (situation.connection == nullptr) return false;
  if (situation.connection->built_channel) return situation.ends[*situation.connection->built_channel]->rebuilt;
  return situation.ends[0]->rebuilt || situation.ends[1]->rebuilt;
}

bool NaiveDerivation::holds_at(const Rule& rule, Moment moment, const Situation& situation) const {
  const auto has = [&](ControlPhase phase) { return (rule.phases & static_cast<unsigned>(phase)) != 0; };
  if (moment == Moment::kBooting) return has(ControlPhase::kBooting);
  return has(ControlPhase::kSealed) || (has(ControlPhase::kSealedIfRebuilt) && is_rebuilt(situation));
}

std::string NaiveDerivation::running(const NaiveDomain& domain, Moment moment) const {
  return stem(domain.name) + (&domain == control_ && moment == Moment::kBooting ? "_boot_t" : "_t");
}
// A domain's label as another finds it (facts/xen.md: self, target, else its own).
std::string NaiveDerivation::seen(const NaiveDomain& domain, const NaiveDomain* viewer, Moment moment) const {
  const bool boots = &domain == control_ && moment == Moment::kBooting;
  if (viewer == &domain) return stem(domain.name) + (boots ? "_boot_self_t" : "_self_t");
  if (viewer != nullptr && viewer->target == domain.name) return stem(domain.name) + "_target_t";
  return running(domain, moment);
}

const NaiveDomain* NaiveDerivation::who(const Target& target, const Situation& situation) const {
  switch (target.kind) {
    case TargetKind::kEnd:
    case TargetKind::kEndRunning:
    case TargetKind::kSelf:
      return situation.ends[target.end];
    case TargetKind::kBuilder:
    case TargetKind::kBootingSelf:
    case TargetKind::kSealed:
      return control_;
    case TargetKind::kEndBuilding:
    case TargetKind::kChannel:
    case TargetKind::kDevice:
    case TargetKind::kInitial:
      break;  // no domain that runs
  }
  return nullptr;
}

std::string NaiveDerivation::subject(const Target& target, Moment moment, const Situation& situation) const {
  const NaiveDomain* domain = who(target, situation);
  if (domain == nullptr) return object(target, moment, situation, nullptr);
  return target.kind == TargetKind::kSelf ? seen(*domain, domain, moment) : running(*domain, moment);
}

std::string NaiveDerivation::object(const Target& target, Moment moment, const Situation& situation,
                                    const NaiveDomain* viewer) const {
  switch (target.kind) {
    case TargetKind::kEnd:
      return seen(*situation.ends[target.end], viewer, moment);
    case TargetKind::kEndRunning:
      return running(*situation.ends[target.end], moment);
    case TargetKind::kEndBuilding:
      return stem(situation.ends[target.end]->name) + "_building_t";
    case TargetKind::kBuilder:
      return seen(*control_, viewer, moment);
    case TargetKind::kSelf:
      return seen(*situation.ends[0], situation.ends[0], moment);
    case TargetKind::kBootingSelf:
      return seen(*control_, control_, Moment::kBooting);
    case TargetKind::kSealed:
      return running(*control_, Moment::kSealed);
    case TargetKind::kChannel:
      return channel_type(*situation.ends[0], *situation.ends[1]);
    case TargetKind::kDevice:
      return stem(situation.device->name.value) + "_dev_t";
    case TargetKind::kInitial:
      return std::string(catalogue::sid_name(target.initial)) + "_t";
  }
  return {};
}

void NaiveDerivation::apply(const Rule& rule, const Situation& situation) {
  if (!holds(rule.when, situation)) return;
  for (const Moment moment : {Moment::kBooting, Moment::kSealed}) {
    if (!holds_at(rule, moment, situation)) continue;
    const NaiveDomain* viewer = who(rule.from, situation);
    // The far end of a channel is named as the owner of the port sees it: the one end that is not the object.
    if (rule.from.kind == TargetKind::kChannel && rule.to.kind == TargetKind::kEnd) {
      viewer = situation.ends[1 - rule.to.end];
    }
    const CellName cell{subject(rule.from, moment, situation), object(rule.to, moment, situation, viewer),
                        rule.access_class};
    auto& permissions = (rule.effect == catalogue::Effect::kAllow ? result_.allow : result_.dontaudit)[cell];
    for (const catalogue::RulePermission& permission : rule.permissions) permissions.insert(permission.name);
    if (makes_ports(rule)) label_ports(rule, moment, situation);
  }
}

NamedPrivileges NaiveDerivation::run() {
  read_domains();
  apply_roles();
  connect_built();
  connect_consoles();
  connect_devices();
  connect_declared();
  label_domains();
  return result_;
}

}  // namespace

NamedPrivileges derive_naively(const spec::Spec& spec, const catalogue::Catalogue& catalogue) {
  return NaiveDerivation(spec, catalogue).run();
}

}  // namespace bulkhead::test
