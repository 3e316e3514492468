#include "stock_conf.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "bulkhead/base/files.h"
#include "bulkhead/base/process.h"
#include "bulkhead/base/text.h"

namespace bulkhead::test {
namespace {

constexpr const char* kVariable = "BULKHEAD_XEN_SOURCE";
using Lines = std::vector<std::string>;

std::string tree() {
  const char* value = std::getenv(kVariable);
  return value == nullptr ? "" : value;
}

// The modules that the tree enables, in its order: "name = on".
Lines enabled_modules(const std::string& folder) {
  const Result<std::string> text = read_file(folder + "/modules.conf", 1U << 20U);
  REQUIRE(text);
  Lines modules;
  for (const std::string_view line : split(*text, '\n')) {
    const std::size_t equals = line.find('=');
    if (line.empty() || line.front() == '#' || equals == std::string_view::npos ||
        line.find("on", equals) == std::string_view::npos)
      continue;
    modules.emplace_back(line.substr(0, line.find_last_not_of(' ', equals - 1) + 1));
  }
  return modules;
}

void append_modules(const std::string& folder, const Lines& modules, const std::string& ending, Lines& files) {
  for (const std::string& module : modules) {
    const std::string path = fmt::format("{}/{}{}", folder, module, ending);
    if (std::filesystem::exists(path)) files.push_back(path);
  }
}

// The sections in the order that the policy language asks for.
Lines sections() {
  const std::string hypervisor = tree() + "/xen/xsm/flask/policy/";
  const std::string tools = tree() + "/tools/flask/policy/policy/";
  const std::string modules_folder = tree() + "/tools/flask/policy/modules";
  const Lines modules = enabled_modules(modules_folder);
  Lines files{hypervisor + "security_classes", tools + "security_classes", hypervisor + "initial_sids",
              hypervisor + "access_vectors", tools + "access_vectors"};
  Lines support;
  for (const auto& entry : std::filesystem::directory_iterator(tools + "support")) support.push_back(entry.path());
  std::sort(support.begin(), support.end());
  files.insert(files.end(), support.begin(), support.end());
  files.push_back(tools + "mls");
  append_modules(modules_folder, modules, ".if", files);
  files.push_back(tools + "global_tunables");
  append_modules(modules_folder, modules, ".te", files);
  files.push_back(tools + "users");
  append_modules(modules_folder, modules, ".cons", files);
  files.insert(files.end(), {tools + "initial_sids", tools + "device_contexts"});
  return files;
}

}  // namespace

bool has_xen_source() {
  if (std::getenv(kVariable) != nullptr) return true;
  std::printf("skipped: %s does not name a Xen source tree\n", kVariable);
  return false;
}

std::string stock_conf() {
  Lines command{"m4", "-D", "self_contained_policy", "-s", "-D", "mls_num_sens=16", "-D", "mls_num_cats=256"};
  const Lines files = sections();
  command.insert(command.end(), files.begin(), files.end());
  const Result<ProcessResult> run = run_process(command);
  REQUIRE(run);
  INFO(run->standard_error);
  REQUIRE(run->exit_code == 0);
  return run->standard_output;
}

}  // namespace bulkhead::test
