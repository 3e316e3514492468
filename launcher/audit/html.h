// The parts of the page that stand in files of their own.
#pragma once

#include <string>

#include "bulkhead/audit/audit.h"

namespace bulkhead::audit {

// One domain: can, cannot, because; what was compiled and what was answered.
[[nodiscard]] std::string domain_html(const Audit& audit, const DomainAudit& domain, bool open);
// Picture and matrix.
[[nodiscard]] std::string picture_html(const Audit& audit);
[[nodiscard]] std::string matrix_html(const Audit& audit);

}  // namespace bulkhead::audit
