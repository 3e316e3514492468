#include "ranges.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace bulkhead::verify {

using hypervisor::Range;

std::vector<Range> merged(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return std::tie(a.first, a.last) < std::tie(b.first, b.last); });
  std::vector<Range> result;
  for (const Range& range : ranges) {
    const bool joins = !result.empty() && (range.first <= result.back().last || range.first - 1 == result.back().last);
    if (joins) {
      result.back().last = std::max(result.back().last, range.last);
    } else {
      result.push_back(range);
    }
  }
  return result;
}

Ranges planned_ranges(const plan::LaunchPlan& plan, hypervisor::Domid domid) {
  Ranges wanted;
  for (const plan::Device& device : plan.devices) {
    if (device.owner_domid != domid) {
      continue;
    }
    for (const plan::Range& range : device.iomem) {
      wanted.iomem.push_back({range.first, range.last});
    }
    for (const plan::Range& range : device.ioports) {
      wanted.ioports.push_back({range.first, range.last});
    }
    for (const std::uint32_t irq : device.irqs) {
      wanted.irqs.push_back({irq, irq});
    }
  }
  return {merged(std::move(wanted.ioports)), merged(std::move(wanted.irqs)), merged(std::move(wanted.iomem))};
}

std::string to_text(const std::vector<Range>& ranges, bool hex) {
  std::string text;
  for (const Range& range : ranges) {
    text += text.empty() ? "" : ", ";
    text += hex ? fmt::format("{:#x}", range.first) : fmt::format("{}", range.first);
    if (range.last != range.first) {
      text += hex ? fmt::format("-{:#x}", range.last) : fmt::format("-{}", range.last);
    }
  }
  return text.empty() ? "none" : text;
}

}  // namespace bulkhead::verify
