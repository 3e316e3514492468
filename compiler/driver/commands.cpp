// The table of the compiler's commands.
#include <array>

#include "actions.h"
#include "bulkhead/cli/common.h"
#include "bulkhead/report/diagnostics_page.h"
#include "bulkhead/spec/language.h"
#include "driver.h"

namespace bulkhead::driver {
namespace {

using cli::Argument;
using cli::Command;
using cli::Example;
using cli::ExitCode;
using cli::ExitNote;
using cli::kUsageExit;
using cli::Option;
using cli::ValueKind;

constexpr std::array<std::string_view, 4> kSchemas{"spec", "inventory", "launch-plan", "expectations"};

constexpr Argument kSpec{"SPEC", "the host's description, a YAML file", ValueKind::kFile, true};

constexpr Option kTimings{"timings", '\0', "", "print the wall time of each stage to stderr, as JSON lines"};

constexpr ExitNote kSpecUnreadable{ExitCode::kEnvironment, "a file could not be read"};

constexpr std::array kCheckArguments{kSpec};
constexpr std::array<std::string_view, 3> kCheckFormats{"text", "json", "sarif"};
constexpr std::array kCheckOptions{
    Option{"format", '\0', "FORMAT", "how to print what was found; sarif: SARIF 2.1.0, for code review tools",
           ValueKind::kChoice, kCheckFormats},
    cli::kColorOption, kTimings};
constexpr std::array kCheckExamples{
    Example{"bulkhead check host.yaml", "says what is wrong with host.yaml, all of it in one run"},
    Example{"bulkhead check --format json host.yaml", "the same as JSON, for an editor or a review bot"},
    Example{"bulkhead check --format sarif host.yaml > findings.sarif", "the same for code review tools"}};
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
    Option{"root", '\0', "DIR",
           "where the file system of the host that will boot stands: its kernels and ramdisks are read from there",
           ValueKind::kFolder},
    Option{"trace", '\0', "", "log every access that is allowed, to measure which privileges a running host uses"},
    cli::kColorOption, kTimings};
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
constexpr std::array kShowOptions{cli::kColorOption};
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
                                    cli::kFormatOption, cli::kColorOption, kTimings};
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
constexpr std::array<std::string_view, 3> kDiffFormats{"text", "json", "markdown"};
constexpr std::array kDiffOptions{
    Option{"format", '\0', "FORMAT", "how to print what was found; markdown: for a pull request", ValueKind::kChoice,
           kDiffFormats},
    cli::kColorOption, kTimings};
constexpr std::array kDiffExamples{
    Example{"bulkhead diff old.yaml new.yaml",
            "what the change of the spec lets a domain do that it could not, and the reverse"},
    Example{"bulkhead diff --format markdown old.yaml new.yaml", "the same as a comment for a pull request"},
    Example{"bulkhead diff out /boot/xenpolicy", "what the booted policy grants beyond the one in out"}};
constexpr std::array kDiffExits{ExitNote{ExitCode::kDone, "both grant the same"},
                                ExitNote{ExitCode::kRejected, "they differ, or a spec is rejected"}, kUsageExit,
                                ExitNote{ExitCode::kEnvironment, "a file could not be read, or a policy is damaged"}};

constexpr std::array kWhyArguments{
    kSpec,
    Argument{"SOURCE", "who acts: a domain, a group of instances or a type of the policy", ValueKind::kText, false},
    Argument{
        "TARGET",
        "on whom or what: the same, a device, a fixed target such as xen, or a resource such as irq:23, port:0x3f8, "
        "frame:0xfebe4, pci:0000:00:03.0; given alone, everybody's rights on it are told",
        ValueKind::kText, false},
    Argument{"CLASS", "a class of the policy, such as grant", ValueKind::kText, false},
    Argument{"PERMISSION", "a permission of that class, such as map_write", ValueKind::kText, false}};
constexpr std::array kWhyOptions{
    Option{"in", '\0', "DIR", "a folder that compile wrote: say which lines and rules of its policy grant it",
           ValueKind::kFolder},
    Option{"rule", '\0', "PLACE",
           "explain what stands there, with --in: 57 (a rule of xenpolicy), byte:4711, or line:212 (of policy.conf)",
           ValueKind::kText},
    cli::kFormatOption, cli::kColorOption};
