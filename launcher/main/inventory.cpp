// inventory: what Linux and, where there is one that answers, Xen show of the machine, as the file that a spec's
// `host.inventory` names.
#include "bulkhead/inventory/inventory.h"

#include "actions.h"
#include "bulkhead/base/files.h"
#include "bulkhead/hypervisor/libxen.h"

namespace bulkhead::launcher {
namespace {

// Xen knows the whole machine, where Linux above it has a part. Before Xen is installed, and from a label that may not
// ask, there is no answer: then Linux' part is what there is, and notes in the inventory say what it lacks.
inventory::HypervisorAnswers ask_hypervisor() {
  const auto hypervisor = hypervisor::open_hypervisor();
  const auto facts = hypervisor ? (*hypervisor)->host() : Result<hypervisor::HostFacts>(hypervisor.error());
  if (!facts) {
    return {};
  }
  inventory::HypervisorAnswers answers{.cpus = facts->cpus, .memory_bytes = facts->total_kib << 10U, .nodes = {}};
  for (std::uint64_t node = 0; node < facts->nodes; ++node) {
    answers.nodes.push_back(node);
  }
  return answers;
}

}  // namespace

Result<ExitCode> run_inventory(const Invocation& invocation, Console& console) {
  const bool elsewhere = invocation.has("root") && invocation.value("root") != "/";
  const Result<inventory::Inventory> inventory = elsewhere ? inventory::read_inventory(invocation.value("root"))
                                                           : inventory::read_inventory("/", ask_hypervisor());
  if (!inventory) {
    return Error(inventory.error()).with_context("read the machine");
  }
  const std::string text = inventory::write_inventory(*inventory);
  if (!invocation.has("output")) {
    console.print(text);
    return ExitCode::kDone;
  }
  if (const Result<void> written = replace_file(invocation.value("output"), text); !written) {
    return written.error();
  }
  return ExitCode::kDone;
}

}  // namespace bulkhead::launcher
