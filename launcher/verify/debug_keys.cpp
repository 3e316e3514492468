#include "bulkhead/verify/debug_keys.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>

#include "console_lines.h"

namespace bulkhead::verify {

namespace {

using hypervisor::Domid;
using hypervisor::Range;
using hypervisor::Sbdf;

constexpr std::uint64_t kMaxDomid = 0x7FFF;

std::optional<Domid> take_domid(std::string_view& text) {
  std::uint64_t domid = 0;
  return take_number(text, 10, domid) && domid <= kMaxDomid ? std::optional(static_cast<Domid>(domid)) : std::nullopt;
}

// --- Key 'Q'

constexpr std::size_t kSbdfSize = 12;  // "0000:00:03.0"

bool is_devices_head(std::string_view line) {
  return line == "==== PCI devices ====";
}

// "==== segment 0000 ===="
std::optional<std::uint16_t> segment_of(std::string_view line) {
  constexpr std::size_t kDigits = 4;
  if (!take(line, "==== segment ") || line.size() < kDigits) {
    return std::nullopt;
  }
  // A device's address is read by the same rules, so the segment is read as part of one.
  const auto sbdf = hypervisor::parse_sbdf(std::string(line.substr(0, kDigits)) + ":00:00.0");
  line.remove_prefix(kDigits);
  return sbdf && line == " ====" ? std::optional(sbdf->segment) : std::nullopt;
}

std::optional<PciOwner> take_owner(std::string_view& line) {
  std::uint64_t domid = 0;
  if (take(line, "DomIO:")) {
    return take_number(line, 16, domid) ? std::optional(PciOwner{PciOwner::Kind::kQuarantine, 0}) : std::nullopt;
  }
  if (take(line, "d[IO]")) {
    return PciOwner{PciOwner::Kind::kQuarantine, 0};
  }
  // d[XEN]: Xen drives it itself (a serial port, an IOMMU); no domain can have it.
  if (take(line, "NULL") || take(line, "d[XEN]")) {
    return PciOwner{PciOwner::Kind::kNobody, 0};
  }
  const auto owner = take(line, "d") ? take_domid(line) : std::nullopt;
  return owner ? std::optional(PciOwner{PciOwner::Kind::kDomain, *owner}) : std::nullopt;
}

// " - node -1 " and, if it has any, " - MSIs < 34 35 >"
bool is_rest_of_device(std::string_view line) {
  constexpr std::size_t kWidth = 3;
  std::uint64_t number = 0;
  if (!take(line, " - node ")) {
    return false;
  }
  const std::size_t before = line.size();
  if (!take(line, "-1") && !take_number(line, 10, number)) {
    return false;
  }
  for (std::size_t width = before - line.size(); width < kWidth; ++width) {
    if (!take(line, " ")) {
      return false;
    }
  }
  if (line.empty()) {
    return true;
  }
  if (!take(line, " - MSIs < ")) {
    return false;
  }
  while (!line.empty() && line != ">") {
    // An interrupt that is not set up yet has the number -1.
    if ((!take(line, "-1") && !take_number(line, 10, number)) || !take(line, " ")) {
      return false;
    }
  }
  return line == ">";
}

// Whether the line is, or was meant to be, a device's.
std::optional<Sbdf> device_of(std::string_view line) {
  return line.size() >= kSbdfSize ? hypervisor::parse_sbdf(line.substr(0, kSbdfSize)) : std::nullopt;
}

// --- Key 'q'

bool is_domains_head(std::string_view line) {
  std::uint64_t now = 0;
  return take(line, "'q' pressed -> dumping domain info (now = ") && take_number(line, 10, now) && line == ")";
}

struct Set {
  std::string_view name;
  int base;
  std::vector<Range> Ranges::*ranges;
};
constexpr std::array<Set, 3> kSets{{{"I/O Ports  {", 16, &Ranges::ioports},
                                    {"Interrupts {", 10, &Ranges::irqs},
                                    {"I/O Memory {", 16, &Ranges::iomem}}};

// " 0-1f, 22 }"; ascending.
std::optional<std::vector<Range>> ranges_of(std::string_view text, int base) {
  std::vector<Range> ranges;
  while (text != " }") {
    Range range;
    if ((!ranges.empty() && !take(text, ",")) || !take(text, " ") || !take_number(text, base, range.first)) {
      return std::nullopt;
    }
    range.last = range.first;
    if (take(text, "-") && (!take_number(text, base, range.last) || range.last <= range.first)) {
      return std::nullopt;
    }
    if (!ranges.empty() && range.first <= ranges.back().last) {
      return std::nullopt;
    }
    ranges.push_back(range);
  }
  return ranges;
}

// The domain in "<before>N<after>"; `after` empty: whatever follows.
std::optional<Domid> heading(std::string_view line, std::string_view before, std::string_view after) {
  if (!take(line, before)) {
    return std::nullopt;
  }
  const auto domid = take_domid(line);
  return domid && line.starts_with(after) && (after != ":" || line == after) ? domid : std::nullopt;
}

// Reads the block of each domain: general information, rangesets, pages, node affinity, vCPUs, in this order.
class DomainBlocks {
 public:
  // False: the section is over. Error: a line that is not in its place.
  Result<bool> add(const Line& line);
  Result<std::map<Domid, Ranges>> finish() &&;