constexpr std::array kWhyExamples{
    Example{"bulkhead why host.yaml disk web-1",
            "all that disk may do to web-1, each with the statement and the rule behind it"},
    Example{"bulkhead why host.yaml net xen xen physinfo", "whether net may ask for it; if not, what would allow it"},
    Example{"bulkhead why host.yaml irq:23", "whose the interrupt is, and who may do what with it"},
    Example{"bulkhead why host.yaml --in out --rule line:212", "the statement behind a line of out/policy.conf"}};
constexpr std::array kWhyExits{ExitNote{ExitCode::kDone, "it is granted"},
                               ExitNote{ExitCode::kRejected, "it is not granted, or the spec is rejected"},
                               ExitNote{ExitCode::kUsage,
                                        "the command line was not understood, or it names a domain, class or "
                                        "permission that does not exist"},
                               kSpecUnreadable};

constexpr std::array kDenialsArguments{
    kSpec,
    Argument{"LOG", "a console log of Xen, as the serial line or xl dmesg gave it; stdin when there is none, or -",
             ValueKind::kFile, false, true}};
constexpr std::array kDenialsOptions{cli::kFormatOption, cli::kColorOption};
constexpr std::array kDenialsExamples{
    Example{"bulkhead denials host.yaml serial.log",
            "what the host of that boot denied, why, and what would have to change in host.yaml"},
    Example{"bulkhead denials --format json host.yaml -",
            "the same of what comes from xl dmesg through a pipe, as JSON"}};
constexpr std::array kDenialsExits{
    ExitNote{ExitCode::kDone, "nothing was denied, or nothing that needs attention"},
    ExitNote{ExitCode::kRejected,
             "there are denials that need attention, or messages that could not be read; or the spec is rejected"},
    cli::kUsageExit, kSpecUnreadable};

constexpr std::array kUsageArguments{
    kSpec, Argument{"LOG", "a console log of Xen, as the serial line or xl dmesg gave it; of several the union counts",
                    ValueKind::kFile, true, true}};
constexpr std::array kUsageOptions{cli::kFormatOption, cli::kColorOption};
constexpr std::array kUsageExamples{
    Example{"bulkhead usage host.yaml serial.log",
            "what is granted and was not used in that boot, with the reason why it is granted"},
    Example{"bulkhead usage --format json host.yaml boot.log restart.log", "what neither of two runs used, as JSON"}};
constexpr std::array kUsageExits{
    ExitNote{ExitCode::kDone, "every permission that can be traced was used, or a rule says what it is needed for"},
    ExitNote{ExitCode::kRejected, "a permission was never used, the log is of another policy, or the spec is rejected"},
    cli::kUsageExit, kSpecUnreadable};

constexpr std::array<std::string_view, 3> kPhases{"all", "booting", "sealed"};
constexpr std::array<std::string_view, 2> kConcerns{"confidentiality", "integrity"};

constexpr Argument kHostOrPolicy{"HOST", "a spec, a folder that compile wrote, or any binary policy for Xen",
                                 ValueKind::kFile, true};
constexpr Option kJudgedPolicy{"policy", '\0', "FILE",
                               "with a spec: the binary policy to ask, in place of what the spec derives",
                               ValueKind::kFile};
constexpr Option kPhaseOption{
    "phase", '\0', "PHASE", "before domain 0 seals itself, after it, or both", ValueKind::kChoice, kPhases};

constexpr std::array kFlowsArguments{kHostOrPolicy};
constexpr std::array kFlowsOptions{
    Option{"from", '\0', "DOMAIN", "where it comes from: a domain, a group of instances or a label", ValueKind::kText},
    Option{"to", '\0', "DOMAIN", "where it gets to, likewise", ValueKind::kText},
    Option{"not-through", '\0', "DOMAINS", "ways through these do not count; names with commas between them",
           ValueKind::kText},
    Option{"by", '\0', "WHAT", "who may learn from whom, or who may influence whom", ValueKind::kChoice, kConcerns},
    kPhaseOption,
    kJudgedPolicy,
    cli::kFormatOption,
    cli::kColorOption,
    kTimings};
