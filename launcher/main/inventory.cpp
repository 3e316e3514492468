// inventory: what Linux shows of the machine, as the file that a spec's `host.inventory` names.
#include "bulkhead/inventory/inventory.h"

#include "actions.h"
#include "bulkhead/base/files.h"

namespace bulkhead::launcher {

Result<ExitCode> run_inventory(const Invocation& invocation, Console& console) {
  const std::string root = invocation.value("root");
  const Result<inventory::Inventory> inventory = inventory::read_inventory(root.empty() ? "/" : root);
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
