#include "bulkhead/audit/observe.h"

#include <chrono>
#include <map>

#include <fmt/format.h>

#include "bulkhead/base/digest.h"
#include "bulkhead/verify/conform.h"

namespace bulkhead::audit {

namespace {

using hypervisor::Domid;
using verify::Aspect;

std::string_view state_name(hypervisor::RunState state) {
  switch (state) {
    case hypervisor::RunState::kPaused:
      return "paused";
    case hypervisor::RunState::kRunning:
      return "running";
    case hypervisor::RunState::kShutdown:
      return "shut down";
    case hypervisor::RunState::kDying:
      return "dying";
  }
  return "?";
}

std::string_view mode_name(hypervisor::Enforcement enforcement) {
  switch (enforcement) {
    case hypervisor::Enforcement::kInactive:
      return "FLASK is not active: labels mean nothing";
    case hypervisor::Enforcement::kPermissive:
      return "FLASK is permissive: denials are logged and allowed";
    case hypervisor::Enforcement::kEnforcing:
      return "FLASK is active and enforcing";
  }
  return "?";
}

std::string counted(std::size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

template <typename Uses>
std::string uses_text(const std::map<Domid, Uses>& uses, std::string_view what) {
  std::uint64_t count = 0;
  for (const auto& [domid, list] : uses) {
    for (const auto& use : list) {
      count += use.count;
    }
  }
  return fmt::format("{}, of {}", counted(count, what), counted(uses.size(), "domain"));
}

std::string answer_text(const verify::Observation& seen, Aspect aspect) {
  switch (aspect) {
    case Aspect::kDomains:
      return seen.domains ? counted(seen.domains->size(), "domain") : "";
    case Aspect::kEnforcement:
      return seen.enforcement ? std::string(mode_name(*seen.enforcement)) : "";
    case Aspect::kBooleans:
      return seen.booleans ? counted(seen.booleans->size(), "boolean") : "";
    case Aspect::kPolicy:
      return !seen.policy ? ""
                          : fmt::format("{} cells and {} transitions, {}", seen.policy->cells, seen.policy->transitions,
                                        seen.policy->findings.empty() ? "all as compiled" : "not all as compiled");
    case Aspect::kDevices:
      return seen.owners ? counted(seen.owners->size(), "device") : "";
    case Aspect::kRanges:
      return seen.ranges ? fmt::format("of {}", counted(seen.ranges->size(), "domain")) : "";
    case Aspect::kChannels:
      return uses_text(seen.channels, "port");
    case Aspect::kMapped:
      return uses_text(seen.mapped, "grant");
    case Aspect::kTables:
      return uses_text(seen.tables, "grant");
    case Aspect::kStore:
      return seen.store ? counted(seen.store->size(), "node") : "";
    case Aspect::kDenials:
      return seen.denials ? counted(seen.denials->count, "denial") : "";
  }
  return "";
}

std::string owner_text(const verify::PciOwner& owner) {
  switch (owner.kind) {
    case verify::PciOwner::Kind::kDomain:
      return fmt::format("domain {}", owner.domid);
    case verify::PciOwner::Kind::kNobody:
      return "nobody";
    case verify::PciOwner::Kind::kQuarantine:
      return "quarantine";
  }
  return "?";
}

std::string name_of(const plan::LaunchPlan& plan, Domid domid) {
  const plan::Domain* const domain = plan::find_domain(plan, domid);
  return domain == nullptr ? fmt::format("domain {}", domid) : domain->name;
}

// What is said of many domains alike is said once: a gap for each aspect and each why.
void add_gaps(const plan::LaunchPlan& plan, const verify::Observation& seen, Observed& observed) {
  std::map<std::pair<Aspect, verify::Unseen::Why>, std::vector<const verify::Unseen*>> grouped;
  for (const verify::Unseen& unseen : seen.unseen) {
    grouped[{unseen.aspect, unseen.why}].push_back(&unseen);
  }
  for (const auto& [key, list] : grouped) {
    std::string what(describe(key.first));
    if (list.front()->domid) {
      what += fmt::format(" of {}", name_of(plan, *list.front()->domid));
    }
    const std::string more = list.size() > 1 ? fmt::format("; and {} more like it", list.size() - 1) : "";
    observed.gaps.push_back({what, list.front()->reason + more, key.second == verify::Unseen::Why::kFailed});
  }
}

void add_domains(const plan::LaunchPlan& plan, const verify::Observation& seen, Observed& observed) {
  observed.asked_by =
      fmt::format("{} as {}", name_of(plan, seen.from), seen.label.empty() ? "a label that was not seen" : seen.label);
  observed.saw_domains = seen.domains.has_value();
  if (!seen.domains) {
    return;
  }
  for (const verify::SeenDomain& domain : *seen.domains) {
    observed.domains.push_back({.domid = domain.facts.domid,
                                .label = domain.label.empty() ? "one that the hypervisor does not name" : domain.label,
                                .state = std::string(state_name(domain.facts.state)),
                                .vcpus = domain.facts.vcpus,
                                .memory_kib = domain.facts.memory_kib});
    const plan::Domain* const planned = plan::find_domain(plan, domain.facts.domid);
    if (planned != nullptr && planned->control) {
      if (domain.label == planned->label || domain.label == planned->booting_label) {
        observed.sealed = domain.label == planned->label;
      }
    }
  }
}

void add_denials(const verify::Observation& seen, Observed& observed) {
  if (!seen.denials) {
    return;
  }
  observed.denials.emplace();
  for (const verify::Denial& denial : seen.denials->kinds) {
    observed.denials->push_back({denial.source, denial.target, denial.access_class,
                                 fmt::format("{}", fmt::join(denial.permissions, " ")), denial.count});
  }
  std::vector<std::string> lost;
  const auto add = [&](std::uint64_t count, std::string_view what) {
    if (count != 0) {
      lost.push_back(fmt::format("{} {}", count, what));
    }
  };
  add(seen.denials->others, "denials of kinds beyond those listed");
  add(seen.denials->cut, "messages cut off");
  add(seen.denials->lost_bytes, "bytes of the console overwritten before they were read");
  add(seen.denials->imitated, "lines of guests that imitate a denial, not counted");
  observed.denials_lost = fmt::format("{}", fmt::join(lost, "; "));
}

void add_findings(const std::vector<verify::Finding>& findings, Observed& observed) {
  for (const verify::Finding& each : findings) {
    observed.findings.push_back({.id = each.id,
                                 .severity = std::string(to_text(each.severity)),
                                 .is_notice = each.severity == verify::Severity::kNotice,
                                 .domain = each.domain,
                                 .object = each.object,
                                 .found = each.found,
                                 .wanted = each.wanted,
                                 .remedy = each.remedy,
                                 .origin = each.origin});
  }
}

// What the findings are not about: the machine, Xen's version and command line.
void add_host(hypervisor::Hypervisor& hypervisor, Observed& observed) {
  const auto facts = hypervisor.host();
  if (!facts) {
    observed.gaps.push_back({"Xen's version and the machine", facts.error().message(), true});
    return;
  }
  observed.facts.emplace_back("runs", "Xen " + facts->version);
  observed.facts.emplace_back("machine",
                              fmt::format("{}, {} MiB of memory, {} MiB free", counted(facts->cpus, "processor"),
                                          facts->total_kib >> 10U, facts->free_kib >> 10U));
  observed.facts.emplace_back("IOMMU in use", facts->iommu ? "yes" : "no");
  if (const auto command_line = hypervisor.command_line()) {
    observed.facts.emplace_back("Xen's command line", *command_line);
  }
}

}  // namespace

Observed in_words(const plan::LaunchPlan& plan, const verify::Observation& seen,
                  const std::vector<verify::Finding>& findings) {
  Observed observed;
  observed.when = seen.taken_at;
  for (const verify::Look& look : seen.looks) {
    const std::chrono::duration<double> after = look.at;
    observed.looks.push_back({std::string(describe(look.aspect)), answer_text(seen, look.aspect),
                              fmt::format("after {:.3f} s", after.count())});
  }
  add_gaps(plan, seen, observed);
  add_domains(plan, seen, observed);
  observed.saw_owners = seen.owners.has_value();
  if (seen.owners) {
    for (const auto& [sbdf, owner] : *seen.owners) {
      observed.owners.push_back({to_text(sbdf), owner_text(owner)});
    }
  }
  if (seen.policy) {
    observed.policy_differences = seen.policy->findings.size();
  }
  if (seen.enforcement) {
    observed.facts.emplace_back("access control", mode_name(*seen.enforcement));
  }
  add_denials(seen, observed);
  add_findings(findings, observed);
  return observed;
}

Observed observe(const plan::LaunchPlan& plan, const std::string& when, const verify::ObserveOptions& options,
                 hypervisor::Hypervisor& hypervisor, hypervisor::Xenstore& store, hypervisor::Machine& machine) {
  verify::Observation seen = verify::observe(plan, options, hypervisor, store, machine);
  seen.taken_at = when;
  Observed observed = in_words(plan, seen, verify::conform(plan, seen));
  add_host(hypervisor, observed);
  return observed;
}

std::vector<Digest> digest_files(const plan::LaunchPlan& plan, hypervisor::Machine& machine) {
  std::vector<Digest> digests;
  for (const plan::FileDigest& file : plan.digests.files) {
    Digest digest{.what = "kernel or ramdisk", .path = file.path, .sha256 = {}, .state = {}};
    const auto bytes = machine.read_file(file.path);
    if (!bytes) {
      digest.sha256 = file.sha256.value_or("");
      digest.state = "as compiled; the file cannot be read now: " + bytes.error().message();
    } else {
      digest.sha256 = sha256_hex(**bytes);
      digest.state = !file.sha256                    ? "was not there when the host was compiled"
                     : digest.sha256 == *file.sha256 ? "as compiled, and so is the file now"
                                                     : fmt::format("DIFFERS: compiled was {}", *file.sha256);
    }
    digests.push_back(std::move(digest));
  }
  return digests;
}

}  // namespace bulkhead::audit
