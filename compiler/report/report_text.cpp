#include <iterator>

#include <fmt/format.h>

#include "audit.h"
#include "bulkhead/base/render.h"

namespace bulkhead::report {

using privilege::Phase;
using privilege::TypeKind;

namespace {

class Text {
 public:
  explicit Text(const Index& index) : index_(index) {}

  std::string write(const Audit& audit);

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
  }
  void heading(std::string_view text);
  void pairs(const std::vector<std::pair<std::string, std::string>>& pairs);
  void powers(const std::vector<PowerHolders>& powers);
  void risks(const Audit& audit);
  void counts(const Audit& audit);
  void section(const Section& section);
  void statements(const Section& section);
  void list(std::string_view title, const std::vector<std::string_view>& items);

  const Index& index_;
  std::string out_;
};

std::string_view phase_title(Phase phase, TypeKind source, bool is_control) {
  if (source == TypeKind::kChannel) {
    return "Its event channels:";
  }
  switch (phase) {
    case Phase::kRunning:
      return is_control ? "Can, sealed:" : "Can:";
    case Phase::kBooting:
      return "Can, until it is sealed:";
    case Phase::kBuilding:
      return "While it is built:";
  }
  return "";
}

void Text::heading(std::string_view text) {
  line("\n{}\n{}", text, std::string(text.size(), '='));
}

void Text::pairs(const std::vector<std::pair<std::string, std::string>>& pairs) {
  for (const auto& [key, value] : pairs) {
    line("  {:<12} {}", key, value);
  }
}

void Text::powers(const std::vector<PowerHolders>& powers) {
  heading("Who can");
  for (const PowerHolders& power : powers) {
    std::string who = domains_text(index_.model(), power.running);
    if (!power.booting.empty()) {
      who +=
          fmt::format("{}{} until it is sealed", who.empty() ? "" : ", ", domains_text(index_.model(), power.booting));
    }
    line("  {:<56} {}", power.what, who.empty() ? "nobody" : who);
  }
}

void Text::risks(const Audit& audit) {
  heading("Risks that the spec accepts");
  if (audit.risks.empty()) {
    line("  none");
  }
  for (const Risk& risk : audit.risks) {
    line("  {}: {}", risk.finding, risk.about);
    line("    because: {} [{}]", printable(risk.reason), risk.origin);
  }
  heading("Operations outside XSA-77");
  if (audit.unreviewed == 0) {
    line("  no domain but control reaches an operation that the Xen project does not support delegating");
  }
  for (const Section& section : audit.sections) {
    for (const privilege::UnreviewedOperation& operation : section.unreviewed) {
      const abi::AccessClass& access_class = index_.access_class(operation.access_class);
      line("  {}: {} by {} {}", section_title(index_, section), operation.operation, access_class.name,
           access_class.permissions[operation.bit]);
    }
  }
}

void Text::counts(const Audit& audit) {
  heading("How much each label may");
  line("  {:<32} {:>12} {:>8}   of {} permissions in Xen {}", "label", "permissions", "targets",
       index_.set().abi->permission_count(), index_.set().abi->version.text());
  for (const Section& section : audit.sections) {
    for (const Labelled& label : section.labels) {
      const std::string more =
          section.members.size() > 1 ? fmt::format("   and {} like it", section.members.size() - 1) : "";
      line("  {:<32} {:>12} {:>8}{}", index_.type(label.type).name, label.permissions, label.targets, more);
    }
  }
}

void Text::list(std::string_view title, const std::vector<std::string_view>& items) {
  if (!items.empty()) {
    line("  {}", title);
  }
  for (const std::string_view item : items) {
    line("    - {}", item);
  }
}

void Text::statements(const Section& section) {
  const bool is_control = section.labels.size() > 1;
  std::string_view title;
  for (const bool channels : {false, true}) {
    for (const StatementGroup& group : group_statements(section.can, channels)) {
      const Statement& first = *group.statements.front();
      if (const auto its = phase_title(first.phase, first.source_kind, is_control); its != title) {
        title = its;
        line("  {}", title);
      }
      line("    {} {} [{}; {}]", channels ? "that end at" : "on", targets_text(index_, first, section.members.front()),
           first.via, origins_text(index_, first.origins));
      for (const Statement* statement : group.statements) {
        const abi::AccessClass& access_class = index_.access_class(statement->access_class);
        line("      - {} {}: {}", access_class.name, permission_text(access_class, statement->permissions),
             printable(statement->reason));
      }
    }
  }
}

void Text::section(const Section& section) {
  heading(section_title(index_, section));
  pairs(facts_of(index_, section));
  statements(section);
  list("Cannot, once sealed:", section.cannot_sealed);
  list("Cannot:", section.cannot);
  line("    - have to do with {} of the {} other domains: no permission and no event channel either way",
       section.unrelated, index_.model().domains.size() - 1);
  line("  Others over it:");
  if (section.reached_by.empty()) {
    line("    nobody");
  }
  for (const HolderGroup& holders : section.reached_by) {
    line("    - {}: {}", domains_text(index_.model(), holders.domains), vectors_text(index_, holders.permissions));
  }
}

std::string Text::write(const Audit& audit) {
  line("Audit of a compiled host, made by bulkhead {}", BULKHEAD_VERSION);
  pairs(audit.summary);
  powers(audit.powers);
  counts(audit);
  risks(audit);
  for (const Section& each : audit.sections) {
    section(each);
  }
  heading("What this does not show");
  for (const std::string_view limit : audit.limits) {
    line("  - {}", limit);
  }
  return std::move(out_);
}

}  // namespace

std::string audit_as_text(const Index& index, const Audit& audit) {
  return Text(index).write(audit);
}

}  // namespace bulkhead::report
