// Xen's own example policy, from the source tree that BULKHEAD_XEN_SOURCE names: what others write is read too. Without
// the variable the program exits with 77, which the tests count as skipped.
#define CATCH_CONFIG_RUNNER
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/flask/access.h"
#include "compiled_policy.h"
#include "sepol_oracle.h"

namespace bulkhead::flask {
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

TEST_CASE("the stock policy is read, with a context for each of the 13 initial SIDs of Xen 4.17 and later") {
  const std::string conf = stock_conf();
  for (const int version : {24, 30}) {
    const BinaryPolicy policy = test::compiled_policy(conf, {.version = version});
    Lines types;
    for (const InitialSid& sid : policy.initial_sids) types.push_back(policy.type(sid.context.type).name);
    // In the order of the hypervisor: xenboot xen dom0 domio domxen unlabeled security ioport iomem irq device domU
    // domDM.
    CHECK(types == Lines{"xenboot_t", "xen_t", "dom0_t", "domio_t", "domxen_t", "unlabeled_t", "security_t", "ioport_t",
                         "iomem_t", "irq_t", "device_t", "domU_t", "dm_dom_t"});
    CHECK(policy.classes.size() == 13);
    CHECK(policy.classes[12].name == "argo");
    CHECK(policy.has_constraints());
  }
}

TEST_CASE("libsepol gives the same access for every cell of the stock policy and every setting") {
  const std::string bytes = test::compiled_bytes(stock_conf());
  const BinaryPolicy policy = test::read_policy(bytes);
  Result<test::SepolOracle> oracle = test::SepolOracle::read(bytes);
  REQUIRE(oracle);
  const Result<std::vector<BooleanSetting>> settings = boolean_settings(policy);
  REQUIRE(settings);
  std::size_t granted = 0;
  for (const BooleanSetting& setting : *settings) {
    oracle->set_booleans(setting);
    const AccessTable table(policy, RuleKind::kAllow, setting);
    std::vector<AccessCell> expected;
    for (const BinaryType& source : policy.types) {
      for (const BinaryType& target : policy.types) {
        if (source.kind != TypeKind::kType || target.kind != TypeKind::kType) continue;
        for (const BinaryClass& target_class : policy.classes) {
          const AccessVector allowed =
              oracle->access(source.value, target.value, target_class.value).allowed & target_class.all();
          expected.push_back({source.value, target.value, target_class.value, allowed});
          granted += allowed == 0 ? 0 : 1;
        }
      }
    }
    // All contexts are of one user, whom the stock constraints let do everything.
    CHECK(compare_cells(expected, table).empty());
  }
  CHECK(granted > 1000);
}

}  // namespace
}  // namespace bulkhead::flask

int main(int argc, char** argv) {
  if (std::getenv(bulkhead::flask::kVariable) == nullptr) {
    std::printf("skipped: %s does not name a Xen source tree\n", bulkhead::flask::kVariable);
    return 77;
  }
  return Catch::Session().run(argc, argv);
}
