#include <algorithm>

#include <fmt/core.h>

#include "bulkhead/base/text.h"
#include "checks.h"
#include "inventory_index.h"
#include "limits.h"

namespace bulkhead::model {
namespace {

// Memory frames and ports: the same rules, other numbers.
struct RangeKind {
  std::string_view of;  // "page frames"
  std::uint64_t maximum;
  const std::vector<spec::Located<spec::Range>>& (*of_device)(const Device&);
  const std::vector<spec::Located<spec::Range>>& (*of_machine)(const spec::InventoryDevice&);
};

constexpr RangeKind kKinds[] = {{"page frames", kMaxFrame, [](const Device& device) -> const auto& {return device.iomem;
}  // namespace
, [](const spec::InventoryDevice& device) -> const auto& {
  return device.iomem;
}
}  // namespace bulkhead::model
, {"ports", kMaxPort, [](const Device& device) -> const auto& {return device.ioports;
}
, [](const spec::InventoryDevice& device) -> const auto& {
  return device.ioports;
}
}
,
}
;

std::string text_of(const spec::Range& range) {
  return range.first == range.last ? fmt::format("{:#x}", range.first)
                                   : fmt::format("{:#x}-{:#x}", range.first, range.last);
}

void check_range(const RangeKind& kind, const Device& device, const spec::Located<spec::Range>& range,
                 Diagnostics& diagnostics) {
  if (range.value.first > range.value.last) {
    diagnostics.error(DiagnosticId::kRangeInverted, range.span,
                      fmt::format("the range of {} of `{}` starts at {:#x} and ends at {:#x}", kind.of, device.name,
                                  range.value.first, range.value.last));
  } else if (range.value.last > kind.maximum) {
    diagnostics.error(DiagnosticId::kRangeTooHigh, range.span,
                      fmt::format("{} {} of `{}`; the last there can be is {:#x}", kind.of, text_of(range.value),
                                  device.name, kind.maximum));
  }
}

struct Claim {
  spec::Located<spec::Range> range;
  const Device* device = nullptr;  // null: not in the spec, the hardware domain keeps it
  const spec::InventoryDevice* machine = nullptr;
  std::string name() const { return device != nullptr ? quoted(device->name) : machine->pci.text(); }
};

bool is_bridge(const spec::InventoryDevice& device) {
  return device.pci_class >> 16 == 0x06;
}

// Ranges that are right by themselves; of the machine's other devices those that could get into somebody's way: what a
// bridge decodes is what its devices have.
std::vector<Claim> claims_of(const Checked& checked, const RangeKind& kind) {
  std::vector<Claim> claims;
  std::vector<spec::PciAddress> listed;
  for (const Device& device : checked.model.devices) {
    if (device.pci) listed.push_back(*device.pci);
    for (const auto& range : kind.of_device(device)) claims.push_back({range, &device, nullptr});
  }
  std::sort(listed.begin(), listed.end());
  if (checked.inputs.inventory != nullptr) {
    for (const spec::InventoryDevice& machine : checked.inputs.inventory->devices) {
      if (is_bridge(machine) || std::binary_search(listed.begin(), listed.end(), machine.pci)) continue;
      for (const auto& range : kind.of_machine(machine)) claims.push_back({range, nullptr, &machine});
    }
  }
  std::erase_if(claims, [&](const Claim& claim) {
    return claim.range.value.first > claim.range.value.last || claim.range.value.last > kind.maximum;
  });
  return claims;
}

// Two devices that the hardware domain keeps to itself are its own affair.
bool matters(const Model& model, const Claim& a, const Claim& b) {
  const auto kept = [&](const Claim& claim) {
    return claim.device == nullptr || !claim.device->owner || *claim.device->owner == model.hardware;
  };
  if (a.device != nullptr && b.device != nullptr) return true;
  return !kept(a) || !kept(b);
}

void report_overlap(const RangeKind& kind, const Claim& a, const Claim& b, Diagnostics& diagnostics) {
  const bool is_second = b.device != nullptr;  // the one that stands in the spec gets the caret
  const Claim& at = is_second ? b : a;
  const Claim& other = is_second ? a : b;
  const std::string message = a.device == b.device
                                  ? fmt::format("two ranges of {} of {} overlap: {} and {}", kind.of, at.name(),
                                                text_of(other.range.value), text_of(at.range.value))
                                  : fmt::format("{} {} of {} overlap {} of {}", kind.of, text_of(at.range.value),
                                                at.name(), text_of(other.range.value), other.name());
  Diagnostic& diagnostic = diagnostics.error(DiagnosticId::kRangeOverlap, at.range.span, message);
  diagnostic.notes.push_back({other.range.span, "the other range"});
}

void check_overlaps(const Checked& checked, const RangeKind& kind, Diagnostics& diagnostics) {
  std::vector<Claim> claims = claims_of(checked, kind);
  std::stable_sort(claims.begin(), claims.end(),
                   [](const Claim& a, const Claim& b) { return a.range.value.first < b.range.value.first; });
  const Claim* reaching = nullptr;  // of those so far the one that ends last
  for (const Claim& claim : claims) {
    if (reaching != nullptr && claim.range.value.first <= reaching->range.value.last &&
        matters(checked.model, *reaching, claim)) {
      report_overlap(kind, *reaching, claim, diagnostics);
    }
    if (reaching == nullptr || claim.range.value.last > reaching->range.value.last) reaching = &claim;
  }
}

}  // namespace

void check_range_limits(const Checked& checked, Diagnostics& diagnostics) {
  for (const RangeKind& kind : kKinds) {
    for (const Device& device : checked.model.devices) {
      for (const auto& range : kind.of_device(device)) check_range(kind, device, range, diagnostics);
    }
  }
}

void check_interrupt_limits(const Checked& checked, Diagnostics& diagnostics) {
  for (const Device& device : checked.model.devices) {
    for (const spec::Located<std::uint64_t>& irq : device.irqs) {
      if (irq.value <= kMaxIrq) continue;
      diagnostics.error(
          DiagnosticId::kRangeTooHigh, irq.span,
          fmt::format("interrupt {} of `{}`; the last there can be is {}", irq.value, device.name, kMaxIrq));
    }
  }
}

void check_range_overlaps(const Checked& checked, Diagnostics& diagnostics) {
  for (const RangeKind& kind : kKinds) check_overlaps(checked, kind, diagnostics);
}

}  // namespace bulkhead::model
