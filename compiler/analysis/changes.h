// Which changes of a spec might give what was denied: connections that the data have for it, a domain that may be
// rebuilt, a device given to who asked for it, and at last a role of its own. Candidates only: each has to be tried.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "labels.h"
#include "trial.h"

namespace bulkhead::analysis {

struct DeniedCell {
  Label source;
  Label target;
  std::optional<model::DomainId> caller;  // by the domain's number in the log
  std::string access_class;
  std::vector<std::string> permissions;
  std::vector<std::string> objects;
};

// The cell that the change has to give; the target may have another label in the changed spec.
struct Candidate {
  Change change;
  bool is_last_resort = false;
  std::string source;
  std::string target;  // empty: the channel between the two domains
  std::string domains[2];
  bool is_from_channel = false;  // the channel is the source, and `target` the domain at its other end
};

[[nodiscard]] std::vector<Candidate> candidates(const SpecView& host, const DeniedCell& denied);

// The same with an acceptance of what Xen does not support delegating.
[[nodiscard]] Change accepting_unreviewed(const Change& change, const std::string& family);

}  // namespace bulkhead::analysis
