#include "pipeline.h"

#include <filesystem>

#include "bulkhead/analysis/assertions.h"
#include "bulkhead/base/files.h"
#include "bulkhead/base/text.h"
#include "bulkhead/base/yaml_reader.h"
#include "bulkhead/flask/checkpolicy.h"
#include "bulkhead/flask/policy_conf.h"
#include "bulkhead/spec/read.h"

namespace bulkhead::driver {
namespace {

namespace fs = std::filesystem;

// Adds a file to the host's sources. A text that is too large is the user's mistake and not the machine's.
Result<FileId> add_file(Host& host, const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = fs::is_regular_file(path, error) ? fs::file_size(path, error) : 0;
  if (!error && size > kMaxDocumentBytes) {
    const FileId file = host.sources.add(path, "");
    host.diagnostics.error(DiagnosticId::kYamlTooLarge, Span{file, 0, 0, 0}, "the file is larger than 16 MiB");
    return file;
  }
  Result<std::string> text = read_file(path, kMaxDocumentBytes);
  if (!text) {
    return text.error();
  }
  return host.sources.add(path, std::move(*text));
}

// A relative path in a spec starts where the spec stands.
std::string beside(const std::string& spec_path, const std::string& named) {
  const fs::path path(named);
  return path.is_absolute() ? named : (fs::path(spec_path).parent_path() / path).string();
}

Result<void> read_inventory(Host& host) {
  if (!host.spec.host.inventory || !host.spec.host.inventory->span.is_known()) {
    return {};
  }
  host.inventory_path = beside(host.path, host.spec.host.inventory->value);
  const Result<FileId> file = add_file(host, host.inventory_path);
  if (!file) {
    const std::string where = host.sources.describe(host.spec.host.inventory->span);
    return Error(file.error()).with_context("read the inventory that " + where + " names");
  }
  host.inventory_file = *file;
  if (host.sources.file(*file).text.empty()) {
    return {};
  }
  if (const std::optional<Document> document = read_document(host.sources, *file, host.diagnostics)) {
    host.inventory = spec::read_inventory(*document, host.diagnostics);
  }
  return {};
}

// Whether there is a spec that is worth resolving. One with mistakes of form is: what was refused is left out, and the
// model passes over it, so that one run tells what is wrong with the rest. Half an inventory is not.
Result<bool> read_texts(Host& host, StageClock& clock) {
  clock.begin("spec");
  const Result<FileId> file = add_file(host, host.path);
  if (!file) {
    return Error(file.error());
  }
  host.spec_file = *file;
  if (!host.accepted()) {
    return false;
  }
  const std::optional<Document> document = read_document(host.sources, *file, host.diagnostics);
  if (!document || !host.accepted()) {
    return false;
  }
  host.spec = spec::read_spec(*document, host.diagnostics).spec;
  if (const Result<void> read = read_inventory(host); !read) {
    return read.error();
  }
  return host.inventory.has_value() || host.inventory_path.empty();
}

void resolve(Host& host, StageClock& clock) {
  clock.begin("catalogue");
  host.catalogue.emplace(catalogue::Catalogue::shipped(host.sources));
  const std::optional<abi::XenVersion> version = abi::XenVersion::parse(host.spec.host.xen.value);
  const abi::Abi* const abi = version ? abi::find_abi(*version) : nullptr;
  if (abi == nullptr) {
    return;  // reported with the spec's form; without it the roles of the spec would be unknown names
  }
  host.catalogue->add_roles(host.spec.roles, *abi, host.diagnostics);
  clock.begin("model");
  const model::Inputs inputs{host.spec, host.inventory ? &*host.inventory : nullptr, *host.catalogue};
  host.model = model::resolve(inputs, host.diagnostics);
  model::check(host.model, inputs, host.diagnostics);
}

void derive(Host& host, StageClock& clock) {
  clock.begin("privilege");
  host.derived = privilege::derive(host.model, *host.catalogue, host.diagnostics);
  if (host.accepted()) {
    clock.begin("risks");
    privilege::check_risks(host.model, *host.catalogue, host.derived, host.diagnostics);
  }
}

Result<void> read_back(Host& host, Policy& policy, StageClock& clock) {
  clock.begin("read");
  Result<flask::BinaryPolicy> read = flask::read_binary_policy(policy.binary);
  if (!read) {
    return Error(read.error());
  }
  policy.read = std::move(*read);
  clock.begin("proof");
  policy.proof = analysis::prove(host.model, host.derived, policy.read);
  clock.begin("assertions");
  analysis::check_assertions(host.model, *host.catalogue, host.derived, policy.read, host.diagnostics);
  clock.end();
  return {};
}

// checkpolicy refuses an assertion that does not hold in words of its own (neverallow). Without those rules the policy
// compiles, and our own check says the same in the words of the spec. When it does not, the refusal stands.
Result<Policy> explain_refusal(Host& host, const std::string& source, const Error& refusal, StageClock& clock) {
  Result<std::string> binary = flask::compile_policy(source);
  if (!binary) {
    return refusal;
  }
  Policy policy{source, std::move(*binary), {}, {}};
  if (Result<void> read = read_back(host, policy, clock); !read || host.accepted()) {
    return refusal;
  }
  return policy;
}

}  // namespace

Result<std::unique_ptr<Host>> read_host(const std::string& path, Depth depth, StageClock& clock) {
  auto host = std::make_unique<Host>();
  host->path = path;
  const Result<bool> worth_resolving = read_texts(*host, clock);
  if (!worth_resolving) {
    return worth_resolving.error();
  }
  if (*worth_resolving) {
    resolve(*host, clock);
  }
  if (host->accepted() && depth == Depth::kPrivileges) {
    derive(*host, clock);
  }
  clock.end();
  return host;
}

Result<Policy> compile_host(Host& host, bool trace, StageClock& clock,
                            const std::function<void()>& before_checkpolicy) {
  clock.begin("policy.conf");
  const flask::ConfOptions options{.trace = trace};
  const std::vector<flask::NeverAllow> never = flask::never_allows(host.model, *host.catalogue, host.derived);
  Policy policy{flask::emit_policy_conf(host.model, host.derived, never, host.sources, options), {}, {}, {}};
  clock.begin("checkpolicy");
  before_checkpolicy();
  Result<std::string> binary = flask::compile_policy(policy.source);
  if (!binary) {
    if (binary.error().message().find("neverallow") == std::string::npos) {
      return binary.error();
    }
    const std::string plain = flask::emit_policy_conf(host.model, host.derived, {}, host.sources, options);
    return explain_refusal(host, plain, binary.error(), clock);
  }
  policy.binary = std::move(*binary);
  if (Result<void> read = read_back(host, policy, clock); !read) {
    return Error(read.error()).with_context("read back what checkpolicy wrote");
  }
  return policy;
}

Result<Policy> verify_host(Host& host, const std::string& policy_path, StageClock& clock) {
  clock.begin("policy");
  Result<std::string> binary = read_file(policy_path, flask::kMaxPolicyBytes);
  if (!binary) {
    return binary.error();
  }
  Policy policy{{}, std::move(*binary), {}, {}};
  if (Result<void> read = read_back(host, policy, clock); !read) {
    return Error(read.error()).with_context("read the policy " + quoted(policy_path));
  }
  return policy;
}

}  // namespace bulkhead::driver
