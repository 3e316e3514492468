// The questions that a reader asks of a domain ("can it load a policy?"), as permissions. The answers come from the
// privileges; a power that nobody asks about is still in the full lists.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "index.h"

namespace bulkhead::report {

// On whose label the permission counts.
enum class Scope : std::uint8_t {
  kAny,
  kOtherDomain,    // a label of another domain, as it runs or while it is built
  kRunningDomain,  // the label of another domain as it runs
  kBuildingDomain,
  kChannel,  // an event channel with another domain
};

struct Power {
  std::string_view what;  // after "can": "load another policy"
  std::string_view access_class;
  std::string_view permissions;  // separated by blanks; one is enough
  Scope scope = Scope::kAny;
};

[[nodiscard]] std::span<const Power> powers();

// Whether the label holds the power. Looked up for all labels at once: `Powers` compiles the table for a release.
class Powers {
 public:
  explicit Powers(const Index& index);
  // One flag for each of powers(): does any grant of `source` give it?
  [[nodiscard]] std::vector<bool> held_by(privilege::TypeId source) const;

 private:
  struct Question {
    std::size_t power = 0;
    abi::AccessVector permissions = 0;
    Scope scope = Scope::kAny;
  };
  [[nodiscard]] bool is_in_scope(Scope scope, privilege::TypeId source, privilege::TypeId target) const;

  const Index& index_;
  std::vector<std::vector<Question>> of_class_;  // by ClassId
};

}  // namespace bulkhead::report
