// Writing one file to the disk: shared by replace_file and replace_folder.
#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/result.h"

namespace bulkhead {

// Creates `path`, which must not exist, with the user's umask. The disk is told to begin writing, so that syncing many
// files afterwards waits for one of them and not for each in turn.
[[nodiscard]] Result<void> write_new_file(const std::string& path, std::string_view content);

// The file's content is on the disk when this returns.
[[nodiscard]] Result<void> sync_file(const std::string& path);

// The same for everything on the file system of `folder`: one wait instead of one for each of many files.
[[nodiscard]] Result<void> sync_file_system(const std::string& folder);

// Makes the names in `folder` last.
[[nodiscard]] Result<void> sync_folder(const std::string& folder);

// A name beside `path` that only this process uses: ".<name>.bulkhead-<pid>".
[[nodiscard]] std::string temporary_name(const std::string& path);

// "." for a bare name.
[[nodiscard]] std::string parent_folder(const std::string& path);

}  // namespace bulkhead
