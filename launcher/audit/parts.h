// The parts of make_audit, a file each.
#pragma once

#include <vector>

#include "index.h"

namespace bulkhead::audit {

// What a domain can, for a reader: one statement for each reason, with all the targets that it applies to.
[[nodiscard]] std::vector<Statement> statements_of(const Index& index, std::size_t domain);

// Flags by page::powers(): running and, of the control domain, booting.
struct HeldPowers {
  std::vector<bool> running;
  std::vector<bool> booting;
};
[[nodiscard]] HeldPowers powers_of(const Index& index, std::size_t domain);

// Who holds what over whom, by pairs of domains; columns after the domains are devices and the hypervisor.
[[nodiscard]] std::vector<MatrixEntry> matrix_of(const Index& index);
// Of all domains: others that hold permissions over their labels, those with the same together.
[[nodiscard]] std::vector<std::vector<Holders>> holders_over(const Index& index);
// Of all domains: how many others they have nothing to do with.
[[nodiscard]] std::vector<std::size_t> count_unrelated(const Index& index);

// What was compiled beside what was answered.
[[nodiscard]] std::vector<Compared> compare_domain(const Index& index, std::size_t domain);
[[nodiscard]] std::vector<DeviceAudit> compare_devices(const Index& index);

// Verdict, comments, facts, digests, limits.
void set_summary(Audit& audit, const Index& index);

}  // namespace bulkhead::audit
