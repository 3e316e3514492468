// libsepol's answers about a binary policy, for tests: another implementation than ours. Contexts are those of the
// policy's first user with role object_r, which goes with every type.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "bulkhead/base/result.h"
#include "bulkhead/flask/access.h"

namespace bulkhead::test {

struct SepolAnswer {
  flask::AccessVector allowed = 0;
  flask::AccessVector audit_allow = 0;
  flask::AccessVector audit_deny = 0;
};

// libsepol keeps the policy that it answers for in a static variable: one oracle at a time.
class SepolOracle {
 public:
  static Result<SepolOracle> read(const std::string& bytes);
  SepolOracle(SepolOracle&& other) noexcept;
  SepolOracle& operator=(SepolOracle&& other) noexcept;
  SepolOracle(const SepolOracle&) = delete;
  SepolOracle& operator=(const SepolOracle&) = delete;
  ~SepolOracle();

  void set_booleans(const flask::BooleanSetting& setting);
  [[nodiscard]] SepolAnswer access(flask::TypeValue source, flask::TypeValue target,
                                   flask::ClassValue target_class) const;
  // The type of a new object; libsepol's own default where no rule says.
  [[nodiscard]] flask::TypeValue transition(flask::TypeValue source, flask::TypeValue target,
                                            flask::ClassValue target_class) const;

 private:
  struct State;
  explicit SepolOracle(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace bulkhead::test
