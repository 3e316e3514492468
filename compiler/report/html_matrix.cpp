#include <bit>
#include <map>

#include "html.h"

namespace bulkhead::report {

using privilege::TypeKind;

namespace {

using Vectors = std::vector<abi::AccessVector>;  // by ClassId

// Row to column; after the domains come the columns of devices and of the hypervisor's own labels.
class Matrix {
 public:
  explicit Matrix(const Index& index);
  [[nodiscard]] page::Matrix make() const;

 private:
  void add(std::size_t row, std::size_t column, const privilege::Grant& grant);
  void add(const privilege::Grant& grant);

  const Index& index_;
  std::map<std::pair<std::size_t, std::size_t>, Vectors> cells_;
};

Matrix::Matrix(const Index& index) : index_(index) {
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
  const std::size_t row = model::index(*source.domain);
  const std::size_t domains = index_.model().domains.size();
  if (target.kind == TypeKind::kDevice) {
    add(row, domains, grant);
  } else if (!target.domain) {
    add(row, domains + 1, grant);
  } else if (target.kind != TypeKind::kChannel || !target.peer) {
    add(row, model::index(*target.domain), grant);
  } else {
    // A channel counts towards the other end; the builder, which is neither, towards both.
    for (const model::DomainId end : {*target.domain, *target.peer}) {
      if (end != *source.domain) {
        add(row, model::index(end), grant);
      }
    }
  }
}

void Matrix::add(std::size_t row, std::size_t column, const privilege::Grant& grant) {
  Vectors& vectors = cells_.try_emplace({row, column}, index_.set().abi->classes.size(), 0).first->second;
  vectors[static_cast<std::size_t>(grant.access_class)] |= grant.permissions;
}

page::Matrix Matrix::make() const {
  page::Matrix matrix{page_members(index_.model()), {"devices", "hypervisor"}, {}, false};
  for (const auto& [place, vectors] : cells_) {
    std::size_t count = 0;
    for (const abi::AccessVector vector : vectors) {
      count += static_cast<std::size_t>(std::popcount(vector));
    }
    matrix.cells[place] = {count, vectors_text(index_, vectors)};
  }
  return matrix;
}

}  // namespace

page::MatrixHtml html_matrix(const Index& index) {
  return page::matrix_html(Matrix(index).make());
}

}  // namespace bulkhead::report
