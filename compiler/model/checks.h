// The checks that look at the whole host. In: a model, which may have gaps where resolve() reported something, and what
// it was made of. Out: diagnostics of the group kMeaning. What has an unknown role or did not resolve is passed over:
// it was reported.
#pragma once

#include <vector>

#include "resolution.h"

namespace bulkhead::model {

struct Checked {
  const Model& model;
  const Inputs& inputs;
  std::vector<Family> families;  // by name
};

// checks_names.cpp
void check_instance_names(const Checked& checked, Diagnostics& diagnostics);
void check_name_lengths(const Checked& checked, Diagnostics& diagnostics);
void check_reserved_names(const Checked& checked, Diagnostics& diagnostics);
// checks_roles.cpp
void check_restarts(const Checked& checked, Diagnostics& diagnostics);
void check_control_keys(const Checked& checked, Diagnostics& diagnostics);
void check_kernels(const Checked& checked, Diagnostics& diagnostics);
void check_device_models(const Checked& checked, Diagnostics& diagnostics);
void check_hvm_guests(const Checked& checked, Diagnostics& diagnostics);
// checks_limits.cpp
void check_memory(const Checked& checked, Diagnostics& diagnostics);
void check_host_memory(const Checked& checked, Diagnostics& diagnostics);
void check_vcpus(const Checked& checked, Diagnostics& diagnostics);
void check_domids(const Checked& checked, Diagnostics& diagnostics);
void check_grants(const Checked& checked, Diagnostics& diagnostics);
void check_event_channels(const Checked& checked, Diagnostics& diagnostics);
void check_command_lines(const Checked& checked, Diagnostics& diagnostics);
void check_channel_pages(const Checked& checked, Diagnostics& diagnostics);
void check_places(const Checked& checked, Diagnostics& diagnostics);
// checks_devices.cpp
void check_unassigned_devices(const Checked& checked, Diagnostics& diagnostics);
void check_pci_addresses(const Checked& checked, Diagnostics& diagnostics);
void check_pci_functions(const Checked& checked, Diagnostics& diagnostics);
void check_pci_identities(const Checked& checked, Diagnostics& diagnostics);
void check_device_owners(const Checked& checked, Diagnostics& diagnostics);
// checks_ranges.cpp
void check_range_limits(const Checked& checked, Diagnostics& diagnostics);
void check_interrupt_limits(const Checked& checked, Diagnostics& diagnostics);
void check_range_overlaps(const Checked& checked, Diagnostics& diagnostics);
// checks_connections.cpp
void check_servers(const Checked& checked, Diagnostics& diagnostics);
void check_consoles(const Checked& checked, Diagnostics& diagnostics);
void check_duplicate_connections(const Checked& checked, Diagnostics& diagnostics);
void check_disk_names(const Checked& checked, Diagnostics& diagnostics);
void check_disks_named_twice(const Checked& checked, Diagnostics& diagnostics);
void check_disk_clients(const Checked& checked, Diagnostics& diagnostics);
void check_macs(const Checked& checked, Diagnostics& diagnostics);
// checks_order.cpp
void check_start_order(const Checked& checked, Diagnostics& diagnostics);
void check_on_demand(const Checked& checked, Diagnostics& diagnostics);

}  // namespace bulkhead::model
