#include "bulkhead/launch/images.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/digest.h"

namespace bulkhead::launch {

Result<hypervisor::Bytes> Images::get(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (const auto found = read_.find(path); found != read_.end()) {
    return found->second;
  }
  auto bytes = read(path);
  if (bytes) {
    read_.emplace(path, *bytes);
  }
  return bytes;
}

Result<hypervisor::Bytes> Images::read(const std::string& path) {
  const auto& files = plan_.digests.files;
  const auto entry =
      std::find_if(files.begin(), files.end(), [&](const plan::FileDigest& f) { return f.path == path; });
  if (entry == files.end() || !entry->sha256) {
    return Error(fmt::format("the plan has no digest of `{}` ({}): compile it where the file is", path,
                             entry != files.end() && entry->reason ? *entry->reason : std::string("not listed")));
  }
  auto bytes = machine_.read_file(path);
  if (!bytes) {
    return bytes;
  }
  const std::string found = sha256_hex(**bytes);
  if (found != *entry->sha256) {
    return Error(
        fmt::format("`{}` is not the file that the plan was compiled with: its SHA-256 is {}, the plan says {}", path,
                    found, *entry->sha256));
  }
  return bytes;
}

Result<void> read_images(const std::vector<Step>& steps, const plan::LaunchPlan& plan, Images& images) {
  for (const Step& step : steps) {
    const plan::Domain* const built = step.kind == StepKind::kBuild ? plan::find_domain(plan, step.domid) : nullptr;
    if (built == nullptr) {
      continue;
    }
    for (const auto& path : {built->kernel, built->ramdisk}) {
      if (const auto bytes = path ? images.get(*path) : Result<hypervisor::Bytes>(hypervisor::Bytes()); !bytes) {
        return Error(bytes.error().message() + "; nothing was changed");
      }
    }
  }
  return {};
}

}  // namespace bulkhead::launch
