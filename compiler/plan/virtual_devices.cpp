#include "virtual_devices.h"

#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "bulkhead/base/digest.h"

namespace bulkhead::plan {
namespace {

struct DiskName {
  std::string_view bus;         // xvd, sd, hd
  std::uint32_t disk = 0;       // a is 0, z 25, aa 26
  std::uint32_t partition = 0;  // 0: the whole disk
};

DiskName take_apart(std::string_view name) {
  DiskName parts;
  const std::size_t prefix = name.starts_with("xvd") ? 3 : 2;
  parts.bus = name.substr(0, prefix);
  std::size_t at = prefix;
  std::uint32_t number = 0;
  for (; at < name.size() && name[at] >= 'a' && name[at] <= 'z'; ++at) {
    number = number * 26 + static_cast<std::uint32_t>(name[at] - 'a') + 1;
  }
  BULKHEAD_CHECK(number > 0, "the model has checked the names of disks");
  parts.disk = number - 1;
  std::from_chars(name.data() + at, name.data() + name.size(), parts.partition);
  return parts;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'F') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return text;
}

}  // namespace

std::uint32_t virtual_device_number(std::string_view name) {
  const DiskName parts = take_apart(name);
  if (parts.bus == "hd") {  // two disks each on the majors 3 and 22
    const std::uint32_t major = parts.disk < 2 ? 3 : 22;
    return (major << 8U) | ((parts.disk % 2) << 6U) | parts.partition;
  }
  if (parts.disk < 16 && parts.partition < 16) {
    const std::uint32_t major = parts.bus == "sd" ? 8 : 202;
    return (major << 8U) | (parts.disk << 4U) | parts.partition;
  }
  return (1U << 28U) | (parts.disk << 8U) | parts.partition;
}

void number_interfaces(std::vector<Connection>& connections, const std::vector<Domain>& domains,
                       std::string_view host_name) {
  std::map<std::uint32_t, std::string_view> names;
  for (const Domain& domain : domains) {
    names.emplace(domain.domid, domain.name);
  }
  std::map<std::uint32_t, std::uint32_t> next_handle;  // by front end
  std::set<std::string> taken;
  for (Connection& connection : connections) {
    if (connection.network) {
      connection.network->handle = next_handle[connection.frontend_domid]++;
      taken.insert(lower(connection.network->mac));
    }
  }
  for (Connection& connection : connections) {
    if (!connection.network || !connection.network->mac.empty()) {
      continue;
    }
    NetworkPart& network = *connection.network;
    for (unsigned attempt = 0; network.mac.empty(); ++attempt) {
      const std::string digest = sha256_hex(
          fmt::format("{}/{}/{}/{}", host_name, names.at(connection.frontend_domid), network.handle, attempt));
      const std::string mac =
          fmt::format("00:16:3e:{}:{}:{}", digest.substr(0, 2), digest.substr(2, 2), digest.substr(4, 2));
      if (taken.insert(mac).second) {
        network.mac = mac;
      }
    }
  }
}

}  // namespace bulkhead::plan
