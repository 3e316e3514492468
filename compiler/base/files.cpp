#include "bulkhead/base/files.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bulkhead/base/text.h"
#include "descriptor.h"
#include "write.h"

namespace bulkhead {
namespace {

Error system_error(std::string_view doing, const std::string& path) {
  const int saved = errno;
  return Error::from_errno(fmt::format("{} {}", doing, quoted(path)), saved);
}

Result<void> write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      return system_error("write", path);
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  // O_NONBLOCK: opening a FIFO must not wait for its writer.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    return system_error("open", path);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) {
    return system_error("read", path);
  }
  if (!S_ISREG(status.st_mode)) {
    return Error(fmt::format("read {}: not a regular file", quoted(path)));
  }
  const auto too_large = [&] { return Error(fmt::format("read {}: more than {} bytes", quoted(path), max_bytes)); };
  if (status.st_size > 0 && static_cast<std::uintmax_t>(status.st_size) > max_bytes) {
    return too_large();
  }
  std::string content;
  content.resize(static_cast<std::size_t>(status.st_size) + 1);  // one more, to see the end in the first read
  std::size_t size = 0;
  while (true) {
    const ssize_t got = ::read(file.get(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return system_error("read", path);
    }
    size += static_cast<std::size_t>(got);
    if (size > max_bytes) {
      return too_large();
    }
    if (got == 0) {
      break;
    }
    if (size == content.size()) {  // it grew, or is one of /proc, whose sizes say 0
      content.resize(2 * content.size() + 4096);
    }
  }
  content.resize(size);
  return content;
}

Result<void> write_new_file(const std::string& path, std::string_view content) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!file) {
    return system_error("create", path);
  }
  if (Result<void> written = write_all(file.get(), content, path); !written) {
    return written;
  }
  // A hint: what fails here fails again, and is reported, when the file is synced.
  static_cast<void>(::sync_file_range(file.get(), 0, 0, SYNC_FILE_RANGE_WRITE));
  return {};
}

Result<void> sync_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) {
    return system_error("open", path);
  }
  if (::fsync(file.get()) != 0) {
    return system_error("sync", path);
  }
  return {};
}

Result<void> sync_file_system(const std::string& folder) {
  const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file) {
    return system_error("open", folder);
  }
  if (::syncfs(file.get()) != 0) {
    return system_error("sync the file system of", folder);
  }
  return {};
}

Result<void> write_scratch_file(const std::string& path, std::string_view content) {
  return write_new_file(path, content);
}

Result<void> sync_folder(const std::string& folder) {
  const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file) {
    return system_error("open", folder);
  }
  if (::fsync(file.get()) != 0 && errno != EINVAL) {  // EINVAL: a file system that has nothing to sync
    return system_error("sync", folder);
  }
  return {};
}

std::string parent_folder(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

std::string temporary_name(const std::string& path) {
  const std::filesystem::path whole(path);
  return (whole.parent_path() / fmt::format(".{}.bulkhead-{}", whole.filename().string(), ::getpid())).string();
}

Result<void> replace_file(const std::string& path, std::string_view content) {
  const std::string doing = "write " + quoted(path);
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    return Error(doing + ": it exists and is not a regular file");
  }
  // The name holds this process's number, so one that exists is a left-over of a run that was killed.
  const std::string temporary = temporary_name(path);
  ::unlink(temporary.c_str());
  Result<void> written = write_new_file(temporary, content);
  if (written) {
    written = sync_file(temporary);
  }
  if (!written) {
    ::unlink(temporary.c_str());
    return Error(written.error()).with_context(doing);
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    const int saved = errno;
    ::unlink(temporary.c_str());
    return Error::from_errno(doing, saved);
  }
  return sync_folder(parent_folder(path));
}

Result<TemporaryFolder> TemporaryFolder::make() {
  const char* base = std::getenv("TMPDIR");
  std::string path = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/bulkhead-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) {
    return system_error("create a temporary folder", path);
  }
  return TemporaryFolder(std::move(path));
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TemporaryFolder::~TemporaryFolder() {
  if (!path_.empty()) {
    std::error_code ignored;  // nothing can be done about it here, and nobody else sees the folder
    std::filesystem::remove_all(path_, ignored);
  }
}

}  // namespace bulkhead
