// What a question about flows is asked of: a spec, a folder that compile wrote, or any binary policy for Xen. In: a
// path. Out: the policy and whose labels are whose; with a spec, its host, so that answers name its lines.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/flow/flow_graph.h"
#include "pipeline.h"

namespace bulkhead::driver {

// Parts refer to each other by address, so it stays where it is made.
struct Subject {
  std::string path;
  std::unique_ptr<Host> host;  // of a spec
  SourceSet sources;           // of the catalogue, when there is no host
  std::optional<catalogue::Catalogue> own_catalogue;
  flask::BinaryPolicy policy;
  bool is_derived = false;  // the policy is what the spec gives, not one that was read
  flow::Parties parties;

  [[nodiscard]] const catalogue::Catalogue& catalogue() const { return host ? *host->catalogue : *own_catalogue; }
  [[nodiscard]] bool accepted() const { return host == nullptr || host->accepted(); }
};

// `policy_path`: the binary that a spec is judged by, in place of what it derives; empty: none.
[[nodiscard]] Result<std::unique_ptr<Subject>> load_subject(const std::string& path, const std::string& policy_path,
                                                            StageClock& clock);

// The parties that a name stands for: a domain, a family of instances, or a label; empty when there is none.
[[nodiscard]] std::vector<flow::PartyId> find_parties(const Subject& subject, const std::string& name);
// "there is no domain `x`; did you mean `y`?"
[[nodiscard]] std::string unknown_party(const Subject& subject, const std::string& name);

// "booting", "sealed" or anything else for both.
[[nodiscard]] flow::Life life_of(const std::string& phase);

// One cell in words: "control_t blue_t:grant { map_read }".
[[nodiscard]] std::string cell_text(const flask::BinaryPolicy& policy, flask::TypeValue source, flask::TypeValue target,
                                    flask::ClassValue access_class, flask::AccessVector permissions);

// Why a cell is there: the statement of the spec and the rule of policy/, or the rule in the binary.
struct Provenance {
  std::string via;     // role or connection; empty: unknown
  std::string origin;  // the spec's line
  std::string reason;  // of the first permission
  std::string rule;    // its place in policy/
  std::string binary;  // "allow a b:c { … };" and where it stands; empty when no binary was read
};
[[nodiscard]] std::vector<Provenance> provenance_of(const Subject& subject, flask::TypeValue source,
                                                    flask::TypeValue target, flask::ClassValue access_class,
                                                    flask::AccessVector permissions);

}  // namespace bulkhead::driver
