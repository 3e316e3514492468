// The questions that a reader asks of a domain ("can it load a policy?"), as permissions. Data for every report: who
// holds what is the reports' own matter. A power that nobody asks about is still in the full lists.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace bulkhead::page {

// On whose label the permission counts.
enum class Scope : std::uint8_t {
  kAny,
  kOtherDomain,    // a label of another domain, as it runs or while it is built
  kRunningDomain,  // the label of another domain as it runs
  kBuildingDomain,
  kChannel,  // an event channel with another domain
};

// What a label stands for, seen from the domain that holds the permission.
enum class Target : std::uint8_t {
  kOwn,       // a label of the domain itself
  kRunning,   // of another domain as it runs
  kBuilding,  // of another domain while it is built
  kChannel,
  kOther,  // a device, or the hypervisor's own
};
[[nodiscard]] bool is_in_scope(Scope scope, Target target);

struct Power {
  std::string_view what;  // after "can": "load another policy"
  std::string_view access_class;
  std::string_view permissions;  // separated by blanks; one is enough
  Scope scope = Scope::kAny;
};

// In the order in which they hurt.
[[nodiscard]] std::span<const Power> powers();

}  // namespace bulkhead::page
