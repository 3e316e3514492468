// The stages in their order. In: a spec's path. Out: everything that follows from it, as far as the stages without
// errors went. What is wrong with the spec is in `diagnostics`; an Error means that a file or a program failed. A stage
// runs only when those before it reported no error, so that one mistake is not reported twice in other words.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/analysis/proof.h"
#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/source.h"
#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/flask/binary_policy.h"
#include "bulkhead/model/model.h"
#include "bulkhead/privilege/privileges.h"
#include "bulkhead/spec/spec.h"
#include "stage_clock.h"

namespace bulkhead::driver {

// The front half: what a spec says, before any policy is written. Parts refer to each other by address, so it stays
// where it is made.
struct Host {
  Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  Host(Host&&) = delete;
  Host& operator=(Host&&) = delete;
  ~Host() = default;

  [[nodiscard]] bool accepted() const { return !diagnostics.has_errors(); }

  std::string path;  // as the user named it
  SourceSet sources;
  Diagnostics diagnostics;
  FileId spec_file{};
  std::string inventory_path;  // empty: the spec names none
  std::optional<FileId> inventory_file;
  spec::Spec spec;
  std::optional<spec::Inventory> inventory;
  std::optional<catalogue::Catalogue> catalogue;
  model::Model model;
  privilege::Derived derived;
};

// How far to go: resolved is enough for `show`, the rest want privileges and risks too.
enum class Depth { kModel, kPrivileges };

[[nodiscard]] Result<std::unique_ptr<Host>> read_host(const std::string& path, Depth depth, StageClock& clock);

// The back half: a policy in text and binary, and how the binary compares with the host.
struct Policy {
  std::string source;
  std::string binary;
  flask::BinaryPolicy read;
  analysis::Proof proof;
};

// Compiles, reads back, proves, and checks the assertions (reported in host.diagnostics; nothing else of the host
// changes). `before_checkpolicy` is called when the policy is written and its compiler about to run, to start what can
// be done beside it.
[[nodiscard]] Result<Policy> compile_host(Host& host, bool trace, StageClock& clock,
                                          const std::function<void()>& before_checkpolicy);
// The same for a binary that exists.
[[nodiscard]] Result<Policy> verify_host(Host& host, const std::string& policy_path, StageClock& clock);

}  // namespace bulkhead::driver
