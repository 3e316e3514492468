// Keys 'e' and 'g': a block for each domain, which is whole or is left out.
#include <map>
#include <optional>
#include <tuple>

#include "bulkhead/verify/debug_keys.h"
#include "console_lines.h"

namespace bulkhead::verify {

namespace {

using hypervisor::Domid;

constexpr std::uint64_t kMaxDomid = 0x7FFF;

std::optional<Domid> heading(std::string_view line, std::string_view before) {
  std::uint64_t domid = 0;
  if (!take(line, before) || !take_number(line, 10, domid) || domid > kMaxDomid) {
    return std::nullopt;
  }
  return static_cast<Domid>(domid);
}

// Collects blocks. What a torn line was is not known, and it may have been the heading of the next block: so until the
// next heading nothing belongs to anybody.
template <typename Use>
class Collector {
 public:
  void begin(const Line& line, Domid domid) {
    const bool again = answer_.blocks.contains(domid) || answer_.spoiled.contains(domid);
    if (again) {
      answer_.blocks.erase(domid);
      answer_.spoiled[domid] = at_line(line, "the domain stands there a second time").message();
    } else {
      answer_.blocks[domid];
    }
    domid_ = again ? std::nullopt : std::optional(domid);
  }
  void spoil(const Line& line, std::string_view why) {
    ++answer_.torn;
    if (domid_) {
      answer_.blocks.erase(*domid_);
      answer_.spoiled[*domid_] = at_line(line, why).message();
      domid_.reset();
    }
  }
  // The uses of the block that the next line belongs to; null: of none.
  [[nodiscard]] std::vector<Use>* uses() { return domid_ ? &answer_.blocks[*domid_] : nullptr; }
  Blocks<Use> take() && { return std::move(answer_); }

