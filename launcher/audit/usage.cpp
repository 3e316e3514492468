#include "bulkhead/audit/usage.h"

#include "json_object.h"

namespace bulkhead::audit {

namespace {

constexpr std::uint64_t kVersion = 1;

void read_permission(JsonObject& object, UsageOfDomain& domain) {
  if (object.text("use") != "unused") {
    return;
  }
  UnusedPermission permission{.source = object.text("source"),
                              .target = object.text("target"),
                              .access_class = object.text("class"),
                              .permission = object.text("permission"),
                              .reason = {},
                              .origin = {}};
  object.each("reasons", [&](JsonObject& reason) {
    if (permission.reason.empty()) {
      permission.reason = reason.text("reason");
      permission.origin = reason.text("origin");
    }
  });
  domain.unused.push_back(std::move(permission));
}

}  // namespace

Result<Usage> read_usage(std::string_view json) {
  Usage usage;
  const Result<void> read = read_json(json, [&](JsonObject& object) {
    object.version(kVersion);
    object.each("domains", [&](JsonObject& entry) {
      UsageOfDomain domain{.name = entry.text("name"),
                           .granted = entry.number("granted"),
                           .used = entry.number("used"),
                           .kept = entry.number("kept"),
                           .not_traced = entry.number("not_traced"),
                           .unused = {}};
      entry.each("permissions", [&](JsonObject& permission) { read_permission(permission, domain); });
      usage.domains.push_back(std::move(domain));
    });
  });
  if (!read) {
    return read.error();
  }
  return usage;
}

}  // namespace bulkhead::audit
