#include <algorithm>
#include <array>

#include "command.h"

namespace bulkhead::driver {
namespace {

constexpr std::array<std::string_view, 2> kFormats{"text", "json"};
constexpr std::array<std::string_view, 3> kColors{"auto", "always", "never"};
constexpr std::array<std::string_view, 3> kSchemas{"spec", "inventory", "launch-plan"};

constexpr Argument kSpec{"SPEC", "the host's description, a YAML file", ValueKind::kFile, true};

constexpr Option kFormat{"format", '\0', "FORMAT", "how to print what was found", ValueKind::kChoice, kFormats};
constexpr Option kColor{"color",
                        '\0',
                        "WHEN",
                        "whether diagnostics are colored; auto: on a terminal, unless NO_COLOR is set",
                        ValueKind::kChoice,
                        kColors};
constexpr Option kTimings{"timings", '\0', "", "print the wall time of each stage to stderr, as JSON lines"};

constexpr ExitNote kUsageExit{ExitCode::kUsage, "the command line was not understood"};
constexpr ExitNote kSpecUnreadable{ExitCode::kEnvironment, "a file could not be read"};

constexpr std::array kCheckArguments{kSpec};
constexpr std::array kCheckOptions{kFormat, kColor, kTimings};
constexpr std::array kCheckExamples{
    Example{"bulkhead check host.yaml", "says what is wrong with host.yaml, all of it in one run"},
    Example{"bulkhead check --format json host.yaml", "the same as JSON, for an editor or a review bot"}};
constexpr std::array kCheckExits{ExitNote{ExitCode::kDone, "the spec is accepted"},
                                 ExitNote{ExitCode::kRejected, "the spec is rejected; every reason is printed"},
                                 kUsageExit, kSpecUnreadable};

constexpr std::array kCompileArguments{kSpec};
constexpr std::array kCompileOptions{
    Option{"output",
           'o',
           "DIR",
           "the folder to write; made when it is missing, replaced as a whole when it is one of ours",
           ValueKind::kFolder,
           {},
           true},
    Option{"trace", '\0', "", "log every access that is allowed, to measure which privileges a running host uses"},
    kColor, kTimings};
constexpr std::array kCompileExamples{Example{
    "bulkhead compile host.yaml -o out", "writes out/xenpolicy, out/launch-plan.json, out/report.html and the rest"}};
constexpr std::array kCompileExits{
    ExitNote{ExitCode::kDone, "the folder holds the result"},
    ExitNote{ExitCode::kRejected,
             "the spec is rejected, an assertion does not hold, or the proof found a difference; "
             "the folder is as it was"},
    kUsageExit,
    ExitNote{ExitCode::kEnvironment,
             "checkpolicy is missing or failed, or a file could not be read or written; "
             "the folder is as it was"}};

constexpr std::array kShowArguments{kSpec};
constexpr std::array kShowOptions{kColor};
constexpr std::array kShowExamples{
    Example{"bulkhead show host.yaml", "prints the spec with every default and derived name written out"}};
constexpr std::array kShowExits{ExitNote{ExitCode::kDone, "the spec is accepted and was printed"},
                                ExitNote{ExitCode::kRejected, "the spec is rejected"}, kUsageExit, kSpecUnreadable};

constexpr std::array kVerifyOptions{Option{"spec", '\0', "SPEC", "the host's description", ValueKind::kFile, {}, true},
                                    Option{"policy",
                                           '\0',
                                           "FILE",
                                           "the binary policy, for instance the one that the host boots",
                                           ValueKind::kFile,
                                           {},
                                           true},
                                    kFormat, kColor, kTimings};
constexpr std::array kVerifyExamples{
    Example{"bulkhead verify --spec host.yaml --policy /boot/xenpolicy",
            "proves that the policy in /boot grants what host.yaml says and nothing else"}};
constexpr std::array kVerifyExits{
    ExitNote{ExitCode::kDone, "the policy is the spec's, and the spec's assertions hold on it"},
    ExitNote{ExitCode::kRejected, "they differ, an assertion does not hold, or the spec is rejected"}, kUsageExit,
    ExitNote{ExitCode::kEnvironment, "a file could not be read, or the policy is damaged"}};

constexpr std::array kDiffArguments{
    Argument{"A", "the old one: a spec, an output folder or a binary policy", ValueKind::kFile, true},
    Argument{"B", "the new one, likewise", ValueKind::kFile, true}};
constexpr std::array kDiffOptions{kFormat, kColor, kTimings};
constexpr std::array kDiffExamples{
    Example{"bulkhead diff old.yaml new.yaml",
            "what the change of the spec lets a domain do that it could not, and the reverse"},
    Example{"bulkhead diff out /boot/xenpolicy", "what the booted policy grants beyond the one in out"}};
constexpr std::array kDiffExits{ExitNote{ExitCode::kDone, "both grant the same"},
                                ExitNote{ExitCode::kRejected, "they differ, or a spec is rejected"}, kUsageExit,
                                ExitNote{ExitCode::kEnvironment, "a file could not be read, or a policy is damaged"}};

constexpr std::array kWhyArguments{
    kSpec,
    Argument{"SOURCE", "who acts: a domain, a group of instances or a type of the policy", ValueKind::kText, true},
    Argument{"TARGET", "on whom or what: the same, a device, or a fixed target such as xen", ValueKind::kText, true},
    Argument{"CLASS", "a class of the policy, such as grant", ValueKind::kText, false},
    Argument{"PERMISSION", "a permission of that class, such as map_write", ValueKind::kText, false}};
constexpr std::array kWhyOptions{kFormat, kColor};
constexpr std::array kWhyExamples{
    Example{"bulkhead why host.yaml disk web-1",
            "all that disk may do to web-1, each with the statement and the rule behind it"},
    Example{"bulkhead why host.yaml net xen xen physinfo", "whether net may ask for it; if not, what would allow it"}};
constexpr std::array kWhyExits{ExitNote{ExitCode::kDone, "it is granted"},
                               ExitNote{ExitCode::kRejected, "it is not granted, or the spec is rejected"},
                               ExitNote{ExitCode::kUsage,
                                        "the command line was not understood, or it names a domain, class or "
                                        "permission that does not exist"},
                               kSpecUnreadable};

constexpr std::array kSchemaOptions{Option{"of", '\0', "WHAT", "which file to describe", ValueKind::kChoice, kSchemas}};
constexpr std::array kSchemaExamples{
    Example{"bulkhead schema > bulkhead.schema.json", "a schema that editors complete and check specs with"}};
constexpr std::array kSchemaExits{ExitNote{ExitCode::kDone, "the schema was printed"}, kUsageExit};

constexpr std::array kHelpArguments{Argument{"COMMAND", "the command to explain", ValueKind::kText, false}};
constexpr std::array kHelpExamples{Example{"bulkhead help why", "the same as bulkhead why --help"}};
constexpr std::array kHelpExits{ExitNote{ExitCode::kDone, "the help was printed"}, kUsageExit};

constexpr std::array kCommands{
    Command{
        CommandId::kCheck, "check", "[options] SPEC", "check a spec without compiling it",
        "Reads the spec, resolves it, derives the privileges of every domain and looks for risks that the spec does "
        "not "
        "accept. All that is wrong is printed in one run.\n\n"
        "Assertions (assert:) hold or fail on the compiled policy, which only compile and verify look at; check says "
        "how many there are and needs no checkpolicy.",
        kCheckArguments, kCheckOptions, kCheckExamples, kCheckExits},
    Command{
        CommandId::kCompile, "compile", "[options] SPEC -o DIR", "compile a spec into a policy and prove it",
        "Does what check does, writes the policy, has it compiled by checkpolicy, reads the binary back and proves "
        "that "
        "it grants what the spec says and nothing else, checks the spec's assertions on it, and then writes "
        "policy.conf, xenpolicy, privileges.json, launch-plan.json, report.html, report.txt, boot.cfg and xl/*.cfg.\n\n"
        "The folder changes in one step, or not at all.",
        kCompileArguments, kCompileOptions, kCompileExamples, kCompileExits},
    Command{
        CommandId::kShow, "show", "[options] SPEC", "print the spec with nothing left open",
        "Prints the resolved spec as YAML: instances, defaults and derived names written out. The output is a spec of "
        "the same host.",
        kShowArguments, kShowOptions, kShowExamples, kShowExits},
    Command{CommandId::kVerify,
            "verify",
            "[options] --spec SPEC --policy FILE",
            "prove that a binary policy is the spec's",
            "Compares the policy with the spec in both directions: every source, target, class and permission, type "
            "transitions, initial SIDs, device contexts, roles, constraints, booleans and permissive types. Then "
            "checks the "
            "spec's assertions on the policy. A difference is printed with the rule and the spec's line.",
            {},
            kVerifyOptions,
            kVerifyExamples,
            kVerifyExits},
    Command{
        CommandId::kDiff, "diff", "[options] A B", "compare what two policies grant",
        "Prints what B grants and A does not (widened) apart from what A grants and B does not (narrowed), by source "
        "type, and what else differs: type transitions, initial SIDs, device contexts, constraints, booleans and "
        "permissive types.\n\n"
        "Each of the two is a spec, a folder that compile wrote, or any binary policy for Xen.",
        kDiffArguments, kDiffOptions, kDiffExamples, kDiffExits},
    Command{CommandId::kWhy, "why", "[options] SPEC SOURCE TARGET [CLASS PERMISSION]",
            "explain a privilege, or its absence",
            "Prints what SOURCE may do to TARGET, and for each privilege the statement of the spec, the rule of "
            "policy/ and "
            "its reason. If it may not, prints which connections and roles would grant it.",
            kWhyArguments, kWhyOptions, kWhyExamples, kWhyExits},
    Command{CommandId::kSchema,
            "schema",
            "[options]",
            "print the JSON Schema of a file",
            "Prints the JSON Schema (draft-07) of the spec, the inventory or the launch plan. It accepts and rejects "
            "the same files as "
            "the reader does, as far as their shape goes.",
            {},
            kSchemaOptions,
            kSchemaExamples,
            kSchemaExits},
    Command{CommandId::kHelp,
            "help",
            "[COMMAND]",
            "explain a command",
            "Prints the help of a command, or the list of commands.",
            kHelpArguments,
            {},
            kHelpExamples,
            kHelpExits},
};

constexpr std::array kProgramOptions{Option{"help", 'h', "", "print this help, or that of a command"},
                                     Option{"version", '\0', "", "print the version"}};
constexpr std::array kProgramExits{
    ExitNote{ExitCode::kDone, "done, or it holds"},
    ExitNote{ExitCode::kRejected, "the spec is rejected, or what was asked does not hold"}, kUsageExit,
    ExitNote{ExitCode::kEnvironment, "the environment failed: a file, a program, the disk"}};
constexpr Program kProgram{
    "bulkhead", "compile the description of a Xen host into a FLASK policy, and prove it",
    "bulkhead reads a YAML description of a Xen host (its domains, their devices and connections) and turns it into an "
    "XSM/FLASK policy and the exact set of privileges of every domain. The binary policy is read back and proven to "
    "grant "
    "what the description says and nothing else.\n\n"
    "The product goes to stdout or into the named folder, diagnostics to stderr.",
    kProgramOptions, kProgramExits};

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

const Command* find_command(std::string_view name) {
  const auto* const found =
      std::find_if(kCommands.begin(), kCommands.end(), [&](const Command& command) { return command.name == name; });
  return found == kCommands.end() ? nullptr : found;
}

const Program& program() {
  return kProgram;
}

}  // namespace bulkhead::driver
