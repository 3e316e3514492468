// Everything that compile writes, made in memory. In: a host and its proven policy. Out: the files of DESIGN.md section
// 5 by relative path.
#pragma once

#include <string_view>

#include "bulkhead/base/files.h"
#include "pipeline.h"

namespace bulkhead::driver {

[[nodiscard]] FileTree make_artifacts(const Host& host, const Policy& policy);

// Whether compile writes a file of this name: what a folder may hold that it replaces.
[[nodiscard]] bool is_artifact(std::string_view relative_path);

}  // namespace bulkhead::driver
