#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "bulkhead/verify/observation.h"
#include "observe_store.h"
#include "plan_policy.h"
#include "read_keys.h"

namespace bulkhead::verify {

namespace {

using hypervisor::Domid;

// One observation while it is made.
class Observer {
 public:
  Observer(const plan::LaunchPlan& plan, const ObserveOptions& options, hypervisor::Hypervisor& hypervisor,
           hypervisor::Xenstore& store, hypervisor::Machine& machine)
      : plan_(plan),
        options_(options),
        policy_(plan),
        hypervisor_(hypervisor),
        store_(store),
        machine_(machine),
        began_(machine.now()) {}

  Observation observe() && {
    seen_.from = options_.from;
    for (std::size_t i = 0; i < kAspectCount; ++i) {
      const auto aspect = static_cast<Aspect>(i);
      if (!options_.aspects.contains(aspect)) {
        add_unseen(aspect, Unseen::Why::kNotAsked, "it was not asked for");
        continue;
      }
      if (const std::string denied = denied_question(aspect); !denied.empty()) {
        add_unseen(aspect, Unseen::Why::kNotAllowed, denied);
        continue;
      }
      const auto at = machine_.now() - began_;
      if (const auto done = look(aspect); !done) {
        add_unseen(aspect, Unseen::Why::kFailed, done.error().message());
      } else {
        seen_.looks.push_back({aspect, at, machine_.now() - began_ - at});
      }
    }
    return std::move(seen_);
  }

 private:
  void add_unseen(Aspect aspect, Unseen::Why why, std::string reason, std::optional<Domid> domid = std::nullopt) {
    seen_.unseen.push_back({aspect, domid, why, std::move(reason)});
  }

  // Empty: the policy of the plan allows it, or it does not matter.
  [[nodiscard]] std::string denied_question(Aspect aspect) const;
  [[nodiscard]] std::string denied(std::string_view sid_name, std::string_view class_name,
                                   std::string_view permission) const;
  [[nodiscard]] std::string denied_table(const SeenDomain& domain) const;

  Result<void> look(Aspect aspect);
  Result<void> look_at_domains();
  Result<void> look_at_devices();
  Result<void> look_at_tables();
  Result<void> look_at_denials();
  template <typename Use>
  Result<void> look_at_blocks(Aspect aspect,
                              Result<Blocks<Use>> (*read)(hypervisor::Hypervisor&, const std::set<Domid>&),
                              std::map<Domid, std::vector<Use>>& into);

  // Reads `ask()` into `into`.
  template <typename T, typename Ask>
  Result<void> take(Ask ask, std::optional<T>& into) {
    auto answer = ask();
    if (!answer) {
      return answer.error();
    }
    into = std::move(*answer);
    return {};
  }

