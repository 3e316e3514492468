#include "artifacts.h"

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <utility>

#include "bulkhead/base/check.h"
#include "bulkhead/base/digest.h"
#include "bulkhead/plan/delegation_list.h"
#include "bulkhead/plan/make_launch_plan.h"

namespace bulkhead::driver {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 8> kArtifacts{"boot.cfg",    "delegation.json", "launch-plan.json",
                                                     "policy.conf", "privileges.json", "report.html",
                                                     "report.txt",  "xenpolicy"};
// Those that name the policy by its digest, each once. A classic host has no delegation.json.
constexpr std::array<std::string_view, 6> kNamingThePolicy{"boot.cfg",        "delegation.json", "launch-plan.json",
                                                           "privileges.json", "report.html",     "report.txt"};
constexpr std::size_t kMaxKernelBytes = std::size_t{1} << 30;

// Paths of kernels and ramdisks are those of the host that will boot, whose file system stands at `root`; a relative
// one starts where the spec stands.
plan::FileDigest digest_of(const Host& host, const std::string& root, const std::string& path) {
  const fs::path named(path);
  const std::string real = named.is_absolute() ? root + path : (fs::path(host.path).parent_path() / named).string();
  std::error_code error;
  if (!fs::exists(real, error)) {
    return {path, std::nullopt, "not there when the spec was compiled"};
  }
  const Result<std::string> content = read_file(real, kMaxKernelBytes);
  if (!content) {
    return {path, std::nullopt, content.error().message()};
  }
  return {path, sha256_hex(*content), std::nullopt};
}

// The names as they stand, without the folder that the user stood in: the same spec gives the same bytes.
std::string spec_name(const Host& host) {
  return fs::path(host.path).filename().string();
}

plan::LaunchPlan make_plan(const Host& host, const std::string& root, const report::Inputs& digests) {
  plan::PlanInputs inputs{.sources = host.sources,
                          .spec_path = digests.spec_name,
                          .spec_sha256 = digests.spec_sha256,
                          .policy_sha256 = digests.policy_sha256,
                          .inventory = std::nullopt,
                          .files = {}};
  if (host.inventory_file) {
    inputs.inventory = plan::FileDigest{host.spec.host.inventory->value,
                                        sha256_hex(host.sources.file(*host.inventory_file).text), std::nullopt};
  }
  for (const std::string& path : plan::files_to_digest(host.model)) {
    inputs.files.push_back(digest_of(host, root, path));
  }
  return plan::make_launch_plan(host.model, host.derived, inputs);
}

// A digest over everything that the user's texts can put into a file, so that none of them can hold it.
std::string stand_in(const Host& host) {
  std::string all = "the policy of " + host.path;
  all += sha256_hex(host.sources.file(host.spec_file).text);
  if (host.inventory_file) {
    all += sha256_hex(host.sources.file(*host.inventory_file).text);
  }
  return sha256_hex(all);
}

report::ProofFigures figures_to_prove(const privilege::PrivilegeSet& set) {
  const std::uint64_t types = set.types.size();
  report::ProofFigures figures{.types = types, .cells = types * types * set.abi->classes.size()};
  for (const privilege::Cell& cell : set.cells()) {
    ++figures.allowed;
    figures.permissions += static_cast<std::uint64_t>(std::popcount(cell.permissions));
  }
  return figures;
}

}  // namespace

Draft draft_artifacts(const Host& host, const std::string& root) {
  const auto start = std::chrono::steady_clock::now();
  const std::string spec_sha256 = sha256_hex(host.sources.file(host.spec_file).text);
  const report::Inputs inputs{.model = host.model,
                              .catalogue = *host.catalogue,
                              .derived = host.derived,
                              .sources = host.sources,
                              .spec_name = spec_name(host),
                              .spec_sha256 = spec_sha256,
                              .policy_sha256 = stand_in(host),
                              .proof = figures_to_prove(host.derived.set)};
  FileTree tree = report::xl_configs(inputs);
  const plan::LaunchPlan plan = make_plan(host, root, inputs);
  tree["launch-plan.json"] = plan::write_launch_plan(plan);
  if (plan.host.shape == plan::Shape::kSplit) {
    tree["delegation.json"] = plan::write_delegation_list(plan::make_delegation_list(plan));
  }
  tree["privileges.json"] = report::privileges_json(inputs);
  report::Reports reports = report::reports(inputs);
  tree["report.txt"] = std::move(reports.text);
  tree["report.html"] = std::move(reports.html);
  tree["boot.cfg"] = report::boot_config(inputs);
  return {std::move(tree), inputs.policy_sha256, *inputs.proof, std::chrono::steady_clock::now() - start};
}

FileTree finish_artifacts(Draft draft, Policy& policy) {
  const analysis::Proof& proof = policy.proof;
  BULKHEAD_CHECK(proof.holds() && draft.figures == (report::ProofFigures{proof.types, proof.cells, proof.allowed,
                                                                         proof.permissions}),
                 "a proof that holds compared what the privileges say, and the reports give its figures");
  const std::string digest = sha256_hex(policy.binary);
  for (const std::string_view name : kNamingThePolicy) {
    const auto file = draft.files.find(std::string(name));
    if (file == draft.files.end()) {
      continue;
    }
    std::string& text = file->second;
    const std::size_t at = text.find(draft.stand_in);
    BULKHEAD_CHECK(at != std::string::npos, "the file names the policy");
    text.replace(at, digest.size(), digest);
  }
  draft.files["policy.conf"] = std::move(policy.source);
  draft.files["xenpolicy"] = std::move(policy.binary);
  return std::move(draft.files);
}

bool is_artifact(std::string_view relative_path) {
  if (std::find(kArtifacts.begin(), kArtifacts.end(), relative_path) != kArtifacts.end()) {
    return true;
  }
  return relative_path.starts_with("xl/") && relative_path.ends_with(".cfg") &&
         relative_path.find('/', 3) == std::string_view::npos;
}

}  // namespace bulkhead::driver
