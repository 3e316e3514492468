// Why a domain may do something, or what is missing. In: a question in names of the spec or of the policy. Out: every
// cell of the derived privileges that answers it, each with the statement of the spec, the rule of policy/ and its
// reason; where nothing is granted, the connections and roles that would grant it, and what would forbid it. Rules for
// event channels go by the label of the channel between two domains; a question about the two includes it. A resource
// of the machine stands for the device that has it: `irq:23`, `port:0x3f8`, `frame:0xfebe4`, `pci:0000:00:03.0`.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/analysis/obstacles.h"
#include "bulkhead/base/source.h"
#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/model/model.h"
#include "bulkhead/privilege/privileges.h"

namespace bulkhead::analysis {

struct WhyQuestion {
  std::string source;  // a domain, a family of instances, a device, a type, or a fixed target; empty: anyone
  std::string target;  // likewise, such as `xen`; not empty
  std::optional<std::string> access_class;
  std::optional<std::string> permission;  // only with a class
};

struct WhyPermission {
  std::string name;
  std::string reason;
  Span place;  // of the permission in policy/, or in the spec for a role of its own
};

// One rule, applied once.
struct WhyReason {
  std::string via;  // the role or connection
  bool is_role = false;
  privilege::Phase phase = privilege::Phase::kRunning;
  Span origin;  // the statement of the spec
  std::vector<WhyPermission> permissions;
};

struct WhyCell {
  std::string source;  // types
  std::string target;
  std::string access_class;
  std::vector<std::string> permissions;  // of those asked for
  std::vector<WhyReason> reasons;
};

// A way to get what was asked for.
struct WhyRemedy {
  bool is_role = false;
  bool declared =
      true;  // may stand under `connections:`; else the compiler adds it where other keys of the spec ask for it
  std::string name;                    // of the connection or role
  std::array<std::string, 2> ends;     // of a connection: what each end is called
  std::array<std::string, 2> domains;  // and which domain that would be; empty: any
  std::string unfit;                   // why the domains cannot take these ends as they are; empty: they can
  std::string access_class;
  std::vector<WhyPermission> permissions;
};

// The label that Xen gives to what the source makes towards the target.
struct WhyTransition {
  std::string source;  // types
  std::string target;
  std::string access_class;
  std::string result;
  Span origin;
};

struct WhyAnswer {
  std::vector<std::string> problems;       // names that do not exist; then the rest is empty
  std::vector<std::string> notes;          // whose a resource is
  std::vector<WhyCell> cells;              // by source, target, class
  std::vector<WhyTransition> transitions;  // likewise; not when a permission was asked for
  std::vector<WhyRemedy> remedies;         // only when there is no cell
  std::vector<Obstacle> obstacles;         // likewise, and when a permission was asked for

  [[nodiscard]] bool granted() const { return !cells.empty(); }
};

[[nodiscard]] WhyAnswer why(const model::Model& model, const catalogue::Catalogue& catalogue,
                            const privilege::Derived& derived, const WhyQuestion& question);

// The reasons behind a rule of a policy: of one of its cells. Nothing when the spec does not have it.
[[nodiscard]] std::optional<WhyCell> why_cell(const catalogue::Catalogue& catalogue, const privilege::Derived& derived,
                                              const std::string& source, const std::string& target,
                                              const std::string& access_class, bool is_dontaudit);

}  // namespace bulkhead::analysis
