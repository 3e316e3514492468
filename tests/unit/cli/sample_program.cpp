#include "sample_program.h"

#include <array>

#include "bulkhead/cli/common.h"
#include "bulkhead/cli/console.h"
#include "bulkhead/cli/parse.h"

namespace bulkhead::cli {
namespace {

Result<ExitCode> print_arguments(const Invocation& invocation, Console& console) {
  for (const std::string& argument : invocation.arguments) {
    console.print(argument + '\n');
  }
  return invocation.arguments.size() > 1 ? ExitCode::kRejected : ExitCode::kDone;
}

Result<ExitCode> break_down(const Invocation& invocation, Console& console) {
  console.complain(invocation.program->name);
  console.complain(" is about to break\n");
  return Error("the world failed\non two lines");
}

constexpr Argument kSpec{"SPEC", "the spec", ValueKind::kFile, true};
constexpr std::array kBuildArguments{kSpec, Argument{"MORE", "more", ValueKind::kText, false}};
constexpr std::array kBuildOptions{Option{"output", 'o', "DIR", "the folder to write", ValueKind::kFolder, {}, true},
                                   Option{"trace", '\0', "", "log everything"},
                                   Option{"policy", '\0', "FILE", "a policy"},
                                   Option{.name = "workers",
                                          .letter = 'w',
                                          .value = "N",
                                          .help = "how many work side by side",
                                          .kind = ValueKind::kNumber,
                                          .numbers = {1, 64, 4}},
                                   kFormatOption,
                                   kColorOption};
constexpr std::array kBuildExamples{Example{"sample-tool build host.yaml -o out", "builds it"}};
constexpr std::array kBreakExamples{Example{"sample-tool break a", "fails"}};
constexpr std::array kHelpExamples{Example{"sample-tool help build", "explains build"}};
constexpr std::array kExits{ExitNote{ExitCode::kDone, "done"}, kUsageExit};
constexpr std::array kBreakArguments{kSpec, Argument{"B", "the other", ValueKind::kFile, true}};
constexpr std::array kBreakOptions{Option{"spec", '\0', "SPEC", "a spec", ValueKind::kFile, {}, true}};

constexpr std::array kGatherArguments{kSpec,
                                      Argument{.name = "LOG", .help = "logs", .required = false, .repeated = true}};
constexpr std::array kGatherExamples{Example{"sample-tool gather a b c", "gathers all"}};

constexpr std::array kCommands{Command{"build", "[options] SPEC [MORE] -o DIR", "build it", "Builds it.",
                                       kBuildArguments, kBuildOptions, kBuildExamples, kExits, print_arguments},
                               Command{"break", "A B", "break it", "Breaks it.", kBreakArguments, kBreakOptions,
                                       kBreakExamples, kExits, break_down},
                               Command{"gather",
                                       "SPEC [LOG...]",
                                       "gather it",
                                       "Gathers it.",
                                       kGatherArguments,
                                       {},
                                       kGatherExamples,
                                       kExits,
                                       print_arguments},
                               help_command(kHelpExamples)};

constexpr std::array kEnvironment{Note{"PATH", "where programs are looked for"}};
constexpr std::array kFiles{Note{"/etc/sample-tool.conf", "what it reads"}};
std::string make_extra() {
  return "extra\n";
}
constexpr std::array kPages{Page{"extra", make_extra}};
constexpr Program kProgram{"sample-tool", "a sample", "sample-tool is a sample.",
                           kExits,        kCommands,  {.section = 8, .environment = kEnvironment, .files = kFiles},
                           kPages};

}  // namespace

const Program& sample_program() {
  return kProgram;
}

}  // namespace bulkhead::cli
