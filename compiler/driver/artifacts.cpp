#include "artifacts.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "bulkhead/base/digest.h"
#include "bulkhead/plan/make_launch_plan.h"
#include "bulkhead/report/report.h"

namespace bulkhead::driver {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 7> kArtifacts{
    "boot.cfg", "launch-plan.json", "policy.conf", "privileges.json", "report.html", "report.txt", "xenpolicy"};
constexpr std::size_t kMaxKernelBytes = std::size_t{1} << 30;

// Paths of kernels and ramdisks are those of the host that will boot; a relative one starts where the spec stands.
plan::FileDigest digest_of(const Host& host, const std::string& path) {
  const fs::path named(path);
  const std::string real = named.is_absolute() ? path : (fs::path(host.path).parent_path() / named).string();
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

plan::LaunchPlan make_plan(const Host& host, const report::Inputs& digests) {
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
    inputs.files.push_back(digest_of(host, path));
  }
  return plan::make_launch_plan(host.model, host.derived, inputs);
}

}  // namespace

FileTree make_artifacts(const Host& host, const Policy& policy) {
  const analysis::Proof& proof = policy.proof;
  const report::Inputs inputs{
      .model = host.model,
      .catalogue = *host.catalogue,
      .derived = host.derived,
      .sources = host.sources,
      .spec_name = spec_name(host),
      .spec_sha256 = sha256_hex(host.sources.file(host.spec_file).text),
      .policy_sha256 = sha256_hex(policy.binary),
      .proof = report::ProofFigures{proof.types, proof.cells, proof.allowed, proof.permissions}};
  FileTree tree = report::xl_configs(inputs);
  tree["policy.conf"] = policy.source;
  tree["xenpolicy"] = policy.binary;
  tree["launch-plan.json"] = plan::write_launch_plan(make_plan(host, inputs));
  tree["privileges.json"] = report::privileges_json(inputs);
  report::Reports reports = report::reports(inputs);
  tree["report.txt"] = std::move(reports.text);
  tree["report.html"] = std::move(reports.html);
  tree["boot.cfg"] = report::boot_config(inputs);
  return tree;
}

bool is_artifact(std::string_view relative_path) {
  if (std::find(kArtifacts.begin(), kArtifacts.end(), relative_path) != kArtifacts.end()) {
    return true;
  }
  return relative_path.starts_with("xl/") && relative_path.ends_with(".cfg") &&
         relative_path.find('/', 3) == std::string_view::npos;
}

}  // namespace bulkhead::driver