constexpr std::array kFlowsExamples{
    Example{"bulkhead flows host.yaml", "for each domain, whom information of it reaches"},
    Example{"bulkhead flows host.yaml --from web-1 --to db-1", "the shortest way, each step with its rule and reason"},
    Example{"bulkhead flows host.yaml --from web-1 --to db-1 --not-through net,control",
            "whether there is a way around net and control"},
    Example{"bulkhead flows /boot/xenpolicy --by integrity --phase sealed",
            "who can influence whom on a host of which only the policy is at hand"}};
constexpr std::array kFlowsExits{ExitNote{ExitCode::kDone, "the answer was printed, whatever it is"},
                                 ExitNote{ExitCode::kRejected, "the spec is rejected"}, kUsageExit,
                                 ExitNote{ExitCode::kEnvironment, "a file could not be read, or a policy is damaged"}};

constexpr std::array kRadiusArguments{kHostOrPolicy,
                                      Argument{"DOMAIN", "who is owned: a domain or a label", ValueKind::kText, true}};
constexpr std::array kRadiusOptions{kPhaseOption, kJudgedPolicy, cli::kFormatOption, cli::kColorOption, kTimings};
constexpr std::array kRadiusExamples{
    Example{"bulkhead radius host.yaml net", "what is lost when net is owned, before sealing and after"},
    Example{"bulkhead radius --format json /boot/xenpolicy dom0_t", "the same for a label of any policy, as JSON"}};
constexpr std::array kRadiusExits{ExitNote{ExitCode::kDone, "the answer was printed, whatever it is"},
                                  ExitNote{ExitCode::kRejected, "the spec is rejected"}, kUsageExit,
                                  ExitNote{ExitCode::kEnvironment, "a file could not be read, or a policy is damaged"}};
constexpr std::array kTestArguments{
    kSpec, Argument{"FILE", "expectations, a YAML file; of several all count", ValueKind::kFile, true, true}};
constexpr std::array kTestOptions{cli::kFormatOption, cli::kColorOption, kTimings};
constexpr std::array kTestExamples{Example{"bulkhead test host.yaml tests.yaml",
                                           "which expectations hold, and which statements none of them touches"}};
constexpr std::array kTestExits{ExitNote{ExitCode::kDone, "every expectation holds"},
                                ExitNote{ExitCode::kRejected, "one fails, or a file is rejected"}, kUsageExit,
                                kSpecUnreadable};

constexpr std::array kImportArguments{Argument{
    "FILE", "a configuration of xl, or the output of xl list -l, which is JSON", ValueKind::kFile, true, true}};
constexpr std::array kImportOptions{
    Option{"xen", '\0', "VERSION", "the release that the host runs, such as 4.17", ValueKind::kText},
    cli::kColorOption};
constexpr std::array kImportExamples{
    Example{"bulkhead import /etc/xen/*.cfg > host.yaml", "a first spec of a host as xl starts it today"},
    Example{"bulkhead import now.json > host.yaml", "the same of what ran when xl list -l wrote now.json"}};
constexpr std::array kImportExits{
    ExitNote{ExitCode::kDone, "the spec was printed, with what a person must answer"},
    ExitNote{ExitCode::kRejected, "a file is not what xl would take; every reason is printed"}, kUsageExit,
    kSpecUnreadable};

constexpr std::array kSchemaOptions{Option{"of", '\0', "WHAT", "which file to describe", ValueKind::kChoice, kSchemas}};
constexpr std::array kSchemaExamples{
    Example{"bulkhead schema > bulkhead.schema.json", "a schema that editors complete and check specs with"}};
constexpr std::array kSchemaExits{ExitNote{ExitCode::kDone, "the schema was printed"}, kUsageExit};

