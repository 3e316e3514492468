// The audit as values, before it becomes text or HTML: which sections there are and what each says. Both forms say the
// same because both print this.
#pragma once

#include <string>
#include <vector>

#include "powers.h"
#include "statements.h"

namespace bulkhead::report {

// More domains than this, and instances of a family with the same privileges share a section.
inline constexpr std::size_t kFoldAbove = 200;

struct Labelled {
  privilege::Phase phase{};
  privilege::TypeId type{};
  std::size_t permissions = 0;  // distinct class.permission
  std::size_t targets = 0;
};

// Domains that hold the same over one domain.
struct HolderGroup {
  std::vector<model::DomainId> domains;
  std::vector<abi::AccessVector> permissions;  // by ClassId
};

struct Section {
  std::vector<model::DomainId> members;  // the first speaks for all
  std::vector<Labelled> labels;          // running, then booting
  std::vector<Statement> can;
  std::vector<std::string_view> cannot;         // of the running label
  std::vector<std::string_view> cannot_sealed;  // the control domain: what it cannot any more once it is sealed
  std::vector<HolderGroup> reached_by;
  std::size_t unrelated = 0;  // domains without any permission or connection to or from it
  std::vector<privilege::UnreviewedOperation> unreviewed;
};

// Who has one of the powers, by label.
struct PowerHolders {
  std::string_view what;
  std::vector<model::DomainId> running;
  std::vector<model::DomainId> booting;  // only those that do not keep it
};

struct Risk {
  std::string finding;
  std::string about;
  std::string reason;
  std::string origin;
};

struct Audit {
  std::vector<std::pair<std::string, std::string>> summary;
  std::vector<PowerHolders> powers;
  std::vector<Risk> risks;
  std::vector<Section> sections;
  std::size_t unreviewed = 0;  // domains that reach operations outside XSA-77
  std::vector<std::string_view> limits;
};

[[nodiscard]] Audit make_audit(const Index& index);
[[nodiscard]] std::string audit_as_text(const Index& index, const Audit& audit);
[[nodiscard]] std::string audit_as_html(const Index& index, const Audit& audit);

// Domains with the same privileges, but for their own names, side by side; without folding each stands alone.
[[nodiscard]] std::vector<std::vector<model::DomainId>> fold_domains(const Index& index,
                                                                     const std::vector<std::vector<Holder>>& holders);

// "web-1", or "web-1 and 39 more of web".
[[nodiscard]] std::string section_title(const Index& index, const Section& section);
// Role, type, number, memory, devices: what the domain is.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> facts_of(const Index& index, const Section& section);
// "3 distinct permissions over 7 labels"
[[nodiscard]] std::string count_text(const Labelled& label);

}  // namespace bulkhead::report
