// Verdict, facts, digests and limits.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "parts.h"

namespace bulkhead::audit {

namespace {

constexpr auto kLimits = std::to_array<std::string_view>({
    "The hypervisor answers for itself: a fault in Xen, or whoever took it over, can answer what it likes.",
    "The host is seen at one moment. What was otherwise before, and put back, does not show; a periodic verification "
    "narrows the gap and does not close it.",
    "The policy says what a domain may ask of the hypervisor. What a back end does with the data that it serves, and "
    "what QEMU does inside its own domain, no policy sees.",
    "Covert channels (caches, timing, load) are not closed by access control.",
    "What is inside a domain is not looked at: its kernel and ramdisk are known by their digests when it was built, "
    "not by what runs now.",
    "Reasons and lines of the spec come from privileges.json; it agrees with the plan in every cell, but a wrong "
    "reason "
    "would not show.",
    "The Xen project calls FLASK experimental, and has not reviewed all operations for hostile callers (XSA-77).",
});

// Of a question without an answer, which is among the gaps.
constexpr std::string_view kUnseen = "unseen";

std::string counted(std::size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

void set_verdict(Audit& audit) {
  const auto serious =
      static_cast<std::size_t>(std::count_if(audit.findings.begin(), audit.findings.end(), [](const Finding& finding) {
        return !finding.is_notice && finding.id != kUnseen;
      }));
  const auto notices = std::count_if(audit.findings.begin(), audit.findings.end(),
                                     [](const Finding& finding) { return finding.is_notice; });
  const auto failed = static_cast<std::size_t>(
      std::count_if(audit.gaps.begin(), audit.gaps.end(), [](const Gap& gap) { return gap.failed; }));
  audit.differs = serious != 0;
  audit.holds = serious == 0 && failed == 0;
  if (audit.holds) {
    audit.verdict = audit.gaps.empty() ? "Holds: the running host is the compiled one in everything that was asked."
                                       : "Holds, as far as it was looked at: what was asked is as compiled.";
  } else if (serious != 0) {
    audit.verdict =
        fmt::format("Does not hold: {} between the running host and the compiled one.", counted(serious, "difference"));
  } else {
    audit.verdict = fmt::format("Cannot be said to hold: {} not answered.",
                                failed == 1 ? "one question was" : fmt::format("{} questions were", failed));
  }
  if (notices != 0) {
    audit.comments.push_back(fmt::format("{} besides, which {} not change that.",
                                         counted(static_cast<std::size_t>(notices), "notice"),
                                         notices == 1 ? "does" : "do"));
  }
  if (!audit.gaps.empty()) {
    audit.comments.push_back(
        fmt::format("{} not looked at: see what was asked.",
                    audit.gaps.size() == 1 ? "One thing was" : fmt::format("{} things were", audit.gaps.size())));
  }
}

std::string_view word(plan::IommuStrength strength) {
  switch (strength) {
    case plan::IommuStrength::kRequired:
      return "required, with interrupt remapping";
    case plan::IommuStrength::kNoRemapping:
      return "required, without interrupt remapping";
    case plan::IommuStrength::kNone:
      return "none";
  }
  return "";
}

void set_facts(Audit& audit, const Index& index) {
  const plan::LaunchPlan& plan = index.plan();
  const Observed& observed = index.inputs().observed;
  const auto hardware = index.domain(plan.host.hardware_domid);
  audit.facts.emplace_back("compiled for", "Xen " + plan.host.xen);
  audit.facts.emplace_back("shape", plan.host.shape == plan::Shape::kSplit && hardware
                                        ? fmt::format("split: {} holds the hardware", index.name(*hardware))
                                        : std::string("classic: domain 0 keeps the hardware"));
  audit.facts.emplace_back("IOMMU", word(plan.host.iommu));
  audit.facts.emplace_back("sealed", !observed.sealed   ? "not seen"
                                     : *observed.sealed ? "yes: domain 0 gave up what only starting the host needed"
                                                        : "no: domain 0 runs under the label that starts the host");
  audit.facts.emplace_back("asked by", observed.asked_by);
  audit.facts.insert(audit.facts.end(), observed.facts.begin(), observed.facts.end());
}

void set_digests(Audit& audit, const Index& index) {
  const plan::Digests& digests = index.plan().digests;
  audit.digests.push_back({"spec", digests.spec_path, digests.spec_sha256, "as compiled"});
  audit.digests.push_back({"policy", "xenpolicy", digests.policy_sha256, "as compiled"});
  if (digests.inventory) {
    audit.digests.push_back({"inventory", digests.inventory->path, digests.inventory->sha256.value_or(""),
                             digests.inventory->sha256 ? "as compiled" : digests.inventory->reason.value_or("")});
  }
  audit.digests.insert(audit.digests.end(), index.inputs().digests.begin(), index.inputs().digests.end());
}

}  // namespace

void set_summary(Audit& audit, const Index& index) {
  const Inputs& inputs = index.inputs();
  audit.host = inputs.plan.host.name.value_or("a host without a name");
  audit.when = inputs.observed.when;
  audit.version = inputs.version;
  audit.looks = inputs.observed.looks;
  audit.gaps = inputs.observed.gaps;
  audit.findings = inputs.observed.findings;
  audit.denials = inputs.observed.denials;
  audit.denials_lost = inputs.observed.denials_lost;
  audit.limits.assign(kLimits.begin(), kLimits.end());
  set_verdict(audit);
  set_facts(audit, index);
  set_digests(audit, index);
}

}  // namespace bulkhead::audit
