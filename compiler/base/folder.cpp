#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "bulkhead/base/files.h"
#include "bulkhead/base/text.h"
#include "write.h"

namespace bulkhead {
namespace {

namespace fs = std::filesystem;

using IsOurs = bool (*)(std::string_view relative_path);

// The first thing in `folder` that this program did not write: anything but folders and files of ours.
Result<std::optional<std::string>> find_foreign(const std::string& folder, IsOurs ours) {
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const fs::file_status status = it->symlink_status(error);
    if (error) {
      break;
    }
    const std::string relative = it->path().lexically_relative(folder).string();
    if (!fs::is_directory(status) && (!fs::is_regular_file(status) || !ours(relative))) {
      return std::optional(relative);
    }
  }
  if (error) {
    return Error::from_errno("read the folder " + quoted(folder), error.value());
  }
  return std::optional<std::string>();
}

Result<void> refuse_foreign(const std::string& folder, IsOurs ours) {
  Result<std::optional<std::string>> foreign = find_foreign(folder, ours);
  if (!foreign) {
    return foreign.error();
  }
  if (foreign->has_value()) {
    return Error(fmt::format("it holds {}, which this program did not write and would delete", quoted(**foreign)));
  }
  return {};
}

bool is_plain_relative(const std::string& path) {
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == "." || part == "..") {
      return false;
    }
  }
  return true;
}

// A thousand files synced one by one take seconds; the whole file system at once also writes what others left behind.
constexpr std::size_t kMostSingleSyncs = 24;

// `root` exists and is empty.
Result<void> write_tree(const std::string& root, const FileTree& tree) {
  std::set<std::string> folders{root};
  for (const auto& [relative, content] : tree) {
    BULKHEAD_CHECK(is_plain_relative(relative), "the names in a FileTree are relative and stay inside");
    const std::string path = fmt::format("{}/{}", root, relative);
    std::string folder = root;
    const std::vector<std::string_view> parts = split(relative, '/');
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      folder.append("/").append(parts[i]);
      if (folders.insert(folder).second && ::mkdir(folder.c_str(), 0777) != 0) {
        const int saved = errno;
        return Error::from_errno("create " + quoted(folder), saved);
      }
    }
    if (Result<void> written = write_new_file(path, content); !written) {
      return written;
    }
  }
  if (tree.size() > kMostSingleSyncs) {
    return sync_file_system(root);
  }
  for (const auto& [relative, content] : tree) {
    if (Result<void> synced = sync_file(fmt::format("{}/{}", root, relative)); !synced) {
      return synced;
    }
  }
  for (const std::string& folder : folders) {
    if (Result<void> synced = sync_folder(folder); !synced) {
      return synced;
    }
  }
  return {};
}

// Puts `fresh` in the place of `folder`; afterwards `fresh` is the old one, or gone if there was none.
Result<void> change_places(const std::string& fresh, const std::string& folder, bool exists) {
  const unsigned flags = exists ? RENAME_EXCHANGE : RENAME_NOREPLACE;
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, folder.c_str(), flags) != 0) {
    const int saved = errno;
    return Error::from_errno(exists ? "exchange the old folder for the new one" : "put the new folder in its place",
                             saved);
  }
  return {};
}

void remove_tree(const std::string& folder) {
  std::error_code ignored;  // it has a temporary name, and nothing that anybody needs
  fs::remove_all(folder, ignored);
}

// Somebody may have added a file to the old folder, now `old`, while the new one was written: then both go back.
Result<void> keep_late_foreign(const std::string& old, const std::string& folder, IsOurs ours) {
  Result<void> checked = refuse_foreign(old, ours);
  if (!checked) {
    if (const Result<void> back = change_places(old, folder, true); !back) {
      return Error(fmt::format("{}; the old folder is now {}", checked.error().message(), quoted(old)));
    }
  }
  remove_tree(old);
  return checked;
}

Result<void> replace(const std::string& folder, const FileTree& tree, IsOurs ours) {
  struct stat status {};
  const bool exists = ::stat(folder.c_str(), &status) == 0;
  if (!exists && errno != ENOENT) {
    const int saved = errno;
    return Error::from_errno("look at it", saved);
  }
  if (exists && !S_ISDIR(status.st_mode)) {
    return Error("it exists and is not a folder");
  }
  if (exists) {
    if (Result<void> checked = refuse_foreign(folder, ours); !checked) {
      return checked;
    }
  }
  const std::string fresh = temporary_name(folder);
  remove_tree(fresh);  // the name holds this process's number: a left-over of a run that was killed
  if (::mkdir(fresh.c_str(), 0777) != 0) {
    const int saved = errno;
    return Error::from_errno("create " + quoted(fresh), saved);
  }
  if (exists) {
    ::chmod(fresh.c_str(), status.st_mode & 07777U);
  }
  Result<void> done = write_tree(fresh, tree);
  if (done) {
    done = change_places(fresh, folder, exists);
  }
  if (done && exists) {
    done = keep_late_foreign(fresh, folder, ours);
  } else {
    remove_tree(fresh);
  }
  return done ? sync_folder(parent_folder(folder)) : done;
}

}  // namespace

Result<void> replace_folder(const std::string& folder, const FileTree& tree, IsOurs ours) {
  // Without a slash at the end, and a link followed: the temporary folder must stand beside the real one.
  std::error_code error;
  fs::path real = fs::weakly_canonical(folder, error);
  if (error || real.empty()) {
    real = folder;
  }
  if (!real.has_filename()) {
    real = real.parent_path();
  }
  Result<void> done = replace(real.string(), tree, ours);
  return done ? done : Result<void>(Error(done.error()).with_context("write the folder " + quoted(folder)));
}

}  // namespace bulkhead
