#include <algorithm>

#include <fmt/core.h>

#include "bulkhead/base/text.h"
#include "checks.h"
#include "limits.h"
#include "words.h"

namespace bulkhead::model {
namespace {

using Number = std::optional<spec::Located<std::uint64_t>>;

void check_number(const Number& written, std::string_view what, std::uint64_t minimum, std::uint64_t maximum,
                  DiagnosticId id, Diagnostics& diagnostics) {
  if (!written || (written->value >= minimum && written->value <= maximum)) return;
  diagnostics.error(id, written->span, fmt::format("{} {}; from {} to {}", what, written->value, minimum, maximum));
}

// Of the instances, so that a family's number is checked against the type that it got by default, too.
spec::DomainType type_of(const Checked& checked, const Family& family) {
  return family.domains.empty() ? spec::DomainType::kPv : checked.model.at(family.domains.first).type;
}

}  // namespace

void check_memory(const Checked& checked, Diagnostics& diagnostics) {
  for (const Family& family : checked.families) {
    const Number& written = family.entry->memory_bytes;
    if (!written || (written->value >= kMinMemory && written->value <= kMaxMemory)) continue;
    diagnostics.error(DiagnosticId::kMemoryLimits, written->span,
                      fmt::format("{} of memory; from {} to {}", size_text(written->value), size_text(kMinMemory),
                                  size_text(kMaxMemory)));
  }
}

void check_host_memory(const Checked& checked, Diagnostics& diagnostics) {
  if (checked.inputs.inventory == nullptr) return;
  std::uint64_t sum = 0;
  for (const Domain& domain : checked.model.domains) {
    if (domain.start.value == spec::Start::kBoot) sum += std::min(domain.memory_bytes.value, kMaxMemory);
  }
  const std::uint64_t has = checked.inputs.inventory->memory_bytes;
  if (sum <= has) return;
  diagnostics.error(DiagnosticId::kHostMemory, checked.model.host_span,
                    fmt::format("the domains that start at boot have {} together, the machine has {}", size_text(sum),
                                size_text(has)));
}

void check_vcpus(const Checked& checked, Diagnostics& diagnostics) {
  for (const Family& family : checked.families) {
    const bool is_pv = type_of(checked, family) == spec::DomainType::kPv;
    check_number(family.entry->vcpus,
                 is_pv ? "virtual CPUs of a PV domain:" : "virtual CPUs of a PVH or HVM domain:", 1,
                 is_pv ? kMaxVcpusPv : kMaxVcpusHvm, DiagnosticId::kVcpuLimits, diagnostics);
  }
}

void check_domids(const Checked& checked, Diagnostics& diagnostics) {
  for (const Family& family : checked.families) {
    if (is_a(checked.inputs.catalogue, family, "control")) continue;
    check_number(family.entry->domid, "domid", 1, kMaxDomid, DiagnosticId::kDomidLimits, diagnostics);
  }
}

void check_grants(const Checked& checked, Diagnostics& diagnostics) {
  for (const Family& family : checked.families) {
    check_number(family.entry->max_grant_frames, "frames of the grant table:", 1, kMaxGrantFrames,
                 DiagnosticId::kGrantLimits, diagnostics);
    check_number(family.entry->max_maptrack_frames, "frames that keep track of mapped grants:", 1, kMaxGrantFrames,
                 DiagnosticId::kGrantLimits, diagnostics);
  }
}

void check_event_channels(const Checked& checked, Diagnostics& diagnostics) {
  for (const Family& family : checked.families) {
    check_number(family.entry->max_event_channels, "event channels:", kMinEventChannels, kMaxEventChannels,
                 DiagnosticId::kEventChannelLimits, diagnostics);
  }
}

void check_command_lines(const Checked& checked, Diagnostics& diagnostics) {
  for (const Family& family : checked.families) {
    if (!family.entry->command_line || type_of(checked, family) != spec::DomainType::kPv) continue;
    const spec::Text& line = *family.entry->command_line;
    if (line.value.size() <= kMaxCommandLinePv) continue;
    diagnostics.error(
        DiagnosticId::kCommandLineTooLong, line.span,
        fmt::format("a command line of {} bytes; a PV kernel gets at most {}", line.value.size(), kMaxCommandLinePv));
  }
}

void check_channel_pages(const Checked& checked, Diagnostics& diagnostics) {
  for (const spec::Connection& connection : checked.inputs.spec.connections) {
    check_number(connection.pages, "pages of a channel:", 1, kMaxChannelPages, DiagnosticId::kChannelPages,
                 diagnostics);
  }
}

void check_places(const Checked& checked, Diagnostics& diagnostics) {
  for (const Family& family : checked.families) {
    if (!family.entry->place) continue;
    const spec::Place& place = *family.entry->place;
    if (place.cpus && place.cpus->value.first > place.cpus->value.last) {
      diagnostics.error(DiagnosticId::kRangeInverted, place.cpus->span,
                        fmt::format("the range of CPUs starts at {} and ends at {}", place.cpus->value.first,
                                    place.cpus->value.last));
      continue;
    }
    const spec::Inventory* const inventory = checked.inputs.inventory;
    if (inventory == nullptr) continue;
    if (place.cpus && place.cpus->value.last >= inventory->cpus) {
      diagnostics.error(
          DiagnosticId::kPlaceUnknown, place.cpus->span,
          fmt::format("the machine has CPUs 0 to {}, not {}", inventory->cpus - 1, place.cpus->value.last));
    }
    // Without a list of nodes the machine has one, number 0.
    const std::vector<std::uint64_t> nodes =
        inventory->nodes.empty() ? std::vector<std::uint64_t>{0} : inventory->nodes;
    if (place.node && std::find(nodes.begin(), nodes.end(), place.node->value) == nodes.end()) {
      diagnostics.error(DiagnosticId::kPlaceUnknown, place.node->span,
                        fmt::format("the machine has no NUMA node {}", place.node->value));
    }
  }
}

}  // namespace bulkhead::model
