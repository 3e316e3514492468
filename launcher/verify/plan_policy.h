// The plan's expectations as questions: what may a label do, what comes of two labels. Built once for a comparison;
// answers are binary searches. What the plan does not know is denied.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/plan/launch_plan.h"

namespace bulkhead::verify {

// What comes of a pair when no rule says otherwise (xen/xsm/flask/ss/services.c, security_compute_sid).
[[nodiscard]] std::string default_label(std::string_view class_name, const std::string& source,
                                        const std::string& target);

class PlanPolicy {
 public:
  using Label = std::uint32_t;  // index into Expectations::labels

  explicit PlanPolicy(const plan::LaunchPlan& plan) : plan_(plan), expected_(plan.expectations) {}

  [[nodiscard]] std::optional<Label> label(std::string_view text) const;
  [[nodiscard]] std::optional<Label> initial(std::string_view sid_name) const;
  [[nodiscard]] const std::string& text(Label label) const { return expected_.labels[label]; }
  // All permissions of a class; none of a class that the plan has not.
  [[nodiscard]] std::uint32_t vector(Label source, Label target, std::string_view class_name) const;
  [[nodiscard]] bool allows(Label source, Label target, std::string_view class_name, std::string_view permission) const;
  [[nodiscard]] std::string transition(Label source, Label target, std::string_view class_name) const;

  // The labels that a domain has in its life: running, booting or building.
  [[nodiscard]] std::vector<Label> labels_of(std::uint32_t domid) const;
  // The same as another domain's label sees them: a rule may give a domain that looks at itself, or at what it serves,
  // a label of its own for that.
  [[nodiscard]] std::vector<Label> seen_by(Label viewer, std::uint32_t domid) const;
  // Whether any label of one domain has the permission on any label of the other.
  [[nodiscard]] bool domain_may(std::uint32_t source, std::uint32_t target, std::string_view class_name,
                                std::string_view permission) const;

 private:
  [[nodiscard]] std::optional<std::uint32_t> class_number(std::string_view name) const;
  [[nodiscard]] const plan::Transition* rule(Label source, Label target, std::uint32_t class_number) const;

  const plan::LaunchPlan& plan_;
  const plan::Expectations& expected_;
};

}  // namespace bulkhead::verify
