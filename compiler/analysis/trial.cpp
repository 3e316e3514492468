#include "trial.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "bulkhead/analysis/assertions.h"
#include "bulkhead/base/text.h"
#include "bulkhead/base/yaml_reader.h"
#include "bulkhead/flow/parties.h"
#include "bulkhead/model/risks.h"
#include "bulkhead/spec/read.h"
#include "direct_flows.h"

namespace bulkhead::analysis {
namespace {

constexpr std::size_t kMaxTrials = 256;

std::string_view key_text(DomainEdit::Key key) {
  switch (key) {
    case DomainEdit::Key::kRole:
      return "role";
    case DomainEdit::Key::kRestart:
      return "restart";
    case DomainEdit::Key::kAddDevice:
    case DomainEdit::Key::kDropDevice:
      return "devices";
  }
  return {};
}

// What a section's entries look like in a document.
std::string as_document(const Change::Entry& entry) {
  return fmt::format("{}:\n  {}\n", entry.section, entry.statement);
}

template <typename T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void apply(const DomainEdit& edit, spec::Domain& domain) {
  const Span span = domain.span;
  switch (edit.key) {
    case DomainEdit::Key::kRole:
      domain.role = {edit.value, span};
      break;
    case DomainEdit::Key::kRestart:
      domain.restart = {spec::Restart::kOnFailure, span};
      break;
    case DomainEdit::Key::kAddDevice:
      domain.devices.push_back({edit.value, span});
      break;
    case DomainEdit::Key::kDropDevice:
      std::erase_if(domain.devices, [&](const spec::Text& each) { return each.value == edit.value; });
      break;
  }
}

std::vector<std::string> unreviewed_of(const model::Model& model, const catalogue::Catalogue& catalogue,
                                       const privilege::Derived& derived) {
  std::vector<std::string> result;
  for (const privilege::UnreviewedOperation& each : privilege::unreviewed_operations(model, catalogue, derived)) {
    result.push_back(fmt::format("{}: {}", model.at(each.domain).name, each.operation));
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

template <typename T>
std::vector<T> beyond(const std::vector<T>& more, const std::vector<T>& before) {
  std::vector<T> result;
  std::set_difference(more.begin(), more.end(), before.begin(), before.end(), std::back_inserter(result));
  return result;
}

// A spec all the way to its assertions, as far as it goes without errors.
struct Judged {
  catalogue::Catalogue catalogue;
  model::Model model;
  privilege::Derived derived;
  Diagnostics diagnostics;
};

void judge(const spec::Spec& spec, const spec::Inventory* inventory, const abi::Abi& abi, Judged& judged) {
  judged.catalogue.add_roles(spec.roles, abi, judged.diagnostics);
  const model::Inputs inputs{spec, inventory, judged.catalogue};
  judged.model = model::resolve(inputs, judged.diagnostics);
  model::check(judged.model, inputs, judged.diagnostics);
  if (judged.diagnostics.has_errors()) return;
  judged.derived = privilege::derive(judged.model, judged.catalogue, judged.diagnostics);
  if (judged.diagnostics.has_errors()) return;
  privilege::check_risks(judged.model, judged.catalogue, judged.derived, judged.diagnostics);
  if (judged.model.assertions.empty()) return;
  check_assertions(judged.model, judged.catalogue, judged.derived, flow::policy_of(judged.model, judged.derived),
                   judged.diagnostics);
}

}  // namespace

std::vector<std::string> Change::lines() const {
  std::vector<std::string> result;
  for (const Entry& entry : entries) result.push_back(fmt::format("{}: {}", entry.section, entry.statement));
  for (const DomainEdit& edit : edits) {
    const std::string_view value = edit.key == DomainEdit::Key::kRestart ? "on-failure" : std::string_view(edit.value);
    const char* const verb = edit.key == DomainEdit::Key::kDropDevice ? "without" : "with";
    const bool is_list = edit.key == DomainEdit::Key::kAddDevice || edit.key == DomainEdit::Key::kDropDevice;
    result.push_back(is_list ? fmt::format("domains: `{}` {} `{}` under `devices`", edit.family, verb, value)
                             : fmt::format("domains: `{}` with `{}: {}`", edit.family, key_text(edit.key), value));
  }
  return result;
}

bool Trial::gives(const std::string& source, const std::string& target, const std::string& access_class,
                  const std::vector<std::string>& permissions) const {
  return std::any_of(opening.widened.begin(), opening.widened.end(), [&](const AccessChange& each) {
    return each.source == source && each.target == target && each.access_class == access_class &&
           std::all_of(permissions.begin(), permissions.end(), [&](const std::string& permission) {
             return std::find(each.permissions.begin(), each.permissions.end(), permission) != each.permissions.end();
           });
  });
}

Trials::Trials(const SpecView& host)
    : host_(host),
      sources_(host.sources),
      shipped_(catalogue::Catalogue::shipped(sources_)),
      rights_(rights_of(host.model, host.catalogue, host.derived, host.sources)),
      flows_(direct_flows(host.model, host.catalogue, host.derived)),
      unreviewed_(unreviewed_of(host.model, host.catalogue, host.derived)) {}

const Trial* Trials::run(const Change& change) {
  const auto known = done_.find(change);
  if (known != done_.end()) return &known->second;
  if (done_.size() == kMaxTrials) return nullptr;
  return &done_.emplace(change, try_out(change)).first->second;
}

std::optional<spec::Spec> Trials::changed(const Change& change) {
  spec::Spec spec = host_.spec;
  for (const Change::Entry& entry : change.entries) {
    Diagnostics diagnostics;
    const auto document = read_document(sources_, sources_.add("the change", as_document(entry)), diagnostics);
    if (!document) return std::nullopt;
    // Of a spec that has nothing else in it the rest is missing, which is reported and of no concern.
    spec::Spec read = spec::read_spec(*document, diagnostics).spec;
    append(spec.connections, read.connections);
    append(spec.roles, read.roles);
    append(spec.devices, read.devices);
    append(spec.accepts, read.accepts);
  }
  for (const DomainEdit& edit : change.edits) {
    const auto domain = std::find_if(spec.domains.begin(), spec.domains.end(),
                                     [&](const spec::Domain& each) { return each.name.value == edit.family; });
    if (domain == spec.domains.end()) return std::nullopt;
    apply(edit, *domain);
  }
  return spec;
}

Trial Trials::try_out(const Change& change) {
  Trial trial;
  const std::optional<spec::Spec> spec = changed(change);
  if (!spec) return trial;
  Judged judged;
  judged.catalogue = shipped_;
  judge(*spec, host_.inventory, *host_.model.abi, judged);
  for (const Diagnostic& diagnostic : judged.diagnostics.sorted()) {
    if (diagnostic.severity != Severity::kError) continue;
    trial.refusals.push_back(fmt::format("{} [{}]", diagnostic.message, info(diagnostic.id).id));
    trial.only_unreviewed =
        diagnostic.id == DiagnosticId::kUnreviewedOperations && (trial.refusals.size() == 1 || trial.only_unreviewed);
  }
  trial.accepted = trial.refusals.empty();
  if (!trial.accepted) return trial;
  const std::unique_ptr<Rights> rights = rights_of(judged.model, judged.catalogue, judged.derived, sources_);
  PolicyDiff difference = diff(*rights_, *rights);
  trial.opening.widened = std::move(difference.widened);
  trial.opening.narrowed = std::move(difference.narrowed);
  trial.opening.permissions = difference.widened_permissions;
  trial.opening.unreviewed = beyond(unreviewed_of(judged.model, judged.catalogue, judged.derived), unreviewed_);
  trial.opening.flows = beyond(direct_flows(judged.model, judged.catalogue, judged.derived), flows_);
  for (const privilege::Type& type : judged.derived.set.types) {
    if (!type.domain || !type.peer) continue;
    const std::string& a = judged.model.at(*type.domain).name;
    const std::string& b = judged.model.at(*type.peer).name;
    trial.channels[{a, b}] = trial.channels[{b, a}] = type.name;
  }
  return trial;
}

}  // namespace bulkhead::analysis