constexpr std::array kHelpExamples{Example{"bulkhead help why", "the same as bulkhead why --help"}};
constexpr std::array kCommands{
    Command{
        "check", "[options] SPEC", "check a spec without compiling it",
        "Reads the spec, resolves it, derives the privileges of every domain and looks for risks that the spec does "
        "not "
        "accept. All that is wrong is printed in one run.\n\n"
        "Assertions (assert:) are judged on what the spec derives, without checkpolicy; compile and verify judge them "
        "again on the binary policy.",
        kCheckArguments, kCheckOptions, kCheckExamples, kCheckExits, run_check},
    Command{
        "compile", "[options] SPEC -o DIR", "compile a spec into a policy and prove it",
        "Does what check does, writes the policy, has it compiled by checkpolicy, reads the binary back and proves "
        "that "
        "it grants what the spec says and nothing else, checks the spec's assertions on it, and then writes "
        "policy.conf, xenpolicy, privileges.json, launch-plan.json, delegation.json (of a split host), report.html, "
        "report.txt, boot.cfg and xl/*.cfg.\n\n"
        "The folder changes in one step, or not at all.",
        kCompileArguments, kCompileOptions, kCompileExamples, kCompileExits, run_compile},
    Command{
        "show", "[options] SPEC", "print the spec with nothing left open",
        "Prints the resolved spec as YAML: instances, defaults and derived names written out. The output is a spec of "
        "the same host.",
        kShowArguments, kShowOptions, kShowExamples, kShowExits, run_show},
    Command{"verify",
            "[options] --spec SPEC --policy FILE",
            "prove that a binary policy is the spec's",
            "Compares the policy with the spec in both directions: every source, target, class and permission, type "
            "transitions, initial SIDs, device contexts, roles, constraints, booleans and permissive types. Then "
            "checks the "
            "spec's assertions on the policy. A difference is printed with the rule and the spec's line.",
            {},
            kVerifyOptions,
            kVerifyExamples,
            kVerifyExits,
            run_verify},
    Command{
        "diff", "[options] A B", "compare what two policies grant",
        "Prints what B grants and A does not (widened) apart from what A grants and B does not (narrowed), with the "
        "domains, the statements of the spec and what each permission guards; the permissions that each domain holds; "
        "direct flows of information that are new or gone; operations outside XSA-77 in other hands than the control "
        "domain's; and what else differs: type transitions, initial SIDs, device contexts, constraints, booleans and "
        "permissive types.\n\n"
        "The JSON form has a schema, docs/diff.schema.json.\n\n"
        "Each of the two is a spec, a folder that compile wrote, or any binary policy for Xen.",
        kDiffArguments, kDiffOptions, kDiffExamples, kDiffExits, run_diff},
    Command{"why", "[options] SPEC [SOURCE] TARGET [CLASS PERMISSION]", "explain a privilege, or its absence",
            "Prints what SOURCE may do to TARGET, and for each privilege the statement of the spec, the rule of "
            "policy/ and "
            "its reason. If it may not, prints which assertion, invariant or phase forbids it, and which connections "
            "and roles "
            "would grant it. --in adds the lines and rules of a compiled policy, --rule asks the other way round.",
            kWhyArguments, kWhyOptions, kWhyExamples, kWhyExits, run_why},
    Command{"flows", "[options] HOST", "tell who can learn from whom, and by which way",
            "Prints for each domain whom information of it reaches, directly and over others; with --from and --to the "
            "shortest way, each step with the permission, the rule, the spec's line and the medium that it passes "
            "through: a grant, an event channel, foreign memory, a device, a device model, Argo, the xenstore.\n\n"
            "--by confidentiality asks who may learn what another knows, --by integrity who may influence another, "
            "which counts pausing and the like as well.\n\n"
            "Of a spec the answer is about what it derives, to which compile proves its binary equal; of a policy it "
            "is about its rules. Covert channels are not in it.",
            kFlowsArguments, kFlowsOptions, kFlowsExamples, kFlowsExits, run_flows},
    Command{"radius", "[options] HOST DOMAIN", "tell what is lost when a domain is owned",
            "Prints which domains whoever owns DOMAIN can take over, step by step, whose memory can be read, which can "
            "be stopped, which devices and services are lost, and of whom nothing is lost; before domain 0 seals "
            "itself and after.\n\n"
            "The answer can be too large, where the hypervisor refuses something beyond the policy, and is not too "
            "small, hypervisor bugs and covert channels aside.",
            kRadiusArguments, kRadiusOptions, kRadiusExamples, kRadiusExits, run_radius},
    Command{
        "denials", "[options] SPEC [LOG...]", "explain what a host denied, and what would allow it",
        "Reads Xen's console log and explains FLASK's denials in the words of the spec: who tried what on whom, which "
        "hypercall the permission guards, and which assertion, invariant or phase forbids it. Equal denials are one, "
        "with their number. Denials that do no harm stand apart, with the reason.\n\n"
        "It proposes the smallest change of the spec that would allow what was denied: a connection, a device, a "
        "domain that may be rebuilt, and at last a role of its own. Each was tried: the changed spec is accepted, "
        "its assertions hold, and what else it opens is printed with it.\n\n"
        "What guests write is not believed, however it looks. Messages that are cut, and labels that the spec does "
        "not have, are told and not guessed at. Domain 0 and the hardware domain can write anything to the console.",
        kDenialsArguments, kDenialsOptions, kDenialsExamples, kDenialsExits, run_denials},
    Command{
        "usage", "[options] SPEC LOG...", "tell which privileges were never used",
        "Reads the console log of a host whose policy was compiled with --trace, and lists for each domain what it "
        "was granted and did not use, with the reason and the statement behind it; and what was denied.\n\n"
        "A permission of policy/ that no run is expected to use says so itself (needed-for); it is listed apart, and "
        "so is what cannot be traced: the destruction of a domain.\n\n"
        "Domain 0 and the hardware domain can write anything to Xen's console, so that a log is a measurement and no "
        "proof. What guests write there is not believed.",
        kUsageArguments, kUsageOptions, kUsageExamples, kUsageExits, run_usage},
    Command{"test", "[options] SPEC FILE...", "check what a reviewer expects of a spec",
            "Judges each expectation of the files on the privileges that follow from the spec: what a domain may do to "
            "another, what it may not, what is all that it may, and whether information flows straight from one to the "
            "other. Then says which connections, roles and devices of the spec no expectation touches.\n\n"
            "The form of such a file is in docs/spec-language.md. Assertions of the spec are checked on the compiled "
            "policy and stop compile; expectations need no checkpolicy and stop nothing but a review.",
            kTestArguments, kTestOptions, kTestExamples, kTestExits, run_test},
    Command{"import", "[options] FILE...", "write a first spec from what xl runs today",
            "Reads configurations of xl and prints a spec of the same domains, disks, networks and passed-through "
            "devices. What a configuration cannot say is asked in comments (Q1, Q2, …), each with the id that check "
            "reports until it is answered, if it does; what was left out is listed. The head says what the host does "
            "not enforce as it is today, under Xen's default security module.\n\n"
            "Nothing of a configuration is executed: numbers, texts, lists and comments are read, anything else is "
            "refused with its place.",
            kImportArguments, kImportOptions, kImportExamples, kImportExits, run_import},
    Command{"schema",
            "[options]",
            "print the JSON Schema of a file",
            "Prints the JSON Schema (draft-07) of the spec, the inventory, the launch plan or a file of expectations. "
            "It accepts and rejects "
            "the same files as "
            "the reader does, as far as their shape goes.",
            {},
            kSchemaOptions,
            kSchemaExamples,
            kSchemaExits,
            run_schema},
    cli::help_command(kHelpExamples),
};

