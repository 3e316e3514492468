// The file `resource` of a PCI function: one line a BAR, "first last flags". In: its text. Out: page frames and ports
// as the policy labels them.
//
// The ROM is left out. Firmware reads it before a domain starts and Linux' drivers hardly ever after that, so a domain
// gets no right to it unless somebody adds it; a note says where it is. The BAR with the MSI-X table is in: the
// domain's kernel does not write the table (Xen does) but the toolstack maps the BAR as a whole. What a bridge forwards
// is left out: the devices behind it have it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/inventory/inventory.h"

namespace bulkhead::inventory {

struct Resources {
  std::vector<Range> iomem;
  std::vector<Range> ioports;
  std::vector<std::string> notes;
  std::vector<std::string> problems;
};

[[nodiscard]] Resources parse_resources(std::string_view text, bool is_bridge);

}  // namespace bulkhead::inventory
