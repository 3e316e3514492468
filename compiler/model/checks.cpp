#include "checks.h"

#include <array>

namespace bulkhead::model {
namespace {

using Check = void (*)(const Checked&, Diagnostics&);

// A check that is not listed here does not run. That is noticed: every id of the registry has a fixture that must be
// refused.
constexpr std::array kChecks{
    &check_instance_names, &check_name_lengths,
    &check_reserved_names, &check_restarts,
    &check_control_keys,   &check_kernels,
    &check_device_models,  &check_hvm_guests,
    &check_memory,         &check_host_memory,
    &check_vcpus,          &check_domids,
    &check_grants,         &check_event_channels,
    &check_command_lines,  &check_channel_pages,
    &check_places,         &check_unassigned_devices,
    &check_pci_addresses,  &check_pci_functions,
    &check_pci_identities, &check_device_owners,
    &check_range_limits,   &check_interrupt_limits,
    &check_range_overlaps, &check_servers,
    &check_consoles,       &check_duplicate_connections,
    &check_disk_names,     &check_disks_named_twice,
    &check_macs,           &check_start_order,
    &check_on_demand,      &check_disk_clients,
};

}  // namespace

void check(const Model& model, const Inputs& inputs, Diagnostics& diagnostics) {
  const Checked checked{model, inputs, families_of(model, inputs)};
  for (const Check one : kChecks) one(checked, diagnostics);
}

}  // namespace bulkhead::model
