#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bulkhead/base/files.h"

namespace fs = std::filesystem;
using bulkhead::FileTree;
using bulkhead::read_file;
using bulkhead::replace_file;
using bulkhead::replace_folder;
using bulkhead::TemporaryFolder;

namespace {

bool ends_in_ours(std::string_view path) {
  return path.ends_with(".ours");
}

void put(const std::string& path, const std::string& content) {
  std::ofstream(path) << content;
}

std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    names.insert(entry.path().lexically_relative(folder).string());
  }
  return names;
}

// Any write beyond `bytes` fails with EFBIG, as a full disk fails it with ENOSPC.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    old_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  FileSizeLimit(FileSizeLimit&&) = delete;
  FileSizeLimit& operator=(FileSizeLimit&&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_{};
  void (*old_handler_)(int) = SIG_DFL;
};

struct Scratch {
  TemporaryFolder folder = *TemporaryFolder::make();
  std::string at(const std::string& name) const { return folder.path() + "/" + name; }
};

}  // namespace

TEST_CASE("a file is read whole, up to the limit") {
  const Scratch scratch;
  put(scratch.at("f"), "12345");
  CHECK(*read_file(scratch.at("f"), 5) == "12345");
  CHECK(read_file(scratch.at("f"), 4).error().message() == "read `" + scratch.at("f") + "`: more than 4 bytes");
  CHECK(read_file("/proc/self/stat", 4096)->size() > 10);
  CHECK_FALSE(read_file("/proc/self/stat", 5).has_value());
}

TEST_CASE("what is no regular file is not read") {
  const Scratch scratch;
  REQUIRE(::mkfifo(scratch.at("fifo").c_str(), 0600) == 0);
  CHECK(read_file(scratch.at("fifo"), 9).error().message() == "read `" + scratch.at("fifo") + "`: not a regular file");
  CHECK(read_file("/dev/null", 9).error().message() == "read `/dev/null`: not a regular file");
  CHECK(read_file(scratch.folder.path(), 9).error().message() ==
        "read `" + scratch.folder.path() + "`: not a regular file");
  CHECK(read_file(scratch.at("none"), 9).error().message() ==
        "open `" + scratch.at("none") + "`: No such file or directory");
}

TEST_CASE("a file is replaced as a whole, with nothing beside it") {
  const Scratch scratch;
  REQUIRE(replace_file(scratch.at("f"), "one").has_value());
  REQUIRE(replace_file(scratch.at("f"), "two").has_value());
  CHECK(*read_file(scratch.at("f"), 9) == "two");
  CHECK(names_in(scratch.folder.path()) == std::set<std::string>{"f"});
}

TEST_CASE("a file that cannot be written whole stays as it was") {
  const Scratch scratch;
  put(scratch.at("f"), "old");
  {
    const FileSizeLimit limit(1000);
    CHECK_FALSE(replace_file(scratch.at("f"), std::string(5000, 'x')).has_value());
  }
  CHECK(*read_file(scratch.at("f"), 9) == "old");
  CHECK(names_in(scratch.folder.path()) == std::set<std::string>{"f"});
  CHECK(replace_file("/dev/null", "x").error().message() == "write `/dev/null`: it exists and is not a regular file");
}

TEST_CASE("a folder is made, and then exchanged as a whole") {
  const Scratch scratch;
  const std::string out = scratch.at("out");
  REQUIRE(replace_folder(out, {{"a.ours", "1"}, {"sub/b.ours", "2"}}, ends_in_ours).has_value());
  CHECK(names_in(out) == std::set<std::string>{"a.ours", "sub", "sub/b.ours"});
  REQUIRE(replace_folder(out + "/", {{"a.ours", "3"}, {"x/y/c.ours", "4"}}, ends_in_ours).has_value());
  CHECK(names_in(out) == std::set<std::string>{"a.ours", "x", "x/y", "x/y/c.ours"});
  CHECK(*read_file(out + "/a.ours", 9) == "3");
  CHECK(names_in(scratch.folder.path()).count(".out.bulkhead-" + std::to_string(::getpid())) == 0);
}

TEST_CASE("a folder reached by a link is exchanged where it really stands") {
  const Scratch scratch;
  fs::create_directory(scratch.at("real"));
  fs::create_directory_symlink(scratch.at("real"), scratch.at("link"));
  REQUIRE(replace_folder(scratch.at("link"), {{"a.ours", "1"}}, ends_in_ours).has_value());
  CHECK(names_in(scratch.folder.path()) == std::set<std::string>{"link", "real", "real/a.ours"});
}

TEST_CASE("a folder that holds somebody else's file is left alone") {
  const Scratch scratch;
  const std::string out = scratch.at("out");
  fs::create_directories(out + "/sub");
  put(out + "/sub/thesis.txt", "years of work");
  const auto refused = replace_folder(out, {{"a.ours", "1"}}, ends_in_ours);
  CHECK(refused.error().message() ==
        "write the folder `" + out + "`: it holds `sub/thesis.txt`, which this program did not write and would delete");
  CHECK(names_in(scratch.folder.path()) == std::set<std::string>{"out", "out/sub", "out/sub/thesis.txt"});
  fs::create_symlink("/etc/passwd", out + "/link.ours");
  fs::remove(out + "/sub/thesis.txt");
  CHECK_FALSE(replace_folder(out, {{"a.ours", "1"}}, ends_in_ours).has_value());
}

TEST_CASE("a folder that cannot be written whole stays as it was") {
  const Scratch scratch;
  const std::string out = scratch.at("out");
  REQUIRE(replace_folder(out, {{"a.ours", "old"}}, ends_in_ours).has_value());
  {
    const FileSizeLimit limit(1000);
    const auto failed = replace_folder(out, {{"a.ours", "new"}, {"b.ours", std::string(5000, 'x')}}, ends_in_ours);
    CHECK(failed.error().message().ends_with("b.ours`: File too large"));
  }
  CHECK(*read_file(out + "/a.ours", 9) == "old");
  CHECK(names_in(scratch.folder.path()) == std::set<std::string>{"out", "out/a.ours"});
}

TEST_CASE("a place that cannot be a folder is named") {
  const Scratch scratch;
  put(scratch.at("file"), "");
  CHECK(replace_folder(scratch.at("file"), {}, ends_in_ours).error().message() ==
        "write the folder `" + scratch.at("file") + "`: it exists and is not a folder");
  CHECK_FALSE(replace_folder(scratch.at("none/out"), {}, ends_in_ours).has_value());
  CHECK_FALSE(replace_folder("/proc/bulkhead", {{"a.ours", ""}}, ends_in_ours).has_value());
}

TEST_CASE("a temporary folder goes with its owner") {
  std::string path;
  {
    const Scratch scratch;
    path = scratch.folder.path();
    fs::create_directories(path + "/a/b");
    CHECK((fs::status(path).permissions() & fs::perms::all) == fs::perms::owner_all);
  }
  CHECK_FALSE(fs::exists(path));
}
