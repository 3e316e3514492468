// Which of the powers that a reader asks about (bulkhead/page/powers.h) a label holds, by the privileges.
#pragma once

#include <vector>

#include "bulkhead/page/powers.h"
#include "index.h"

namespace bulkhead::report {

// Whether the label holds the power. Looked up for all labels at once: `Powers` compiles the table for a release.
class Powers {
 public:
  explicit Powers(const Index& index);
  // One flag for each of powers(): does any grant of `source` give it?
  [[nodiscard]] std::vector<bool> held_by(privilege::TypeId source) const;

 private:
  struct Question {
    std::size_t power = 0;
    abi::AccessVector permissions = 0;
    page::Scope scope = page::Scope::kAny;
  };
  [[nodiscard]] bool is_in_scope(page::Scope scope, privilege::TypeId source, privilege::TypeId target) const;

  const Index& index_;
  std::vector<std::vector<Question>> of_class_;  // by ClassId
};

}  // namespace bulkhead::report
