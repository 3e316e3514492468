#include <string>
#include <thread>

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "bulkhead/base/files.h"
#include "bulkhead/base/input_stream.h"

namespace bulkhead {
namespace {

std::string read_all(InputStream& stream) {
  std::string all;
  for (;;) {
    const Result<std::string_view> piece = stream.next();
    REQUIRE(piece.has_value());
    if (piece->empty()) return all;
    all += *piece;
  }
}

}  // namespace

TEST_CASE("a stream gives a file's bytes in order, however many there are") {
  const auto folder = TemporaryFolder::make();
  REQUIRE(folder.has_value());
  std::string bytes;
  for (int i = 0; i < 700000; ++i) bytes += std::to_string(i);
  const std::string path = folder->path() + "/log";
  REQUIRE(write_scratch_file(path, bytes).has_value());
  auto stream = InputStream::open(path);
  REQUIRE(stream.has_value());
  CHECK(read_all(*stream) == bytes);
}

TEST_CASE("a stream reads a pipe up to its end") {
  const auto folder = TemporaryFolder::make();
  REQUIRE(folder.has_value());
  const std::string path = folder->path() + "/pipe";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  std::thread writer([&] {
    const auto written = std::string("one\ntwo\n");
    std::FILE* const file = std::fopen(path.c_str(), "w");
    std::fputs(written.c_str(), file);
    std::fclose(file);
  });
  auto stream = InputStream::open(path);
  REQUIRE(stream.has_value());
  CHECK(read_all(*stream) == "one\ntwo\n");
  writer.join();
}

TEST_CASE("what cannot be read is an error that names it") {
  const auto folder = TemporaryFolder::make();
  REQUIRE(folder.has_value());
  const auto missing = InputStream::open(folder->path() + "/gone");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().message() == "open `" + folder->path() + "/gone`: No such file or directory");
  const auto a_folder = InputStream::open(folder->path());
  REQUIRE_FALSE(a_folder.has_value());
  CHECK(a_folder.error().message() == "read `" + folder->path() + "`: Is a directory");
}

}  // namespace bulkhead