 private:
  Blocks<Use> answer_;
  std::optional<Domid> domid_;
};

// --- Key 'e'

bool is_channels_head(std::string_view line) {
  return line == "'e' pressed -> dumping event-channel info";
}

constexpr std::string_view kPortsOf = "Event channel information for domain ";
constexpr std::string_view kLabelCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:.,-";

struct Port {
  std::uint64_t number = 0;
  std::uint64_t state = 0;
  std::uint64_t remote = 0;
  std::string_view label;
};

// "[0/1/0]" of two-level ports, "[0/1/B 12  ]" or "[0/1/?     ]" of FIFO ones.
bool take_bits(std::string_view& line) {
  const std::size_t end = line.find("]: s=");  // npos is beyond the longest, too
  constexpr std::string_view kCharacters = "0123456789/B-? ";
  constexpr std::size_t kLongest = 20;
  if (end > kLongest || !take(line, "[") ||
      line.substr(0, end - 1).find_first_not_of(kCharacters) != std::string_view::npos) {
    return false;
  }
  line.remove_prefix(end - 1);
  return take(line, "]: s=");
}

bool take_field(std::string_view& line, std::string_view name, std::uint64_t& number) {
  return take(line, name) && take_number(line, 10, number);
}

constexpr std::uint64_t kUnbound = 2;      // ECS_UNBOUND
constexpr std::uint64_t kInterdomain = 3;  // ECS_INTERDOMAIN
constexpr std::uint64_t kPirq = 4;
constexpr std::uint64_t kVirq = 5;
constexpr std::uint64_t kLastState = 6;

std::optional<Port> port_of(std::string_view line) {
  Port port;
  std::uint64_t unused = 0;
  if (!take(line, "    ") || !take_padded(line, 4, port.number) || !take(line, " ") || !take_bits(line) ||
      !take_number(line, 10, port.state) || !take_field(line, " n=", unused) || !take_field(line, " x=", unused)) {
    return std::nullopt;
  }
  bool whole = port.state <= kLastState;
  if (port.state == kUnbound || port.state == kInterdomain) {
    whole = take_field(line, " d=", port.remote) && port.remote <= kMaxDomid;
  }
  if (port.state == kInterdomain) {
    whole = whole && take_field(line, " p=", unused);
  } else if (port.state == kPirq) {
    whole = whole && take_field(line, " p=", unused) && take(line, " i=");
    whole = whole && (take(line, "-1") || take_number(line, 10, unused));
  } else if (port.state == kVirq) {
    whole = whole && take_field(line, " v=", unused);
  }
  if (take(line, " Z=")) {
    port.label = line;
    whole = whole && !line.empty() && line.find_first_not_of(kLabelCharacters) == std::string_view::npos;
  } else {
    whole = whole && line.empty();
  }
  return whole ? std::optional(port) : std::nullopt;
}

void add_port(std::vector<ChannelUse>& uses, const Port& port) {
  const auto remote = static_cast<Domid>(port.remote);
  const bool bound = port.state == kInterdomain;
  for (ChannelUse& use : uses) {
    if (use.remote == remote && use.bound == bound && use.label == port.label) {
      ++use.count;
      return;
    }
  }
  uses.push_back({remote, bound, std::string(port.label), 1, static_cast<hypervisor::EventPort>(port.number)});
}

// --- Key 'g'

bool is_grants_head(std::string_view line) {
  return line == "gnttab_usage_print_all [ key 'g' pressed";
}

constexpr std::string_view kGrantsEnd = "gnttab_usage_print_all ] done";
constexpr std::string_view kTableOf = "grant-table for remote d";
constexpr std::string_view kNoGrants = "no active grant table entries";

struct Mapping {
  std::uint64_t ref = 0;
  std::uint64_t mapper = 0;
  bool writes = false;
};

// What stands behind the pins is the shared entry, which the granter writes: it only has to have the form.
std::optional<Mapping> mapping_of(std::string_view line) {
  Mapping mapping;
  std::uint64_t frame = 0;
  std::uint64_t pins = 0;
  std::uint64_t unused = 0;
  if (!take(line, "[0x") || !take_hex(line, 3, mapping.ref) || !take(line, "]  ") ||
      !take_padded(line, 5, mapping.mapper) || !take(line, " 0x") || !take_hex(line, 5, frame) || !take(line, " 0x") ||
      !take_hex(line, 8, pins) || !take(line, "      ") || !take_padded(line, 5, unused) || !take(line, " 0x") ||
      !take_hex(line, 6, unused) || !take(line, " 0x") || !take_hex(line, 2, unused) || !line.empty() ||
      mapping.mapper > kMaxDomid || mapping.ref > 0xFFFFFFFFU) {
    return std::nullopt;
  }
  constexpr std::uint64_t kWrites = 0x00FF00FF;  // GNTPIN_hstw_mask | GNTPIN_devw_mask
  mapping.writes = (pins & kWrites) != 0;
  return mapping;
}

void add_mapping(std::vector<GrantUse>& uses, const Mapping& mapping) {
  const auto way = mapping.writes ? GrantUse::Way::kWrite : GrantUse::Way::kRead;
  for (GrantUse& use : uses) {
    if (use.peer == mapping.mapper && use.way == way) {
      ++use.count;
      return;
    }
  }
  uses.push_back({static_cast<Domid>(mapping.mapper), way, 1, static_cast<std::uint32_t>(mapping.ref)});
}

}  // namespace

Result<Blocks<ChannelUse>> parse_event_channels(std::string_view text) {
  const auto lines = all_lines_after_head(text, is_channels_head);
  if (!lines) {
    return lines.error();
  }
  Collector<ChannelUse> collector;
  bool seen_columns = false;
  for (const Line& line : *lines) {
    if (!line.torn.empty()) {
      collector.spoil(line, line.torn);
    } else if (line.text.starts_with(kPortsOf)) {
      const auto domid = heading(line.text, kPortsOf);
      domid ? collector.begin(line, *domid) : collector.spoil(line, "not a domain as Xen prints it");
    } else if (line.text == "    port [p/m/s]") {
      seen_columns = true;
    } else if (line.text.starts_with("    ")) {
      const auto port = port_of(line.text);
      std::vector<ChannelUse>* uses = collector.uses();
      if (!port) {
        collector.spoil(line, "not an event channel as Xen prints it");
      } else if (uses != nullptr && (port->state == kUnbound || port->state == kInterdomain)) {
        add_port(*uses, *port);
      }
    }
  }
  auto answer = std::move(collector).take();
  if (!seen_columns || (answer.blocks.empty() && answer.spoiled.empty())) {
    return Error("Xen printed no event channels as releases 4.17 to 4.22 do");
  }
  return answer;
}

Result<Blocks<GrantUse>> parse_mapped_grants(std::string_view text) {
  const auto lines = all_lines_after_head(text, is_grants_head);
  if (!lines) {
    return lines.error();
  }
  Collector<GrantUse> collector;
  bool closed = true;  // the block has said all
  bool ended = false;
  const auto close = [&](const Line& line) {
    if (!closed) {
      collector.spoil(line, "the domain before has neither grants nor the word that it has none");
    }
  };
  for (const Line& line : *lines) {
    if (!line.torn.empty()) {
      collector.spoil(line, line.torn);
      closed = true;
    } else if (line.text.starts_with(kTableOf)) {
      close(line);
      const auto domid = heading(line.text, kTableOf);
      domid ? collector.begin(line, *domid) : collector.spoil(line, "not a domain as Xen prints it");
      closed = false;
    } else if (line.text.starts_with("[0x")) {
      const auto mapping = mapping_of(line.text);
      std::vector<GrantUse>* uses = collector.uses();
      if (!mapping) {
        collector.spoil(line, "not a grant as Xen prints it");
      } else if (uses != nullptr) {
        add_mapping(*uses, *mapping);
      }
      closed = true;
    } else if (line.text == kNoGrants) {
      closed = true;
    } else if (line.text == kGrantsEnd) {
      close(line);
      ended = true;
      break;
    }
  }
  if (!ended) {
    return Error("the end of the section is not in the ring, or it is not as releases 4.17 to 4.22 print it");
  }
  return std::move(collector).take();
}

}  // namespace bulkhead::verify
