// Files, read whole and written all or nothing.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "bulkhead/base/result.h"

namespace bulkhead {

// Refuses anything but a regular file, and more than `max_bytes`.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t max_bytes);

// Relative path ("xl/web.cfg", no "..") to content.
using FileTree = std::map<std::string, std::string>;

// Makes `folder` hold exactly `tree`, or leaves it as it was: everything is written and synced beside it under a
// temporary name, then the two folders change places in one step (renameat2, RENAME_EXCHANGE). A folder that holds
// files which are not in `ours` is refused: they would be lost.
//
// `ours` says whether a file found in the old folder is one that this program writes.
[[nodiscard]] Result<void> replace_folder(const std::string& folder, const FileTree& tree,
                                          bool (*ours)(std::string_view relative_path));

// One file: temporary name, fsync, rename.
[[nodiscard]] Result<void> replace_file(const std::string& path, std::string_view content);

// Creates a file that need not outlive the machine, such as one in a TemporaryFolder; `path` must not exist.
[[nodiscard]] Result<void> write_scratch_file(const std::string& path, std::string_view content);

// A private directory under $TMPDIR that is removed with everything in it.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> make();
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace bulkhead