 private:
  enum class At : std::uint8_t { kBetween, kGeneral, kRangesets, kPages, kAffinity };

  // The domain of the block, from a heading that belongs there.
  [[nodiscard]] bool moves(std::optional<Domid> domid, At from, At to);
  Result<bool> add_set(const Line& line);

  At at_ = At::kBetween;
  Domid domid_ = 0;
  std::set<std::string_view> seen_;  // rangesets of the block
  std::map<Domid, Ranges> domains_;
  bool ended_ = false;
};

bool DomainBlocks::moves(std::optional<Domid> domid, At from, At to) {
  const bool fits = at_ == from && domid == domid_;
  at_ = to;
  return fits;
}

Result<bool> DomainBlocks::add_set(const Line& line) {
  std::string_view text = line.text.substr(4);
  if (text == "None" && seen_.empty()) {
    for (const Set& set : kSets) {
      seen_.insert(set.name);
    }
    return true;
  }
  for (const Set& set : kSets) {
    if (!take(text, set.name)) {
      continue;
    }
    const auto ranges = ranges_of(text, set.base);
    if (!ranges || !seen_.insert(set.name).second) {
      return at_line(line, "not a set of ranges, or a second one of its kind");
    }
    domains_[domid_].*set.ranges = *ranges;
    return true;
  }
  // What devices are emulated for it, and what migration watches: nothing that it may touch.
  if (text.starts_with("ioreq_server ") || text.starts_with("log-dirty ")) {
    return true;
  }
  return at_line(line, "no known set of ranges");
}

Result<bool> DomainBlocks::add(const Line& line) {
  const std::string_view text = line.text;
  const auto misplaced = [&] { return at_line(line, "not in its place"); };
  if (text.starts_with("General information for domain ")) {
    const auto domid = heading(text, "General information for domain ", ":");
    if (!domid || at_ != At::kBetween || !domains_.emplace(*domid, Ranges{}).second) {
      return misplaced();
    }
    domid_ = *domid;
    at_ = At::kGeneral;
    seen_.clear();
  } else if (text.starts_with("Rangesets belonging to domain ")) {
    if (!moves(heading(text, "Rangesets belonging to domain ", ":"), At::kGeneral, At::kRangesets)) {
      return misplaced();
    }
  } else if (text.starts_with("Memory pages belonging to domain ")) {
    const bool complete = seen_.size() == kSets.size();
    if (!moves(heading(text, "Memory pages belonging to domain ", ":"), At::kRangesets, At::kPages) || !complete) {
      return misplaced();
    }
  } else if (text.starts_with("NODE affinity for domain ")) {
    if (!moves(heading(text, "NODE affinity for domain ", ": ["), At::kPages, At::kAffinity)) {
      return misplaced();
    }
  } else if (text.starts_with("VCPU information and callbacks for domain ")) {
    if (!moves(heading(text, "VCPU information and callbacks for domain ", ":"), At::kAffinity, At::kBetween)) {
      return misplaced();
    }
  } else if (text.starts_with("Notifying guest ")) {
    ended_ = true;
    return at_ == At::kBetween ? Result<bool>(false) : Result<bool>(misplaced());
  } else if (at_ == At::kRangesets && text.starts_with("    ")) {
    return add_set(line);
  } else if (text.starts_with("    I/O ") || text.starts_with("    Interrupts")) {
    return misplaced();
  }
  return true;
}

Result<std::map<Domid, Ranges>> DomainBlocks::finish() && {
  if (!ended_ || domains_.empty()) {
    return Error("the end of the section is not in the ring");
  }
  return std::move(domains_);
}

}  // namespace

Result<std::map<Sbdf, PciOwner>> parse_pci_devices(std::string_view text) {
  const auto lines = lines_after_head(text, is_devices_head);
  if (!lines) {
    return lines.error();
  }
  std::map<Sbdf, PciOwner> owners;
  std::set<std::uint16_t> segments;
  std::optional<std::uint16_t> segment;
  for (const Line& line : *lines) {
    if (line.text.starts_with("==== segment ")) {
      segment = segment_of(line.text);
      if (!segment || !segments.insert(*segment).second) {
        return at_line(line, "not a new segment");
      }
      continue;
    }
    const auto sbdf = device_of(line.text);
    if (!sbdf) {
      continue;
    }
    std::string_view rest = line.text.substr(kSbdfSize);
    const auto owner = take(rest, " - ") ? take_owner(rest) : std::nullopt;
    if (!owner || !is_rest_of_device(rest)) {
      return at_line(line, "not a device as Xen prints it");
    }
    if (sbdf->segment != segment) {
      return at_line(line, "not a device of this segment");
    }
    if (!owners.emplace(*sbdf, *owner).second) {
      return at_line(line, "the device stands there a second time");
    }
  }
  if (segments.empty()) {
    return Error("Xen printed no PCI segment");
  }
  return owners;
}

MessageInterrupts message_interrupts(std::string_view text) {
  constexpr std::string_view kBefore = " - MSIs < ";
  MessageInterrupts all;
  const auto lines = all_lines_after_head(text, is_devices_head);
  for (const Line& line : lines ? *lines : std::vector<Line>()) {
    const auto sbdf = device_of(line.text);
    const std::size_t at = line.text.find(kBefore);
    if (!sbdf || at == std::string_view::npos || !line.torn.empty()) {
      continue;
    }
    std::string_view rest = line.text.substr(at + kBefore.size());
    std::uint64_t number = 0;
    while (take_number(rest, 10, number) || take(rest, "-1")) {
      if (number <= std::numeric_limits<std::uint32_t>::max()) {
        all[*sbdf].push_back(static_cast<std::uint32_t>(number));
      }
      if (!take(rest, " ")) {
        break;
      }
    }
  }
  return all;
}

Result<std::map<Domid, Ranges>> parse_domain_ranges(std::string_view text) {
  const auto lines = lines_after_head(text, is_domains_head);
  if (!lines) {
    return lines.error();
  }
  DomainBlocks blocks;
  for (const Line& line : *lines) {
    const auto more = blocks.add(line);
    if (!more) {
      return more.error();
    }
    if (!*more) {
      break;
    }
  }
  return std::move(blocks).finish();
}

}  // namespace bulkhead::verify
