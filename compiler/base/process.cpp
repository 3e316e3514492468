#include "bulkhead/base/process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bulkhead/base/text.h"
#include "descriptor.h"

namespace bulkhead {
namespace {

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

// Both ends above the standard descriptors, so that dup2 in the child never meets one of them.
Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    const int saved = errno;
    return Error::from_errno("make a pipe", saved);
  }
  const Descriptor low_read(ends[0]);
  const Descriptor low_write(ends[1]);
  Pipe pipe{Descriptor(::fcntl(ends[0], F_DUPFD_CLOEXEC, 3)), Descriptor(::fcntl(ends[1], F_DUPFD_CLOEXEC, 3))};
  if (!pipe.read_end || !pipe.write_end) {
    const int saved = errno;
    return Error::from_errno("make a pipe", saved);
  }
  return pipe;
}

// posix_spawn's two settings, freed at the end.
class SpawnSettings {
 public:
  SpawnSettings(int output, int errors) {
    // These fail for lack of memory only.
    bool ok = posix_spawn_file_actions_init(&actions_) == 0;
    ok = ok && posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0;
    ok = ok && posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO) == 0;
    ok = ok && posix_spawn_file_actions_adddup2(&actions_, errors, STDERR_FILENO) == 0;
    ok = ok && posix_spawn_file_actions_addclosefrom_np(&actions_, 3) == 0;
    ok = ok && posix_spawnattr_init(&attributes_) == 0;
    sigset_t set;
    sigemptyset(&set);
    ok = ok && posix_spawnattr_setsigmask(&attributes_, &set) == 0;
    sigaddset(&set, SIGPIPE);
    ok = ok && posix_spawnattr_setsigdefault(&attributes_, &set) == 0;
    ok = ok && posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0;
    BULKHEAD_CHECK(ok, "the settings of a child are valid");
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  SpawnSettings(SpawnSettings&&) = delete;
  SpawnSettings& operator=(SpawnSettings&&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

Result<pid_t> spawn(const std::vector<std::string>& arguments, int output, int errors) {
  const SpawnSettings settings(output, errors);
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));  // NOLINT: posix_spawn does not write to them
  }
  argv.push_back(nullptr);
  pid_t pid = 0;
  const int failed = posix_spawnp(&pid, argv[0], &settings.actions_, &settings.attributes_, argv.data(), environ);
  if (failed != 0) {
    return Error::from_errno("start " + quoted(arguments[0]), failed);
  }
  return pid;
}

// Reads both pipes until both are closed.
Result<void> drain(Pipe& output, Pipe& errors, ProcessResult& result) {
  std::array<pollfd, 2> polled{pollfd{output.read_end.get(), POLLIN, 0}, pollfd{errors.read_end.get(), POLLIN, 0}};
  const std::array<std::string*, 2> texts{&result.standard_output, &result.standard_error};
  std::array<char, 65536> buffer{};
  while (polled[0].fd >= 0 || polled[1].fd >= 0) {
    if (::poll(polled.data(), polled.size(), -1) < 0) {
      if (errno == EINTR) {
        continue;
      }
      const int saved = errno;
      return Error::from_errno("wait for its output", saved);
    }
    for (std::size_t i = 0; i < polled.size(); ++i) {
      if (polled.at(i).fd < 0 || polled.at(i).revents == 0) {
        continue;
      }
      const ssize_t got = ::read(polled.at(i).fd, buffer.data(), buffer.size());
      if (got > 0) {
        texts.at(i)->append(buffer.data(), static_cast<std::size_t>(got));
      } else if (got == 0) {
        polled.at(i).fd = -1;  // poll passes over it
      } else if (errno != EINTR) {
        const int saved = errno;
        return Error::from_errno("read its output", saved);
      }
    }
  }
  return {};
}

Result<void> wait_for(pid_t pid, ProcessResult& result) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) {
      const int saved = errno;
      return Error::from_errno("wait for its end", saved);
    }
  }
  if (WIFEXITED(status)) {
    result.exit_code = WEXITSTATUS(status);
  } else {
    result.signal = WTERMSIG(status);
  }
  return {};
}

}  // namespace

Result<ProcessResult> run_process(const std::vector<std::string>& arguments) {
  BULKHEAD_CHECK(!arguments.empty(), "a process has a program to run");
  const std::string doing = "run " + quoted(arguments[0]);
  Result<Pipe> output = make_pipe();
  if (!output) {
    return Error(output.error()).with_context(doing);
  }
  Result<Pipe> errors = make_pipe();
  if (!errors) {
    return Error(errors.error()).with_context(doing);
  }
  const Result<pid_t> pid = spawn(arguments, output->write_end.get(), errors->write_end.get());
  if (!pid) {
    return pid.error();
  }
  output->write_end.reset();
  errors->write_end.reset();
  ProcessResult result;
  Result<void> drained = drain(*output, *errors, result);
  if (!drained) {
    ::kill(*pid, SIGKILL);
  }
  const Result<void> ended = wait_for(*pid, result);
  if (!drained || !ended) {
    return Error(drained ? ended.error() : drained.error()).with_context(doing);
  }
  return result;
}

}  // namespace bulkhead
