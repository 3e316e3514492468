#include "audit.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "bulkhead/base/render.h"
#include "bulkhead/report/counts.h"

namespace bulkhead::report {

using model::DomainId;
using privilege::Phase;
using privilege::TypeId;
using privilege::TypeKind;

namespace {

constexpr auto kLimits = std::to_array<std::string_view>({
    "A fault in the hypervisor is outside of all this: who takes over Xen has everything.",
    "Covert channels (caches, timing, load) are not closed by access control.",
    "The policy says what a domain may ask of the hypervisor. What a back end does with the data that it serves, and "
    "what QEMU "
    "does inside its own domain, no policy sees.",
    "A channel or a mapping that exists outlives a change of labels; what was mapped while a domain was built must be "
    "unmapped "
    "by its builder.",
    "The Xen project calls FLASK experimental, and has not reviewed all operations for hostile callers (XSA-77).",
    "This report speaks of the policy as it was compiled. Whether the running host is this one, the launcher's audit "
    "says.",
});

std::string_view word(spec::IommuStrength strength) {
  switch (strength) {
    case spec::IommuStrength::kRequired:
      return "required, with interrupt remapping";
    case spec::IommuStrength::kNoRemapping:
      return "required, without interrupt remapping";
    case spec::IommuStrength::kNone:
      return "none";
  }
  BULKHEAD_CHECK(false, "the strength of the IOMMU is one of its three values");
}

std::string_view word(spec::DomainType type) {
  switch (type) {
    case spec::DomainType::kPv:
      return "PV";
    case spec::DomainType::kPvh:
      return "PVH";
    case spec::DomainType::kHvm:
      return "HVM";
  }
  BULKHEAD_CHECK(false, "a domain is of one of the three types");
}

std::string counted(std::size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

std::vector<std::pair<std::string, std::string>> make_summary(const Index& index) {
  const Inputs& inputs = index.inputs();
  const model::Model& model = index.model();
  std::vector<std::pair<std::string, std::string>> summary;
  summary.emplace_back("host", model.host_name.empty() ? "(no name)" : printable(model.host_name));
  summary.emplace_back("hypervisor", "Xen " + model.abi->version.text());
  summary.emplace_back("shape", model.split
                                    ? fmt::format("split: `{}` holds the hardware", model.at(model.hardware).name)
                                    : std::string("classic: domain 0 keeps the hardware"));
  summary.emplace_back("IOMMU", word(model.iommu));
  summary.emplace_back("spec", fmt::format("{}, SHA-256 {}", printable(inputs.spec_name), inputs.spec_sha256));
  summary.emplace_back("policy", fmt::format("xenpolicy, SHA-256 {}", inputs.policy_sha256));
  const auto declared = static_cast<std::size_t>(
      std::count_if(model.links.begin(), model.links.end(), [](const model::Link& link) { return link.declared; }));
  summary.emplace_back("described",
                       fmt::format("{}, {}, {}, and {} that follow from them", counted(model.domains.size(), "domain"),
                                   counted(model.devices.size(), "device"), counted(declared, "connection"),
                                   model.links.size() - declared));
  summary.emplace_back("granted", fmt::format("{} grants between {} labels; {} transitions", index.set().allow.size(),
                                              index.set().types.size(), index.set().transitions.size()));
  if (inputs.proof) {
    summary.emplace_back("proof", fmt::format("{} cells of the binary policy compared with the spec's privileges, no "
                                              "difference; {} of them grant something",
                                              inputs.proof->cells, inputs.proof->allowed));
  } else {
    summary.emplace_back("proof", "not made: the binary policy was not compared");
  }
  return summary;
}

std::vector<PowerHolders> make_powers(const Index& index, const Powers& powers) {
  std::vector<PowerHolders> table(page::powers().size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i].what = page::powers()[i].what;
  }
  for (std::size_t i = 0; i < index.model().domains.size(); ++i) {
    const auto id = static_cast<DomainId>(i);
    const std::vector<bool> running = powers.held_by(index.types(id).running);
    const auto booting = index.types(id).booting ? powers.held_by(*index.types(id).booting) : std::vector<bool>();
    for (std::size_t power = 0; power < table.size(); ++power) {
      if (running[power]) {
        table[power].running.push_back(id);
      } else if (!booting.empty() && booting[power]) {
        table[power].booting.push_back(id);
      }
    }
  }
  return table;
}

std::string names_of(const std::vector<spec::Text>& texts) {
  std::vector<std::string> names;
  names.reserve(texts.size());
  for (const spec::Text& text : texts) {
    names.push_back(text.value);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<Risk> make_risks(const Index& index) {
  std::vector<Risk> risks;
  for (const spec::Accept& accept : index.model().accepts) {
    std::vector<std::string> about;
    if (!accept.domains.empty()) {
      about.push_back("domains " + names_of(accept.domains));
    }
    if (!accept.devices.empty()) {
      about.push_back("devices " + names_of(accept.devices));
    }
    risks.push_back({.finding = accept.finding.value,
                     .about = about.empty() ? "the host" : fmt::format("{}", fmt::join(about, "; ")),
                     .reason = accept.reason.value,
                     .origin = index.origin(accept.span)});
  }
  return risks;
}

Labelled label(Phase phase, TypeId type, const std::vector<Count>& counts) {
  const Count& count = counts[privilege::index(type)];
  return {phase, type, count.permissions.size(), count.targets};
}

void set_cannot(Section& section, const Index& index, const Powers& powers) {
  const privilege::DomainTypes& types = index.types(section.members.front());
  const std::vector<bool> running = powers.held_by(types.running);
  const auto booting = types.booting ? powers.held_by(*types.booting) : std::vector<bool>(running.size(), false);
  for (std::size_t i = 0; i < running.size(); ++i) {
    if (!running[i]) {
      (booting[i] ? section.cannot_sealed : section.cannot).push_back(page::powers()[i].what);
    }
  }
}

std::vector<HolderGroup> group_holders(const std::vector<Holder>& holders) {
  std::vector<HolderGroup> groups;
  std::map<std::vector<abi::AccessVector>, std::size_t> known;
  for (const Holder& holder : holders) {
    const auto [place, is_new] = known.emplace(holder.permissions, groups.size());
    if (is_new) {
      groups.push_back({{}, holder.permissions});
    }
    groups[place->second].domains.push_back(holder.domain);
  }
  return groups;
}

// How many other domains each one has to do with: a permission either way, or a channel.
std::vector<std::size_t> count_related(const Index& index) {
  std::vector<std::vector<DomainId>> related(index.model().domains.size());
  const auto join = [&](DomainId a, DomainId b) {
    if (a != b) {
      related[model::index(a)].push_back(b);
      related[model::index(b)].push_back(a);
    }
  };
  for (const privilege::Grant& grant : index.set().allow) {
    const privilege::Type& source = index.type(grant.source);
    const privilege::Type& target = index.type(grant.target);
    if (source.domain && target.domain && source.kind != TypeKind::kChannel && target.kind != TypeKind::kChannel) {
      join(*source.domain, *target.domain);
    }
  }
  for (const privilege::Type& type : index.set().types) {
    if (type.kind == TypeKind::kChannel && type.domain && type.peer) {
      join(*type.domain, *type.peer);
    }
  }
  std::vector<std::size_t> counts;
  counts.reserve(related.size());
  for (auto& others : related) {
    std::sort(others.begin(), others.end());
    counts.push_back(static_cast<std::size_t>(std::unique(others.begin(), others.end()) - others.begin()));
  }
  return counts;
}

}  // namespace

Audit make_audit(const Index& index) {
  const Inputs& inputs = index.inputs();
  const Powers powers(index);
  const std::vector<Count> counts = count_permissions(index.set());
  const std::vector<std::size_t> related = count_related(index);
  const auto holders = holders_over(index);
  const auto unreviewed = privilege::unreviewed_operations(inputs.model, inputs.catalogue, inputs.derived);
  Audit audit{.summary = make_summary(index),
              .powers = make_powers(index, powers),
              .risks = make_risks(index),
              .sections = {},
              .unreviewed = 0,
              .limits = {kLimits.begin(), kLimits.end()}};
  std::set<DomainId> reaching;
  for (const auto& operation : unreviewed) {
    reaching.insert(operation.domain);
  }
  audit.unreviewed = reaching.size();
  for (auto& members : fold_domains(index, holders)) {
    const DomainId id = members.front();
    Section section{.members = std::move(members),
                    .labels = {label(Phase::kRunning, index.types(id).running, counts)},
                    .can = statements_of(index, id),
                    .cannot = {},
                    .cannot_sealed = {},
                    .reached_by = group_holders(holders[model::index(id)]),
                    .unrelated = index.model().domains.size() - 1 - related[model::index(id)],
                    .unreviewed = {}};
    if (index.types(id).booting) {
      section.labels.push_back(label(Phase::kBooting, *index.types(id).booting, counts));
    }
    set_cannot(section, index, powers);
    const auto [first, last] =
        std::equal_range(unreviewed.begin(), unreviewed.end(), privilege::UnreviewedOperation{id, {}, {}, 0},
                         [](const auto& a, const auto& b) { return a.domain < b.domain; });
    section.unreviewed.assign(first, last);
    audit.sections.push_back(std::move(section));
  }
  return audit;
}

std::string section_title(const Index& index, const Section& section) {
  const model::Domain& first = index.model().at(section.members.front());
  if (section.members.size() == 1) {
    return first.name;
  }
  return fmt::format("{} and {} more of {}, each with its own name in the place of {}", first.name,
                     section.members.size() - 1, first.family, first.name);
}

std::string count_text(const Labelled& label) {
  return fmt::format("{} over {}", counted(label.permissions, "distinct permission"), counted(label.targets, "label"));
}

std::vector<std::pair<std::string, std::string>> facts_of(const Index& index, const Section& section) {
  const model::Model& model = index.model();
  const model::Domain& domain = model.at(section.members.front());
  std::vector<std::pair<std::string, std::string>> facts;
  facts.emplace_back("is", fmt::format("{}, {}, domid {}, {} MiB, {} vCPU", domain.role, word(domain.type),
                                       domain.domid.value, domain.memory_bytes.value >> 20U, domain.vcpus.value));
  for (const Labelled& label : section.labels) {
    const bool sealed = label.phase == Phase::kRunning && section.labels.size() > 1;
    facts.emplace_back(label.phase == Phase::kBooting ? "boots as"
                       : sealed                       ? "sealed as"
                                                      : "runs as",
                       fmt::format("{}: {}", privilege::context(index.type(label.type)), count_text(label)));
  }
  if (index.types(section.members.front()).building) {
    facts.emplace_back("is built as", privilege::context(index.type(*index.types(section.members.front()).building)));
  }
  std::vector<std::string> devices;
  for (const model::DeviceId id : domain.devices) {
    const model::Device& device = model.at(id);
    devices.push_back(device.pci ? fmt::format("{} ({})", device.name, device.pci->text()) : device.name);
  }
  facts.emplace_back("devices", devices.empty() ? "none" : fmt::format("{}", fmt::join(devices, ", ")));
  facts.emplace_back("written in", index.origin(domain.span));
  return facts;
}

}  // namespace bulkhead::report
