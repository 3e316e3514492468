// The picture and the matrix of the host, out of the audit.
#include <map>

#include <fmt/format.h>

#include "bulkhead/page/matrix.h"
#include "bulkhead/page/picture.h"
#include "html.h"

namespace bulkhead::audit {

namespace {

std::vector<page::Member> members_of(const Audit& audit) {
  std::vector<page::Member> members;
  members.reserve(audit.domains.size());
  for (const DomainAudit& domain : audit.domains) {
    page::Member member{domain.name, domain.family, domain.role, domain.column};
    if (!domain.findings.empty()) {
      member.mark = fmt::format("{} {}", domain.findings.size(), domain.findings.size() == 1 ? "finding" : "findings");
    }
    members.push_back(std::move(member));
  }
  return members;
}

}  // namespace

std::string picture_html(const Audit& audit) {
  page::Picture picture;
  std::map<std::string_view, std::size_t> places;
  const std::vector<page::Member> members = members_of(audit);
  for (std::size_t i = 0; i < members.size(); ++i) {
    picture.domains.push_back({members[i], audit.domains[i].devices});
    places[audit.domains[i].name] = i;
  }
  for (const ConnectionAudit& connection : audit.connections) {
    picture.connections.push_back({connection.kind, places.at(connection.server), places.at(connection.client)});
  }
  const page::PictureHtml drawn = page::picture_html(picture);
  return fmt::format(
      "<h2 id=\"picture\">The host</h2>\n<p class=\"note\">One box for each {}. Lines: what one serves to another; "
      "consoles and xenstore stand in the boxes. That control builds every domain is not drawn.</p>\n{}",
      drawn.of, drawn.html);
}

std::string matrix_html(const Audit& audit) {
  page::Matrix matrix{members_of(audit), {"devices", "hypervisor"}, {}, true};
  for (const MatrixEntry& entry : audit.matrix) {
    matrix.cells[{entry.row, entry.column}] = {entry.count, entry.names};
  }
  const page::MatrixHtml drawn = page::matrix_html(matrix);
  return fmt::format(
      "<h2 id=\"matrix\">Privileges</h2>\n<p class=\"note\">How many distinct permissions the row holds over the "
      "column, "
      "one row for each {}; the tooltip names them, and so does the domain's part below. Of the control domain: before "
      "and after sealing together.</p>\n{}",
      drawn.of, drawn.html);
}

}  // namespace bulkhead::audit
