// Two policies in one numbering: the names of both, and the rows of each in the numbers that both share.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/analysis/diff.h"

namespace bulkhead::analysis {

inline constexpr std::uint32_t kAbsent = UINT32_MAX;

// Two sorted lists of names as one, with the place of each in either.
struct Merged {
  std::vector<std::string> names;
  std::vector<std::uint32_t> in[2];    // by place in `names`: the place in A or B, or kAbsent
  std::vector<std::uint32_t> from[2];  // the reverse
};
[[nodiscard]] Merged merge(const std::vector<std::string>& a, const std::vector<std::string>& b);

// The classes of both, each with the permissions of both: A's in their order, then those that only B has.
struct MergedClasses {
  Merged names;
  std::vector<std::vector<std::string>> permissions;
  std::vector<std::vector<unsigned>> bit[2];  // by own class, own bit: the bit in `permissions`
};
[[nodiscard]] MergedClasses merge_classes(const Rights& a, const Rights& b);

// Reads the rows of one side in the numbers that both share. Keeps references.
class Side {
 public:
  Side(Rights& rights, std::size_t side, const Merged& types, const MergedClasses& classes)
      : rights_(&rights), side_(side), types_(&types), classes_(&classes) {}

  // Empty when this side does not have the source; valid until the next call.
  const RightsRow& read(std::uint32_t source);
  [[nodiscard]] AccessChange describe(std::uint32_t source, const RightsCell& cell) const;
  // The statements behind a cell, or those behind any permission of the same source, target and class.
  [[nodiscard]] std::vector<std::string> origins(std::uint32_t source, const RightsCell& cell) const;
  // What the type is in this side's words; nothing when it does not have it or does not say.
  [[nodiscard]] std::optional<RightsParty> party(std::uint32_t type) const;

 private:
  [[nodiscard]] std::uint64_t shared_permissions(const RightsCell& cell) const;

  Rights* rights_;
  std::size_t side_;
  const Merged* types_;
  const MergedClasses* classes_;
  RightsRow row_;
};

// Who each type is, by its place in the merged names.
struct Parties {
  std::vector<RightsParty> of_type;
  std::vector<std::string> domains;      // sorted
  std::vector<std::uint32_t> domain_of;  // by type: place in `domains`, or kAbsent
  std::vector<std::uint32_t> peer_of;    // likewise; of a channel between two
};
[[nodiscard]] Parties find_parties(const Merged& types, const Side& a, const Side& b);

// Fills `new_flows` and `lost_flows`.
void compare_flows(const Parties& parties, const Merged& types, const MergedClasses& classes,
                   const catalogue::Catalogue& catalogue, Side& a, Side& b, PolicyDiff& diff);

}  // namespace bulkhead::analysis
