#include "bulkhead/page/matrix.h"

#include <iterator>
#include <set>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/page/html.h"
#include "bulkhead/page/names.h"

namespace bulkhead::page {

namespace {

// What fits beside each other on a wide screen with the names turned; and what a browser still scrolls through.
constexpr Limits kLimits{.one_by_one = 24, .groups = 240};

using Cells = std::map<std::pair<std::size_t, std::size_t>, MatrixCell>;

std::vector<Relation> relations(const Matrix& matrix) {
  std::map<std::pair<std::size_t, std::string_view>, std::uint64_t> values;
  std::vector<Relation> relations;
  relations.reserve(matrix.cells.size());
  for (const auto& [place, cell] : matrix.cells) {
    const std::uint64_t value = values.try_emplace({cell.count, cell.names}, values.size()).first->second;
    relations.push_back({place.first, place.second, value});
  }
  return relations;
}

// Of members that share a row one cell stands for all that say the same. Those of a family or a role need not: then
// the largest, and what each of them holds.
Cells fold(const Matrix& matrix, const Groups& groups) {
  std::map<std::pair<std::size_t, std::size_t>, std::set<std::string_view>> names;
  Cells cells;
  for (const auto& [place, cell] : matrix.cells) {
    const std::size_t column = place.second < matrix.members.size()
                                   ? groups.of_member[place.second]
                                   : groups.all.size() + place.second - matrix.members.size();
    const std::pair at{groups.of_member[place.first], column};
    MatrixCell& folded = cells[at];
    folded.count = std::max(folded.count, cell.count);
    if (names[at].insert(cell.names).second) {
      folded.names += (folded.names.empty() ? "" : " | ") + cell.names;
    }
  }
  return cells;
}

void write_cell(std::string& out, const MatrixCell& cell, bool is_self) {
  const int heat = cell.count <= 2 ? 1 : cell.count <= 6 ? 2 : cell.count <= 12 ? 3 : 4;
  fmt::format_to(std::back_inserter(out), "<td class=\"h{}{}\" title=\"{}\">{}</td>", heat, is_self ? " self" : "",
                 escaped(cell.names), cell.count);
}

void write_row(std::string& out, const Matrix& matrix, const Groups& groups, const Cells& cells, std::size_t row) {
  const Groups::Group& group = groups.all[row];
  std::vector<std::string> names;
  std::string mark;
  for (const std::size_t member : group.members) {
    mark = mark.empty() ? matrix.members[member].mark : mark;
    names.push_back(matrix.members[member].name);
  }
  fmt::format_to(std::back_inserter(out), "<tr{}><th scope=\"row\"{}>{}{}</th>",
                 matrix.is_filtered ? fmt::format(" data-names=\"{}\"", escaped(join(names, " "))) : "",
                 names.size() > 1 ? fmt::format(" title=\"{}\"", escaped(join_some(names))) : "", escaped(group.name),
                 mark.empty() ? "" : fmt::format(" <span class=\"no\" title=\"{}\">!</span>", escaped(mark)));
  std::size_t last = 0;
  const auto none_until = [&](std::size_t column) {
    for (; last < column; ++last) {
      out += "<td class=\"none\">·</td>";
    }
    ++last;
  };
  for (auto cell = cells.lower_bound({row, 0}); cell != cells.end() && cell->first.first == row; ++cell) {
    none_until(cell->first.second);
    write_cell(out, cell->second, cell->first.second == row);
  }
  none_until(groups.all.size() + matrix.more_columns.size());
  out += "</tr>\n";
}

}  // namespace

MatrixHtml matrix_html(const Matrix& matrix) {
  const Groups groups = group(matrix.members, relations(matrix), kLimits);
  const Cells cells = fold(matrix, groups);
  std::string out =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"matrix of privileges\"><table "
      "class=\"matrix\"><thead><tr><td></td>";
  for (const Groups::Group& column : groups.all) {
    fmt::format_to(std::back_inserter(out), "<th scope=\"col\">{}</th>", escaped(column.name));
  }
  for (const std::string& column : matrix.more_columns) {
    fmt::format_to(std::back_inserter(out), "<th scope=\"col\">{}</th>", escaped(column));
  }
  out += "</tr></thead><tbody>\n";
  for (std::size_t row = 0; row < groups.all.size(); ++row) {
    write_row(out, matrix, groups, cells, row);
  }
  out += "</tbody></table></div>\n";
  return {groups.of, std::move(out)};
}

}  // namespace bulkhead::page
