#include "subject.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "bulkhead/base/files.h"
#include "bulkhead/base/text.h"
#include "bulkhead/flask/checkpolicy.h"

namespace bulkhead::driver {
namespace {

namespace fs = std::filesystem;
using flask::AccessVector;

// POLICYDB_MAGIC, little-endian: no text starts so.
bool is_binary_policy(std::string_view bytes) {
  return bytes.starts_with("\x8c\xff\x7c\xf9");
}

Result<void> read_policy(Subject& subject, const std::string& path, const std::string& bytes) {
  Result<flask::BinaryPolicy> read = flask::read_binary_policy(bytes);
  if (!read) return Error(read.error()).with_context("read the policy " + quoted(path));
  subject.policy = std::move(*read);
  return {};
}

Result<std::unique_ptr<Subject>> load_policy(std::unique_ptr<Subject> subject, const std::string& path,
                                             const std::string& bytes, StageClock& clock) {
  clock.begin("policy");
  if (Result<void> read = read_policy(*subject, path, bytes); !read) return read.error();
  clock.begin("catalogue");
  subject->own_catalogue.emplace(catalogue::Catalogue::shipped(subject->sources));
  clock.begin("parties");
  subject->parties = flow::parties_of(subject->policy, *subject->own_catalogue);
  clock.end();
  return subject;
}

Result<std::unique_ptr<Subject>> load_spec(std::unique_ptr<Subject> subject, const std::string& policy_path,
                                           StageClock& clock) {
  auto host = read_host(subject->path, Depth::kPrivileges, clock);
  if (!host) return host.error();
  subject->host = std::move(*host);
  if (!subject->accepted()) return subject;
  if (policy_path.empty()) {
    clock.begin("policy");
    subject->policy = flow::policy_of(subject->host->model, subject->host->derived);
    subject->is_derived = true;
  } else {
    clock.begin("policy");
    const Result<std::string> bytes = read_file(policy_path, flask::kMaxPolicyBytes);
    if (!bytes) return bytes.error();
    if (Result<void> read = read_policy(*subject, policy_path, *bytes); !read) return read.error();
  }
  clock.begin("parties");
  subject->parties =
      flow::parties_of(subject->policy, *subject->host->catalogue, subject->host->model, subject->host->derived);
  clock.end();
  return subject;
}

void add_binary_rules(const Subject& subject, flask::TypeValue source, flask::TypeValue target,
                      flask::ClassValue access_class, AccessVector permissions, std::vector<Provenance>& found) {
  const auto rules = flask::rules_for(subject.policy, flask::RuleKind::kAllow, source, target, access_class,
                                      flask::default_setting(subject.policy));
  for (const flask::BinaryRule& rule : rules) {
    if ((rule.data & permissions) == 0) continue;
    Provenance one;
    one.binary = fmt::format("{} (byte {} of the policy)", flask::rule_text(subject.policy, rule), rule.offset);
    found.push_back(std::move(one));
    permissions &= ~rule.data;
    if (permissions == 0) return;
  }
}

void add_grants(const Subject& subject, flask::TypeValue source, flask::TypeValue target,
                flask::ClassValue access_class, AccessVector permissions, std::vector<Provenance>& found) {
  const privilege::PrivilegeSet& set = subject.host->derived.set;
  const auto from = set.find(subject.policy.type(source).name);
  const auto to = set.find(subject.policy.type(target).name);
  const auto of = set.abi->find_class(subject.policy.class_at(access_class).name);
  if (!from || !to || !of) return;
  for (const privilege::Grant& grant : set.grants(*from, *to, *of)) {
    if (grant.rule == nullptr || (grant.permissions & permissions) == 0) continue;
    Provenance one;
    one.via = std::string(grant.via);
    one.origin = grant.origin.is_known() ? subject.host->sources.describe(grant.origin) : "every host";
    for (const catalogue::RulePermission& permission : grant.rule->permissions) {
      const auto bit = set.abi->at(*of).bit(permission.name);
      if (!bit || (permissions >> *bit & 1U) == 0) continue;
      one.reason = permission.name + ": " + permission.reason;
      one.rule = subject.host->sources.describe(permission.place);
      break;
    }
    found.push_back(std::move(one));
  }
}

}  // namespace

Result<std::unique_ptr<Subject>> load_subject(const std::string& path, const std::string& policy_path,
                                              StageClock& clock) {
  auto subject = std::make_unique<Subject>();
  subject->path = path;
  std::error_code error;
  const bool is_folder = fs::is_directory(path, error);
  const std::string file = is_folder ? (fs::path(path) / "xenpolicy").string() : path;
  const Result<std::string> bytes = read_file(file, flask::kMaxPolicyBytes);
  if (!bytes) return bytes.error();
  if (is_folder || is_binary_policy(*bytes)) return load_policy(std::move(subject), file, *bytes, clock);
  return load_spec(std::move(subject), policy_path, clock);
}

std::vector<flow::PartyId> find_parties(const Subject& subject, const std::string& name) {
  std::vector<flow::PartyId> found;
  if (const auto exact = subject.parties.find(name)) return {*exact};
  if (subject.host != nullptr) {
    for (const model::DomainId id : subject.host->model.find(name)) {
      if (const auto party = subject.parties.find(subject.host->model.at(id).name)) found.push_back(*party);
    }
  }
  if (!found.empty()) return found;
  const auto type = subject.policy.find_type(name);
  if (!type) return {};
  if (subject.policy.type(*type).kind == flask::TypeKind::kType) {
    if (const auto party = subject.parties.of_label[*type - 1U]) found.push_back(*party);
    for (const flask::TypeValue owner : subject.parties.owners[*type - 1U]) {
      if (const auto party = subject.parties.of_label[owner - 1U]) found.push_back(*party);
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::string unknown_party(const Subject& subject, const std::string& name) {
  std::vector<std::string> names;
  for (const flow::Party& party : subject.parties.all) names.push_back(party.name);
  return fmt::format("{} has no {} {}{}", quoted(subject.path),
                     subject.host != nullptr ? "domain" : "label of a domain", quoted(name), did_you_mean(name, names));
}

flow::Life life_of(const std::string& phase) {
  if (phase == "booting") return flow::Life::kBooting;
  return phase == "sealed" ? flow::Life::kSealed : flow::Life::kWhole;
}

std::string cell_text(const flask::BinaryPolicy& policy, flask::TypeValue source, flask::TypeValue target,
                      flask::ClassValue access_class, AccessVector permissions) {
  const flask::BinaryClass& of = policy.class_at(access_class);
  std::string names;
  for (std::size_t bit = 0; bit < of.permissions.size(); ++bit) {
    if ((permissions >> bit & 1U) != 0) names += " " + of.permissions[bit];
  }
  return fmt::format("{} {}:{} {{{} }}", policy.type(source).name, policy.type(target).name, of.name, names);
}

std::vector<Provenance> provenance_of(const Subject& subject, flask::TypeValue source, flask::TypeValue target,
                                      flask::ClassValue access_class, AccessVector permissions) {
  std::vector<Provenance> found;
  if (subject.host != nullptr) add_grants(subject, source, target, access_class, permissions, found);
  if (!subject.is_derived) add_binary_rules(subject, source, target, access_class, permissions, found);
  return found;
}

}  // namespace bulkhead::driver
