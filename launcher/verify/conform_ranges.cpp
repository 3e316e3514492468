// Interrupts, ports and memory ranges of domains that run.
#include <fmt/format.h>

#include "conform_parts.h"
#include "parts.h"
#include "ranges.h"

namespace bulkhead::verify {

namespace {

using hypervisor::Range;

constexpr const char* kRemedy = "something other than the launcher gave it them: find out what, reboot the host";

// Of `is`, what no range of `allowed` has; both merged.
std::vector<Range> beyond(const std::vector<Range>& is, const std::vector<Range>& allowed) {
  std::vector<Range> more;
  for (const Range& range : is) {
    std::uint64_t first = range.first;
    bool done = false;
    for (const Range& one : allowed) {
      if (one.last < first || one.first > range.last) {
        continue;
      }
      if (one.first > first) {
        more.push_back({first, one.first - 1});
      }
      done = one.last >= range.last;
      first = one.last + 1;
      if (done) {
        break;
      }
    }
    if (!done) {
      more.push_back({first, range.last});
    }
  }
  return more;
}

// A device that signals by messages has interrupts that Xen makes when its driver asks for them, and its planned one
// may be given back by then.
std::vector<Range> allowed_interrupts(const plan::Domain& domain, const Ranges& wanted, const Observation& seen) {
  std::vector<Range> allowed = wanted.irqs;
  if (!seen.owners) {
    return allowed;
  }
  for (const auto& [sbdf, numbers] : seen.message_interrupts) {
    const auto owner = seen.owners->find(sbdf);
    if (owner != seen.owners->end() && owner->second == PciOwner{PciOwner::Kind::kDomain, domain.domid}) {
      for (const std::uint32_t number : numbers) {
        allowed.push_back({number, number});
      }
    }
  }
  return merged(std::move(allowed));
}

void conform_domain(const plan::LaunchPlan& plan, const plan::Domain& domain, const Ranges& found,
                    const Observation& seen, Findings& findings) {
  const Ranges wanted = planned_ranges(plan, domain.domid);
  const auto compare = [&](const char* id, const char* what, const std::vector<Range>& is,
                           const std::vector<Range>& should, bool hex) {
    if (merged(is) == should) {
      return;
    }
    const std::vector<Range> more = beyond(merged(is), should);
    findings.push_back(about(domain, id, fmt::format("its {} are {}", what, to_text(is, hex)), to_text(should, hex),
                             kRemedy, more.empty() ? Severity::kDegraded : Severity::kBreach));
  };
  compare("iomem", "frames of devices", found.iomem, wanted.iomem, true);
  compare("ioports", "I/O ports", found.ioports, wanted.ioports, true);
  const std::vector<Range> interrupts = beyond(merged(found.irqs), allowed_interrupts(domain, wanted, seen));
  // Without the owners of devices it is not known which interrupts Xen made for them.
  if (!interrupts.empty() && seen.owners) {
    compare("interrupts", "interrupts", found.irqs, wanted.irqs, false);
  }
}

}  // namespace

void conform_ranges(const plan::LaunchPlan& plan, const Observation& seen, Findings& findings) {
  if (!seen.ranges) {
    return;
  }
  for (const plan::Domain& domain : plan.domains) {
    const auto found = seen.ranges->find(domain.domid);
    // The hardware domain holds all that no other one has, and what it gave to others it keeps as well.
    if (found != seen.ranges->end() && domain.domid != plan.host.hardware_domid) {
      conform_domain(plan, domain, found->second, seen, findings);
    }
  }
}

}  // namespace bulkhead::verify
