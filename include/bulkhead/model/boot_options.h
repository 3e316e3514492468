// What a domain's kernel must be told on its command line because of what the spec says elsewhere. In: the resolved
// host. Out: the command line with the user's own words first; a word of the user's that sets the same option wins.
#pragma once

#include <string>

#include "bulkhead/model/model.h"

namespace bulkhead::model {

// The domain that holds the hardware hides the devices of others from its own drivers (xen-pciback.hide=): pciback must
// have them before any driver looks. Domain 0 of a split host leaves all devices alone (pci=off).
[[nodiscard]] std::string kernel_command_line(const Model& model, const Domain& domain);

}  // namespace bulkhead::model
