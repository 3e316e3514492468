#include "bulkhead/plan/store_paths.h"

#include <array>

#include <fmt/format.h>

#include "bulkhead/base/check.h"

namespace bulkhead::plan {

namespace {

const XenbusClass& class_of(const Connection& connection) {
  const XenbusClass* found = xenbus_class(connection.kind);
  BULKHEAD_CHECK(found != nullptr, "only connections with nodes are asked for theirs");
  return *found;
}

std::uint32_t number_in_class(const Connection& connection) {
  if (connection.network) {
    return connection.network->handle;
  }
  return connection.disk ? connection.disk->device_number : 0;
}

}  // namespace

const XenbusClass* xenbus_class(std::string_view kind) {
  static constexpr std::array kClasses{
      XenbusClass{"network", "vif", "234", false},
      XenbusClass{"disk", "vbd", "234", true},
      XenbusClass{"pci", "pci", "34", false},
      XenbusClass{"vtpm", "vtpm", "234", false},
  };
  for (const XenbusClass& one : kClasses) {
    if (one.kind == kind) {
      return &one;
    }
  }
  return nullptr;
}

std::string domain_path(std::uint32_t domid) {
  return fmt::format("/local/domain/{}", domid);
}

std::string ready_path(std::uint32_t domid) {
  return domain_path(domid) + "/data/ready";
}

std::string front_end_path(const Connection& connection) {
  return fmt::format("{}/device/{}/{}", domain_path(connection.frontend_domid), class_of(connection).folder,
                     number_in_class(connection));
}

std::string back_end_path(const Connection& connection) {
  return fmt::format("{}/backend/{}/{}/{}", domain_path(connection.backend_domid), class_of(connection).folder,
                     connection.frontend_domid, number_in_class(connection));
}

}  // namespace bulkhead::plan
