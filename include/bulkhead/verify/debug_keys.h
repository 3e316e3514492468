// What Xen prints for its debug keys, as values. The text is Xen's (lines with the prefix "(XEN) "), but other lines
// can stand between them: whatever a domain writes to the console, among them lines that imitate Xen's. So a reader
// takes only lines of exactly the known form, refuses a section that is incomplete or says a thing twice, and is an
// Error rather than a guess. The text of another release is such an Error.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/hypervisor/hypervisor.h"

namespace bulkhead::verify {

// Key 'Q' (xen/drivers/passthrough/pci.c, dump_pci_devices; 4.17).
struct PciOwner {
  enum class Kind : std::uint8_t {
    kDomain,
    kNobody,      // printed as NULL: found at boot, given to no domain
    kQuarantine,  // domain DomIO
  };
  Kind kind = Kind::kNobody;
  hypervisor::Domid domid = 0;  // of kDomain
  bool operator==(const PciOwner&) const = default;
};
// The interrupts that Xen made for devices that signal by message, which stand in the same lines.
using MessageInterrupts = std::map<hypervisor::Sbdf, std::vector<std::uint32_t>>;
[[nodiscard]] Result<std::map<hypervisor::Sbdf, PciOwner>> parse_pci_devices(std::string_view text);
// Of what parse_pci_devices takes.
[[nodiscard]] MessageInterrupts message_interrupts(std::string_view text);

// Key 'q' (xen/common/keyhandler.c, dump_domains; rangeset_domain_printk).
struct Ranges {
  std::vector<hypervisor::Range> ioports;
  std::vector<hypervisor::Range> irqs;
  std::vector<hypervisor::Range> iomem;  // frames
  bool operator==(const Ranges&) const = default;
};
[[nodiscard]] Result<std::map<hypervisor::Domid, Ranges>> parse_domain_ranges(std::string_view text);

// The keys 'e' and 'g' print a block for each domain. One torn line spoils a block, not the others: it is left out of
// `blocks`, and whoever asks again adds what was spoiled. A block that nothing announces is not there at all.
template <typename Use>
struct Blocks {
  std::map<hypervisor::Domid, std::vector<Use>> blocks;  // whole ones
  std::map<hypervisor::Domid, std::string> spoiled;      // why
  std::uint64_t torn = 0;                                // lines that could not be read
  bool operator==(const Blocks&) const = default;
};

// Ports of one domain with the same other end, label and state; counted, so that no domain can make the answer large.
struct ChannelUse {
  hypervisor::Domid remote = 0;
  bool bound = false;  // to a port of `remote`; else `remote` may bind it
  std::string label;   // empty: none was printed
  std::uint64_t count = 0;
  hypervisor::EventPort first_port = 0;
  bool operator==(const ChannelUse&) const = default;
};
// Key 'e' (xen/common/event_channel.c, domain_dump_evtchn_info; 4.17 to 4.22). Ports without another end are left out.
[[nodiscard]] Result<Blocks<ChannelUse>> parse_event_channels(std::string_view text);

// Grants of one domain to the same other one in the same way; counted as well.
struct GrantUse {
  enum class Way : std::uint8_t { kRead, kWrite, kTransfer, kTransitive };
  hypervisor::Domid peer = 0;
  Way way = Way::kRead;
  std::uint64_t count = 0;
  std::uint32_t first_ref = 0;
  bool operator==(const GrantUse&) const = default;
};
// Key 'g' (xen/common/grant_table.c, gnttab_usage_print; 4.17 to 4.22): what is mapped now, by whom, and whether any of
// the mappings may write. By granter.
[[nodiscard]] Result<Blocks<GrantUse>> parse_mapped_grants(std::string_view text);

}  // namespace bulkhead::verify
