#include "bulkhead/report/report.h"

#include "audit.h"

namespace bulkhead::report {

Reports reports(const Inputs& inputs) {
  const Index index(inputs);
  const Audit audit = make_audit(index);
  return {audit_as_text(index, audit), audit_as_html(index, audit)};
}

std::string report_text(const Inputs& inputs) {
  const Index index(inputs);
  return audit_as_text(index, make_audit(index));
}

std::string report_html(const Inputs& inputs) {
  const Index index(inputs);
  return audit_as_html(index, make_audit(index));
}

}  // namespace bulkhead::report