  const plan::LaunchPlan& plan_;
  const ObserveOptions& options_;
  PlanPolicy policy_;
  hypervisor::Hypervisor& hypervisor_;
  hypervisor::Xenstore& store_;
  hypervisor::Machine& machine_;
  hypervisor::Machine::Time began_;
  Observation seen_;
};

std::string Observer::denied(std::string_view sid_name, std::string_view class_name,
                             std::string_view permission) const {
  const auto caller = policy_.label(seen_.label);
  const auto target = policy_.initial(sid_name);
  if (caller && target && policy_.allows(*caller, *target, class_name, permission)) {
    return {};
  }
  return fmt::format("the plan does not give `{} {}` to {}", class_name, permission,
                     seen_.label.empty() ? "a label that was not seen" : seen_.label);
}

std::string Observer::denied_question(Aspect aspect) const {
  if (!options_.only_allowed) {
    return {};
  }
  const auto first_of = [](std::string one, std::string other) {
    return one.empty() ? std::move(other) : std::move(one);
  };
  switch (aspect) {
    case Aspect::kDomains:  // the label that asks is in the answer
    case Aspect::kEnforcement:
    case Aspect::kBooleans:
    case Aspect::kTables:  // decided for each domain
    case Aspect::kStore:   // xenstored's own matter
      return {};
    case Aspect::kPolicy:
      return first_of(denied("security", "security", "compute_av"), denied("security", "security", "compute_create"));
    case Aspect::kDevices:
    case Aspect::kRanges:
    case Aspect::kChannels:
    case Aspect::kMapped:
      return first_of(denied("xen", "xen", "debug"), denied("xen", "xen", "readconsole"));
    case Aspect::kDenials:
      return denied("xen", "xen", "readconsole");
  }
  BULKHEAD_CHECK(false, "every aspect is asked for in a way of its own");
}

Result<void> Observer::look(Aspect aspect) {
  switch (aspect) {
    case Aspect::kDomains:
      return look_at_domains();
    case Aspect::kEnforcement:
      return take([&] { return hypervisor_.enforcement(); }, seen_.enforcement);
    case Aspect::kBooleans:
      return take([&] { return hypervisor_.booleans(); }, seen_.booleans);
    case Aspect::kPolicy:
      return take([&] { return verify_policy(plan_, options_.max_policy_findings, hypervisor_); }, seen_.policy);
    case Aspect::kDevices:
      return look_at_devices();
    case Aspect::kRanges:
      return take([&] { return read_domain_ranges(hypervisor_); }, seen_.ranges);
    case Aspect::kChannels:
      return look_at_blocks(aspect, read_event_channels, seen_.channels);
    case Aspect::kMapped:
      return look_at_blocks(aspect, read_mapped_grants, seen_.mapped);
    case Aspect::kTables:
      return look_at_tables();
    case Aspect::kStore: {
      StoreAnswer answer = read_store(plan_, store_);
      for (Unseen& unseen : answer.unseen) {
        seen_.unseen.push_back(std::move(unseen));
      }
      seen_.store = std::move(answer.nodes);
      return {};
    }
    case Aspect::kDenials:
      return look_at_denials();
  }
  BULKHEAD_CHECK(false, "every aspect is looked at in a way of its own");
}

Result<void> Observer::look_at_domains() {
  const auto facts = hypervisor_.domains();
  if (!facts) {
    return facts.error();
  }
  std::vector<SeenDomain> domains;
  std::map<hypervisor::Sid, std::string> labels;
  for (const hypervisor::DomainFacts& one : *facts) {
    auto known = labels.find(one.sid);
    if (known == labels.end()) {
      const auto label = hypervisor_.label_of(one.sid);
      if (!label && plan::find_domain(plan_, one.domid) != nullptr) {
        return label.error();
      }
      known = labels.emplace(one.sid, label ? *label : std::string()).first;
    }
    domains.push_back({one, known->second});
    if (one.domid == options_.from) {
      seen_.label = known->second;
    }
  }
  std::sort(domains.begin(), domains.end(),
            [](const SeenDomain& a, const SeenDomain& b) { return a.facts.domid < b.facts.domid; });
  seen_.domains = std::move(domains);
  return {};
}

Result<void> Observer::look_at_devices() {
  auto devices = read_devices(hypervisor_);
  if (!devices) {
    return devices.error();
  }
  seen_.owners = std::move(devices->owners);
  seen_.message_interrupts = std::move(devices->interrupts);
  return {};
}

template <typename Use>
Result<void> Observer::look_at_blocks(Aspect aspect,
                                      Result<Blocks<Use>> (*read)(hypervisor::Hypervisor&, const std::set<Domid>&),
                                      std::map<Domid, std::vector<Use>>& into) {
  std::set<Domid> wanted;
  if (seen_.domains) {
    for (const SeenDomain& domain : *seen_.domains) {
      wanted.insert(domain.facts.domid);
    }
  }
  auto answer = read(hypervisor_, wanted);
  if (!answer) {
    return answer.error();
  }
  into = std::move(answer->blocks);
  for (const Domid domid : wanted) {
    if (!into.contains(domid)) {
      const auto why = answer->spoiled.find(domid);
      add_unseen(aspect, Unseen::Why::kFailed,
                 why != answer->spoiled.end() ? why->second : "Xen printed no whole part about it", domid);
    }
  }
  return {};
}

std::string Observer::denied_table(const SeenDomain& domain) const {
  if (!options_.only_allowed) {
    return {};
  }
  const auto caller = policy_.label(seen_.label);
  const auto target = policy_.label(domain.label);
  const auto allows = [&](const char* class_name, const char* permission) {
    return caller && target && policy_.allows(*caller, *target, class_name, permission);
  };
  const plan::Domain* own = plan::find_domain(plan_, options_.from);
  const bool pv = own == nullptr || own->type == plan::DomainType::kPv;
  if (allows("grant", "query") && allows("domain2", "resource_map") && (!pv || allows("mmu", "map_read"))) {
    return {};
  }
  return fmt::format("the plan does not give `grant query` and `domain2 resource_map`{} on {} to {}",
                     pv ? " and `mmu map_read`" : "", domain.label, seen_.label);
}

Result<void> Observer::look_at_tables() {
  if (!seen_.domains) {
    return Error("it is not known which domains there are");
  }
  for (const SeenDomain& domain : *seen_.domains) {
    const Domid domid = domain.facts.domid;
    if (domid == options_.from) {
      continue;  // nobody maps its own table by this way
    }
    if (std::string denied = denied_table(domain); !denied.empty()) {
      add_unseen(Aspect::kTables, Unseen::Why::kNotAllowed, std::move(denied), domid);
      continue;
    }
    const auto table = hypervisor_.grant_table(domid);
    if (!table) {
      add_unseen(Aspect::kTables, Unseen::Why::kFailed, table.error().message(), domid);
    } else {
      seen_.tables[domid] = read_grant_table(*table);
    }
  }
  return {};
}

Result<void> Observer::look_at_denials() {
  const auto ring = hypervisor_.console_since(options_.denials_from);
  if (!ring) {
    return ring.error();
  }
  seen_.denials = read_denials(*ring);
  return {};
}

struct AspectText {
  std::string_view name;
  std::string_view about;
};
constexpr std::array<AspectText, kAspectCount> kTexts{{{"domains", "domains"},
                                                       {"enforcement", "FLASK's mode"},
                                                       {"booleans", "booleans of the policy"},
                                                       {"policy", "cells and transitions of the policy"},
                                                       {"devices", "owners of PCI devices"},
                                                       {"ranges", "interrupts, ports and memory ranges"},
                                                       {"channels", "event channels"},
                                                       {"mapped", "mapped grants"},
                                                       {"tables", "grant table"},
                                                       {"store", "xenstore nodes"},
                                                       {"denials", "denials"}}};

}  // namespace

std::string_view name(Aspect aspect) {
  return kTexts[static_cast<std::size_t>(aspect)].name;
}

std::string_view describe(Aspect aspect) {
  return kTexts[static_cast<std::size_t>(aspect)].about;
}

std::set<Aspect> all_aspects() {
  std::set<Aspect> all;
  for (std::size_t i = 0; i < kAspectCount; ++i) {
    all.insert(static_cast<Aspect>(i));
  }
  return all;
}

Observation observe(const plan::LaunchPlan& plan, const ObserveOptions& options, hypervisor::Hypervisor& hypervisor,
                    hypervisor::Xenstore& store, hypervisor::Machine& machine) {
  return Observer(plan, options, hypervisor, store, machine).observe();
}

}  // namespace bulkhead::verify
