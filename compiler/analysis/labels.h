// A label of the log as a label of the spec, and a label in words.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/analysis/denials.h"

namespace bulkhead::analysis {

struct Label {
  std::optional<privilege::TypeId> type;  // nothing: none of this spec's
  // An object's role on a domain's type: Xen makes that label for a channel to the domain when no transition gives the
  // channel one of its own, which is to say that no connection declares it.
  bool is_undeclared_channel = false;
};

// "system_u:system_r:net_t".
[[nodiscard]] Label find_label(const privilege::PrivilegeSet& set, std::string_view context);

// "`control` (before it was sealed)", "the device `nic0`", "the channel between `net` and `blue`".
[[nodiscard]] std::string in_words(const SpecView& host, const Label& label);

// "xen", "default-irqs": what a role calls a label of the hypervisor's own; empty: it is none.
[[nodiscard]] std::string_view target_word(const privilege::PrivilegeSet& set, privilege::TypeId id);

// Whether a rule's target would be this label for a rule of the source's domain.
[[nodiscard]] bool is_target(const privilege::PrivilegeSet& set, const catalogue::Target& target,
                             privilege::TypeId source, privilege::TypeId id);

}  // namespace bulkhead::analysis
