// Who holds how much over whom, as a table of HTML. In: domains and what each holds over each other one. Out: a row
// and a column for each of them; those that are alike share one, so that 200 domains can be read.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/page/groups.h"

namespace bulkhead::page {

struct MatrixCell {
  std::size_t count = 0;  // permissions
  std::string names;      // "grant: copy map_read; event: send"
  bool operator==(const MatrixCell&) const = default;
};

struct Matrix {
  std::vector<Member> members;
  std::vector<std::string> more_columns;  // after the members: "devices", "hypervisor"
  // Row and column; a column beyond the members is one of more_columns.
  std::map<std::pair<std::size_t, std::size_t>, MatrixCell> cells;
  bool is_filtered = false;  // rows carry all their names, for Script::kFilter
};

struct MatrixHtml {
  std::string_view of;  // as Groups
  std::string html;
};
[[nodiscard]] MatrixHtml matrix_html(const Matrix& matrix);

}  // namespace bulkhead::page
