// The files of policy/ as they were when the program was built. The build reads each with the strict reader and writes
// its tree as a static table (compiler/embed), so that a run spends no time on them and needs no installed data.
#pragma once

#include <span>
#include <string_view>

#include "bulkhead/base/document.h"

namespace bulkhead {

struct EmbeddedFile {
  std::string_view path;    // "policy/roles/driver.yaml"
  std::string_view sha256;  // of the file's bytes, 64 hexadecimal digits
  std::span<const NodeData> nodes;
};

// Sorted by path.
[[nodiscard]] std::span<const EmbeddedFile> embedded_files();

}  // namespace bulkhead
