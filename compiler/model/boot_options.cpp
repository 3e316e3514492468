#include "bulkhead/model/boot_options.h"

#include <algorithm>

#include "bulkhead/base/text.h"

namespace bulkhead::model {
namespace {

// "(0000:00:03.0)(0000:00:05.0)", by address.
std::string hidden_devices(const Model& model) {
  std::vector<std::string> addresses;
  for (const Device& device : model.devices) {
    if (device.owner && *device.owner != model.hardware && device.pci) {
      addresses.push_back("(" + device.pci->text() + ")");
    }
  }
  std::sort(addresses.begin(), addresses.end());
  return join(addresses, "");
}

bool sets(const std::string& command_line, std::string_view option) {
  const auto words = split(command_line, ' ');
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return word == option || word.starts_with(std::string(option) + "=");
  });
}

void add(std::string& command_line, std::string_view word) {
  if (!command_line.empty()) {
    command_line += ' ';
  }
  command_line += word;
}

}  // namespace

std::string kernel_command_line(const Model& model, const Domain& domain) {
  std::string line = domain.command_line;
  if (domain.is_control && model.split && !sets(line, "pci")) {
    add(line, "pci=off");
  }
  if (domain.is_hardware) {
    const std::string hidden = hidden_devices(model);
    if (!hidden.empty() && !sets(line, "xen-pciback.hide")) {
      add(line, "xen-pciback.hide=" + hidden);
    }
  }
  return line;
}

}  // namespace bulkhead::model
