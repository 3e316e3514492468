#include <bit>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "html.h"

namespace bulkhead::report {

using privilege::TypeKind;

namespace {

using Vectors = std::vector<abi::AccessVector>;  // by ClassId

// Row to column; after the groups come the columns of devices and of the hypervisor's own labels.
class Matrix {
 public:
  Matrix(const Index& index, const Groups& groups);
  [[nodiscard]] std::string write() const;

 private:
  void add(std::size_t row, std::size_t column, const privilege::Grant& grant);
  void add(const privilege::Grant& grant);
  void write_cell(std::string& out, std::size_t row, std::size_t column) const;

  const Index& index_;
  const Groups& groups_;
  std::map<std::pair<std::size_t, std::size_t>, Vectors> cells_;
};

Matrix::Matrix(const Index& index, const Groups& groups) : index_(index), groups_(groups) {
  for (const privilege::Grant& grant : index.set().allow) {
    const TypeKind kind = index.type(grant.source).kind;
    if (kind == TypeKind::kRunning || kind == TypeKind::kBooting) {
      add(grant);
    }
  }
}

void Matrix::add(const privilege::Grant& grant) {
  const privilege::Type& source = index_.type(grant.source);
  const privilege::Type& target = index_.type(grant.target);
  if (!source.domain) {
    return;
  }
  const std::size_t row = groups_.of_domain[model::index(*source.domain)];
  const auto group_of = [&](model::DomainId id) { return groups_.of_domain[model::index(id)]; };
  if (target.kind == TypeKind::kDevice) {
    add(row, groups_.all.size(), grant);
  } else if (!target.domain) {
    add(row, groups_.all.size() + 1, grant);
  } else if (target.kind != TypeKind::kChannel || !target.peer) {
    add(row, group_of(*target.domain), grant);
  } else {
    // A channel counts towards the other end; the builder, which is neither, towards both.
    for (const model::DomainId end : {*target.domain, *target.peer}) {
      if (end != *source.domain) {
        add(row, group_of(end), grant);
      }
    }
  }
}

void Matrix::add(std::size_t row, std::size_t column, const privilege::Grant& grant) {
  Vectors& vectors = cells_.try_emplace({row, column}, index_.set().abi->classes.size(), 0).first->second;
  vectors[static_cast<std::size_t>(grant.access_class)] |= grant.permissions;
}

void Matrix::write_cell(std::string& out, std::size_t row, std::size_t column) const {
  const auto found = cells_.find({row, column});
  if (found == cells_.end()) {
    out += "<td class=\"none\">·</td>";
    return;
  }
  int count = 0;
  for (const abi::AccessVector vector : found->second) {
    count += std::popcount(vector);
  }
  const int heat = count <= 2 ? 1 : count <= 6 ? 2 : count <= 12 ? 3 : 4;
  fmt::format_to(std::back_inserter(out), "<td class=\"h{}{}\" title=\"{}\">{}</td>", heat,
                 row == column ? " self" : "", escaped(vectors_text(index_, found->second)), count);
}

std::string Matrix::write() const {
  std::string out = "<div class=\"scroll\"><table class=\"matrix\"><thead><tr><td></td>";
  for (const Groups::Group& group : groups_.all) {
    fmt::format_to(std::back_inserter(out), "<th>{}</th>", escaped(group.name));
  }
  out += "<th>devices</th><th>hypervisor</th></tr></thead><tbody>\n";
  for (std::size_t row = 0; row < groups_.all.size(); ++row) {
    fmt::format_to(std::back_inserter(out), "<tr><th>{}</th>", escaped(groups_.all[row].name));
    for (std::size_t column = 0; column < groups_.all.size() + 2; ++column) {
      write_cell(out, row, column);
    }
    out += "</tr>\n";
  }
  out += "</tbody></table></div>\n";
  return out;
}

}  // namespace

std::string html_matrix(const Index& index, const Groups& groups) {
  return Matrix(index, groups).write();
}

}  // namespace bulkhead::report
