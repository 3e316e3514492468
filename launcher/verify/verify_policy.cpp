#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "bulkhead/verify/verify.h"
#include "plan_policy.h"

namespace bulkhead::verify {

namespace {

using hypervisor::AccessVector;
using hypervisor::Hypervisor;
using hypervisor::Sid;

// One answer for each (source, target, class), in this order; of a label that the hypervisor does not know, none.
struct Answers {
  std::vector<std::optional<Sid>> sids;        // by label
  std::vector<AccessVector> vectors;           // all classes
  std::vector<std::uint32_t> created_classes;  // whose transitions are asked for
  std::vector<Sid> created;
  std::map<Sid, std::string> labels;  // of what `created` holds
};

// Findings up to the limit; the others are counted.
class Report {
 public:
  explicit Report(std::size_t limit) : limit_(limit) {}

  void add(std::string object, std::string found, std::string wanted) {
    if (findings_.size() < limit_) {
      findings_.push_back({"policy-differs", std::move(object), std::move(found), std::move(wanted), {}, {}});
    } else {
      ++dropped_;
    }
  }

  std::vector<Finding> finish() && {
    if (dropped_ != 0) {
      findings_.push_back({"policy-differs", "policy", fmt::format("{} more differences", dropped_), "none", {}, {}});
    }
    if (!findings_.empty()) {
      findings_.back().remedy =
          "boot Xen with the `xenpolicy` of this plan, or compile the spec again and use the plan that belongs to it";
    }
    return std::move(findings_);
  }

 private:
  std::size_t limit_;
  std::size_t dropped_ = 0;
  std::vector<Finding> findings_;
};

std::string permission_names(const plan::AccessClass& access_class, AccessVector vector) {
  std::string names;
  for (std::size_t bit = 0; bit < 32; ++bit) {
    if ((vector >> bit & 1U) != 0) {
      const bool known = bit < access_class.permissions.size();
      names += " " + (known ? access_class.permissions[bit] : fmt::format("bit-{}", bit));
    }
  }
  return names;
}

// Classes whose objects are made with a label of their own: domains (their self label), ports, and what a rule names.
std::vector<std::uint32_t> created_classes(const plan::Expectations& expected) {
  std::set<std::uint32_t> classes;
  for (std::size_t i = 0; i < expected.classes.size(); ++i) {
    if (expected.classes[i].name == "domain" || expected.classes[i].name == "event") {
      classes.insert(static_cast<std::uint32_t>(i + 1));
    }
  }
  for (const plan::Transition& transition : expected.transitions) {
    classes.insert(transition.access_class);
  }
  return {classes.begin(), classes.end()};
}

Result<void> ask_pair(const plan::Expectations& expected, Sid source, Sid target, Hypervisor& hypervisor,
                      Answers& answers) {
  for (std::size_t number = 1; number <= expected.classes.size(); ++number) {
    const auto vector = hypervisor.access(source, target, static_cast<std::uint16_t>(number));
    if (!vector) {
      return vector.error();
    }
    answers.vectors.push_back(*vector);
  }
  for (const std::uint32_t number : answers.created_classes) {
    const auto created = hypervisor.transition(source, target, static_cast<std::uint16_t>(number));
    if (!created) {
      return created.error();
    }
    answers.created.push_back(*created);
    if (answers.labels.contains(*created)) {
      continue;
    }
    const auto label = hypervisor.label_of(*created);
    if (!label) {
      return label.error();
    }
    answers.labels[*created] = *label;
  }
  return {};
}

Result<Answers> ask(const plan::Expectations& expected, Hypervisor& hypervisor, Report& report) {
  Answers answers;
  answers.created_classes = created_classes(expected);
  for (const std::string& label : expected.labels) {
    const auto sid = hypervisor.sid_of(label);
    if (!sid) {
      report.add("label " + label, "the hypervisor answers: " + sid.error().message(), "a label of the loaded policy");
    }
    answers.sids.push_back(sid ? std::optional(*sid) : std::nullopt);
  }
  for (const auto& source : answers.sids) {
    for (const auto& target : answers.sids) {
      if (!source || !target) {
        continue;
      }
      if (auto done = ask_pair(expected, *source, *target, hypervisor, answers); !done) {
        return done.error();
      }
    }
  }
  return answers;
}

void compare_vector(const plan::Expectations& expected, const plan::Cell& cell, AccessVector found, Report& report) {
  const plan::AccessClass& access_class = expected.classes[cell.access_class - 1];
  const std::string object =
      fmt::format("{} on {}, class {}", expected.labels[cell.source], expected.labels[cell.target], access_class.name);
  if (const AccessVector more = found & ~cell.vector; more != 0) {
    report.add(object, fmt::format("allowed are also {{{} }}", permission_names(access_class, more)),
               "that they are denied");
  }
  if (const AccessVector less = cell.vector & ~found; less != 0) {
    report.add(object, fmt::format("denied are {{{} }}", permission_names(access_class, less)),
               "that they are allowed");
  }
}

// Visits the answers as ask() put them, each with what the plan has for it; both lists of the plan are sorted.
class Comparison {
 public:
  Comparison(const plan::Expectations& expected, const Answers& answers, Report& report)
      : expected_(expected), answers_(answers), report_(report) {}

