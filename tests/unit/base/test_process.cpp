#include <csignal>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "bulkhead/base/process.h"

using bulkhead::run_process;

TEST_CASE("a child's two outputs and its exit code come back") {
  const auto result = run_process({"sh", "-c", "printf out; printf err >&2; exit 7"});
  REQUIRE(result.has_value());
  CHECK(result->standard_output == "out");
  CHECK(result->standard_error == "err");
  CHECK(result->exit_code == 7);
  CHECK(result->signal == 0);
}

TEST_CASE("more output than a pipe holds, on both, does not block") {
  const auto result = run_process({"sh", "-c", "head -c 3000000 /dev/zero >&2 & head -c 2000000 /dev/zero; wait"});
  REQUIRE(result.has_value());
  CHECK(result->standard_output.size() == 2000000);
  CHECK(result->standard_error.size() == 3000000);
  CHECK(result->exit_code == 0);
}

TEST_CASE("a child ended by a signal is told from one that failed") {
  const auto result = run_process({"sh", "-c", "kill -9 $$"});
  REQUIRE(result.has_value());
  CHECK(result->exit_code == -1);
  CHECK(result->signal == SIGKILL);
}

TEST_CASE("a program that does not exist or may not be run is an Error") {
  CHECK(run_process({"bulkhead-no-such-program"}).error().message() ==
        "start `bulkhead-no-such-program`: No such file or directory");
  CHECK(run_process({"/etc/passwd"}).error().message() == "start `/etc/passwd`: Permission denied");
}

TEST_CASE("no shell reads the arguments, the input is empty, and no other file is open") {
  const auto echoed = run_process({"printf", "%s|", "$HOME; `id`", "", "a b"});
  REQUIRE(echoed.has_value());
  CHECK(echoed->standard_output == "$HOME; `id`||a b|");
  const auto input = run_process({"cat"});
  REQUIRE(input.has_value());
  CHECK(input->standard_output.empty());
  const int open_here = ::fcntl(STDERR_FILENO, F_DUPFD, 100);  // without O_CLOEXEC, on purpose
  const std::string in_child = "/proc/$$/fd/" + std::to_string(open_here);
  const auto looked = run_process({"sh", "-c", "[ -e /proc/$$/fd/2 ] && [ ! -e " + in_child + " ]"});
  ::close(open_here);
  REQUIRE(looked.has_value());
  CHECK(looked->exit_code == 0);
}
