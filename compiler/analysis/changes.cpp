#include "changes.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/analysis/advice.h"
#include "bulkhead/base/text.h"
#include "resources.h"
#include "why_parties.h"

namespace bulkhead::analysis {
namespace {

using privilege::Type;
using privilege::TypeKind;

constexpr std::string_view kReason = "say here what it needs it for";
constexpr std::size_t kMaxName = 32;

class Candidates {
 public:
  Candidates(const SpecView& host, const DeniedCell& denied)
      : host_(host), denied_(denied), source_(at(denied.source)), target_(at(denied.target)) {
    // Of a channel's label the domain that asked for the channel is only known by its number.
    domain_ = denied.source.is_undeclared_channel ? denied.caller : source_.domain;
  }

  std::vector<Candidate> take() {
    if (!domain_ || source_.kind == TypeKind::kChannel) return {};
    if (source_.kind == TypeKind::kBuilding && !denied_.source.is_undeclared_channel) return {};
    add_connections();
    add_restart();
    add_moved_device();
    add_new_device();
    add_role();
    return std::move(found_);
  }

 private:
  [[nodiscard]] const Type& at(const Label& label) const { return host_.derived.set.at(*label.type); }
  [[nodiscard]] const model::Domain& domain() const { return host_.model.at(*domain_); }
  [[nodiscard]] bool is_channel() const {
    return denied_.target.is_undeclared_channel || denied_.source.is_undeclared_channel;
  }

  Candidate& add(Change change) {
    Candidate candidate;
    candidate.change = std::move(change);
    candidate.source = source_.name;
    candidate.target = target_.name;
    if (is_channel()) {
      candidate.domains[0] = domain().name;
      candidate.domains[1] = host_.model.at(*target_.domain).name;
      candidate.is_from_channel = denied_.source.is_undeclared_channel;
      if (!candidate.is_from_channel) candidate.target.clear();
    }
    found_.push_back(std::move(candidate));
    return found_.back();
  }

  void add_connections() {
    if (!target_.domain || target_.domain == domain_) return;
    const std::string other = host_.model.at(*target_.domain).name;
    // Whoever may make a channel is given its other permissions by the same connection.
    const WhyQuestion question{domain().name, other, denied_.access_class,
                               is_channel() ? "create" : denied_.permissions.front()};
    std::vector<std::string> problems;
    const auto source = find_party(host_.model, host_.derived, question.source, problems);
    const auto target = find_party(host_.model, host_.derived, question.target, problems);
    const Wanted wanted = find_wanted(*host_.model.abi, question, problems);
    if (!problems.empty()) return;
    const auto remedies = find_remedies(host_.model, host_.catalogue, *source, *target, wanted);
    for (const Advice& advice : advise(remedies, question)) {
      if (advice.declared && advice.unfit.empty()) add({{{"connections", advice.statement}}, {}});
    }
  }

  // The sealed control domain keeps what building needs of the domains that are rebuilt.
  void add_restart() {
    if (!domain().is_control || !target_.domain || target_.domain == domain_) return;
    const model::Domain& other = host_.model.at(*target_.domain);
    if (other.is_rebuilt()) return;
    add({{}, {{other.family, DomainEdit::Key::kRestart, {}}}});
  }

  [[nodiscard]] bool may_drive_devices() const { return !domain().is_control && !domain().is_hardware; }

  void add_moved_device() {
    if (target_.kind != TypeKind::kDevice || !may_drive_devices()) return;
    const model::Device& device = host_.model.at(*target_.device);
    if (device.owner == domain_) return;
    Change change{{}, {{domain().family, DomainEdit::Key::kAddDevice, device.name}}};
    if (device.owner) {
      change.edits.push_back({host_.model.at(*device.owner).family, DomainEdit::Key::kDropDevice, device.name});
    }
    add(std::move(change));
  }

  [[nodiscard]] bool is_listed(const spec::InventoryDevice& device) const {
    return !devices_at(host_.model, {ResourceKind::kPci, device.pci.sbdf(), device.pci.sbdf()}).empty();
  }

  // A device of the machine that the spec does not list has a label of the hypervisor's own.
  void add_new_device() {
    if (target_.kind != TypeKind::kInitial || denied_.access_class != "resource" || !may_drive_devices()) return;
    for (const std::string& object : denied_.objects) {
      for (const Resource& resource : resources_of(object, denied_.permissions.front(), target_.name)) {
        const spec::InventoryDevice* const device = inventory_device_at(host_.inventory, resource);
        if (device == nullptr || is_listed(*device)) continue;
        const std::string address = device->pci.text();
        std::string name = "pci-" + address;
        std::replace_if(
            name.begin(), name.end(), [](char c) { return c == ':' || c == '.'; }, '-');
        add({{{"devices", fmt::format("{}: {{ pci: \"{}\" }}", name, address)}},
             {{domain().family, DomainEdit::Key::kAddDevice, name}}});
        std::replace(name.begin(), name.end(), '-', '_');
        found_.back().target = name + "_dev_t";
      }
    }
  }

  [[nodiscard]] std::string role_name() const {
    std::string name = domain().role + "-plus";
    if (name.size() > kMaxName || host_.catalogue.find_role(name) != nullptr) name = domain().family + "-role";
    return name.size() > kMaxName ? "extended" : name;
  }

  void add_role() {
    const bool is_own = target_.kind == TypeKind::kSelf && target_.domain == domain_;
    const std::string_view on = is_own ? "self" : target_word(host_.derived.set, *denied_.target.type);
    if (on.empty() || source_.kind == TypeKind::kSelf || is_channel()) return;
    const std::string role = role_name();
    const std::string statement =
        fmt::format("{}: {{ extends: {}, allow: [{{ on: {}, class: {}, permissions: [{}], reason: \"{}\" }}] }}", role,
                    domain().role, on, denied_.access_class, fmt::join(denied_.permissions, ", "), kReason);
    add({{{"roles", statement}}, {{domain().family, DomainEdit::Key::kRole, role}}}).is_last_resort = true;
  }

  const SpecView& host_;
  const DeniedCell& denied_;
  const Type& source_;
  const Type& target_;
  std::optional<model::DomainId> domain_;
  std::vector<Candidate> found_;
};

}  // namespace

std::vector<Candidate> candidates(const SpecView& host, const DeniedCell& denied) {
  return Candidates(host, denied).take();
}

Change accepting_unreviewed(const Change& change, const std::string& family) {
  Change accepting = change;
  accepting.entries.push_back({"accept", fmt::format("- {{ finding: {}, domains: [{}], reason: \"{}\" }}",
                                                     info(DiagnosticId::kUnreviewedOperations).id, family, kReason)});
  return accepting;
}

}  // namespace bulkhead::analysis