  void compare() {
    const auto count = static_cast<std::uint32_t>(expected_.labels.size());
    for (std::uint32_t source = 0; source < count; ++source) {
      for (std::uint32_t target = 0; target < count; ++target) {
        if (answers_.sids[source] && answers_.sids[target]) {
          compare_pair(source, target);
        }
      }
    }
  }

 private:
  void compare_pair(std::uint32_t source, std::uint32_t target) {
    for (std::uint32_t number = 1; number <= expected_.classes.size(); ++number) {
      const plan::Cell* cell = find(expected_.cells, source, target, number);
      compare_vector(expected_, cell != nullptr ? *cell : plan::Cell{source, target, number, 0},
                     answers_.vectors[vector_++], report_);
    }
    for (const std::uint32_t number : answers_.created_classes) {
      const plan::Transition* rule = find(expected_.transitions, source, target, number);
      const plan::AccessClass& access_class = expected_.classes[number - 1];
      const std::string wanted =
          rule != nullptr ? expected_.labels[rule->result]
                          : default_label(access_class.name, expected_.labels[source], expected_.labels[target]);
      const std::string& found = answers_.labels.at(answers_.created[created_++]);
      if (found != wanted) {
        report_.add(fmt::format("transition of {} with {}, class {}", expected_.labels[source],
                                expected_.labels[target], access_class.name),
                    fmt::format("label is {}", found), wanted);
      }
    }
  }

  template <typename Row>
  static const Row* find(const std::vector<Row>& rows, std::uint32_t source, std::uint32_t target,
                         std::uint32_t access_class) {
    const auto key = std::tie(source, target, access_class);
    const auto found = std::lower_bound(rows.begin(), rows.end(), key, [](const Row& row, const auto& wanted) {
      return std::tie(row.source, row.target, row.access_class) < wanted;
    });
    const bool there = found != rows.end() && std::tie(found->source, found->target, found->access_class) == key;
    return there ? &*found : nullptr;
  }

  const plan::Expectations& expected_;
  const Answers& answers_;
  Report& report_;
  std::size_t vector_ = 0;
  std::size_t created_ = 0;
};

}  // namespace

Result<MatrixAnswer> verify_policy(const plan::LaunchPlan& plan, std::size_t limit, Hypervisor& hypervisor) {
  Report report(limit);
  const auto answers = ask(plan.expectations, hypervisor, report);
  if (!answers) {
    return Error(answers.error()).with_context("ask the hypervisor about its policy");
  }
  Comparison(plan.expectations, *answers, report).compare();
  return MatrixAnswer{answers->vectors.size(), answers->created.size(), std::move(report).finish()};
}

}  // namespace bulkhead::verify