constexpr std::array kProgramExits{
    ExitNote{ExitCode::kDone, "done, or it holds"},
    ExitNote{ExitCode::kRejected, "the spec is rejected, or what was asked does not hold"}, kUsageExit,
    ExitNote{ExitCode::kEnvironment, "the environment failed: a file, a program, the disk"}};
constexpr std::array kEnvironment{cli::Note{"PATH", "where checkpolicy is looked for"},
                                  cli::Note{"TMPDIR", "where checkpolicy's input and output are kept while it runs"}};
constexpr std::array kPages{cli::Page{"diagnostics", report::diagnostics_page},
                            cli::Page{"spec-language", spec::language_reference}};
constexpr cli::Program kProgram{
    "bulkhead",
    "compile the description of a Xen host into a FLASK policy, and prove it",
    "bulkhead reads a YAML description of a Xen host (its domains, their devices and connections) and turns it into an "
    "XSM/FLASK policy and the exact set of privileges of every domain. The binary policy is read back and proven to "
    "grant "
    "what the description says and nothing else.\n\n"
    "The product goes to stdout or into the named folder, diagnostics to stderr.",
    kProgramExits,
    kCommands,
    {.section = 1, .environment = kEnvironment},
    kPages};

}  // namespace

const cli::Program& program() {
  return kProgram;
}

}  // namespace bulkhead::driver
