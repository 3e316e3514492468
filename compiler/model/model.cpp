#include "bulkhead/model/model.h"

#include <algorithm>
#include <charconv>

namespace bulkhead::model {
namespace {

// "web-7" is instance 7 of `web`; "web-07" and "web-0" are nobody's.
std::optional<std::pair<std::string_view, std::uint64_t>> split_instance(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash + 1 == name.size() || name[dash + 1] == '0') return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data() + dash + 1, end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return std::pair(name.substr(0, dash), number);
}

DomainRange find_family(const std::vector<Domain>& domains, std::string_view family) {
  const auto begin = std::lower_bound(domains.begin(), domains.end(), family,
                                      [](const Domain& domain, std::string_view name) { return domain.family < name; });
  const auto end = std::upper_bound(begin, domains.end(), family,
                                    [](std::string_view name, const Domain& domain) { return name < domain.family; });
  return {DomainId{static_cast<std::uint32_t>(begin - domains.begin())}, static_cast<std::uint32_t>(end - begin)};
}

}  // namespace

DomainRange Model::find_range(std::string_view name) const {
  const DomainRange family = find_family(domains, name);
  if (!family.empty()) return family;
  const auto instance = split_instance(name);
  if (!instance) return {};
  const DomainRange of = find_family(domains, instance->first);
  // Instances are numbered from 1 without gaps.
  if (of.empty() || !at(of.first).instance || instance->second > of.count) return {};
  return {of[static_cast<std::uint32_t>(instance->second - 1)], 1};
}

std::vector<DomainId> Model::find(std::string_view name) const {
  const DomainRange range = find_range(name);
  std::vector<DomainId> found;
  found.reserve(range.count);
  for (std::uint32_t i = 0; i < range.count; ++i) found.push_back(range[i]);
  return found;
}

std::optional<DeviceId> Model::find_device(std::string_view name) const {
  const auto found =
      std::lower_bound(devices.begin(), devices.end(), name,
                       [](const Device& device, std::string_view sought) { return device.name < sought; });
  if (found == devices.end() || found->name != name) return std::nullopt;
  return DeviceId{static_cast<std::uint32_t>(found - devices.begin())};
}

}  // namespace bulkhead::model
