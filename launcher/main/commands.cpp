// The table of the launcher's commands.
#include <array>

#include "actions.h"
#include "bulkhead/cli/common.h"
#include "launcher.h"

namespace bulkhead::launcher {
namespace {

using cli::Argument;
using cli::Command;
using cli::Example;
using cli::ExitNote;
using cli::kColorOption;
using cli::kFormatOption;
using cli::kUsageExit;
using cli::Option;
using cli::ValueKind;

constexpr Argument kPlan{"PLAN", "launch-plan.json, as compile wrote it; /etc/bulkhead/launch-plan.json when left out",
                         ValueKind::kFile, false};
constexpr Argument kDomain{"DOMAIN", "a domain of the plan, by its name", ValueKind::kText, true};

constexpr Option kLog{.name = "log",
                      .value = "FILE",
                      .help = "append each step with its time to FILE, as JSON lines",
                      .kind = ValueKind::kFile};
constexpr Option kTimeout{.name = "timeout",
                          .value = "SECONDS",
                          .help = "how long to wait for a domain or a back end to become ready",
                          .kind = ValueKind::kNumber,
                          .numbers = {1, 3600, 120}};
constexpr Option kWorkers{.name = "workers",
                          .value = "N",
                          .help = "how many steps are carried out side by side; waiting is not counted",
                          .kind = ValueKind::kNumber,
                          .numbers = {1, 64, 4}};
constexpr Option kDryRun{.name = "dry-run", .value = "", .help = "print the steps with their reasons and do nothing"};

constexpr ExitNote kHostUnreachable{cli::ExitCode::kEnvironment,
                                    "the plan could not be read, or the hypervisor or the xenstore could not be asked"};

constexpr std::array kInventoryOptions{
    Option{.name = "output",
           .letter = 'o',
           .value = "FILE",
           .help = "the file to write, in one step; stdout when left out",
           .kind = ValueKind::kFile},
    Option{.name = "root",
           .value = "DIR",
           .help = "where proc and sys are, for instance in a copy taken from another machine; / when left out",
           .kind = ValueKind::kFolder}};
constexpr std::array kInventoryExamples{
    Example{"bulkhead-launch inventory -o inventory.yaml", "writes the file that host.inventory of the spec names"}};
constexpr std::array kInventoryExits{
    ExitNote{cli::ExitCode::kDone, "the inventory was written"}, kUsageExit,
    ExitNote{cli::ExitCode::kEnvironment, "something below the root could not be read, or the file not be written"}};

constexpr std::array kPlanArguments{kPlan};

constexpr std::array kPreflightOptions{kFormatOption, kColorOption};
constexpr std::array kPreflightExamples{
    Example{"bulkhead-launch preflight out/launch-plan.json", "says what is off, all of it in one run"}};
constexpr std::array kPreflightExits{
    ExitNote{cli::ExitCode::kDone, "the host is the one that the plan was made for"},
    ExitNote{cli::ExitCode::kRejected, "it is not, or the plan is refused; every reason is printed"}, kUsageExit,
    kHostUnreachable};

constexpr std::array kLoadArguments{
    Argument{"RUNNING", "the launch plan of the policy that Xen runs now", ValueKind::kFile, true}, kPlan};
constexpr std::array kLoadOptions{Option{.name = "policy",
                                         .value = "FILE",
                                         .help = "the binary policy; xenpolicy beside the plan when left out",
                                         .kind = ValueKind::kFile},
                                  kFormatOption, kColorOption, kLog};
constexpr std::array kLoadExamples{
    Example{"bulkhead-launch load /etc/bulkhead/launch-plan.json out/launch-plan.json",
            "puts out/xenpolicy into the hypervisor, which runs /etc/bulkhead/xenpolicy"}};
constexpr std::array kLoadExits{
    ExitNote{cli::ExitCode::kDone, "the policy is loaded, and every cell of it was asked"},
    ExitNote{cli::ExitCode::kRejected,
             "the policy is not the plan's, or would change what a running domain's label, an initial SID or a device "
             "context means, or the host is sealed; nothing was changed"},
    kUsageExit, kHostUnreachable};

constexpr std::array kRunOptions{
    kDryRun,
    Option{.name = "seal", .value = "", .help = "seal the host when all is up and verified, as the command seal does"},
    kWorkers,
    kTimeout,
    kFormatOption,
    kColorOption,
    kLog};
constexpr std::array kRunExamples{
    Example{"bulkhead-launch run --seal", "starts and seals the host of /etc/bulkhead/launch-plan.json"},
    Example{"bulkhead-launch run --dry-run out/launch-plan.json", "prints the steps, each with its reason"}};
constexpr std::array kRunExits{
    ExitNote{cli::ExitCode::kDone, "every domain that starts at boot runs, verified"},
    ExitNote{cli::ExitCode::kRejected,
             "the plan is refused, or preflight has findings (nothing was started), or a domain is not as the plan "
             "says (what was done is undone)"},
    kUsageExit, ExitNote{cli::ExitCode::kEnvironment, "a step failed; what was done is undone"}};

constexpr std::array kSealOptions{kFormatOption, kColorOption};
constexpr std::array kSealExamples{Example{"bulkhead-launch seal", "seals the host that was started without --seal"}};
constexpr std::array kSealExits{
    ExitNote{cli::ExitCode::kDone, "domain 0 is sealed, and the host was verified from there"},
    ExitNote{cli::ExitCode::kRejected, "the host is not as the plan says, or the plan is refused; it is not sealed"},
    kUsageExit, kHostUnreachable};

constexpr std::array kStatusOptions{kFormatOption, kColorOption};
constexpr std::array kStatusExamples{
    Example{"bulkhead-launch status", "each domain of the plan with its state and label"},
    Example{"bulkhead-launch status --format json", "the same for a program"}};
constexpr std::array kStatusExits{
    ExitNote{cli::ExitCode::kDone, "every domain that starts at boot runs under its label"},
    ExitNote{cli::ExitCode::kRejected,
             "one does not, or there is one that the plan does not know, or the plan is "
             "refused"},
    kUsageExit, kHostUnreachable};

constexpr std::array<std::string_view, 3> kScopes{"allowed", "all", "domains"};
constexpr Option kScope{.name = "scope",
                        .value = "SCOPE",
                        .help =
                            "what is asked: all that the plan's policy lets the asking label ask; all there is, "
                            "where a refusal is a failure; or the domains with their labels alone",
                        .kind = ValueKind::kChoice,
                        .choices = kScopes};
constexpr Option kAs{.name = "as",
                     .value = "DOMAIN",
                     .help = "the domain that this program runs in, by its name in the plan; domain 0 when left out",
                     .kind = ValueKind::kText};

constexpr std::array kVerifyOptions{kScope, kAs, kFormatOption, kColorOption};
constexpr std::array kVerifyExamples{
    Example{"bulkhead-launch verify", "says whether the running host is what the plan says"},
    Example{"bulkhead-launch verify --scope all --format json", "asks everything and prints it for a program"}};
constexpr std::array kVerifyExits{
    ExitNote{cli::ExitCode::kDone, "what was seen is as the plan says; what was not asked is printed"},
    ExitNote{cli::ExitCode::kRejected, "it is not, or the plan is refused; every difference is printed"},
    ExitNote{cli::ExitCode::kUsage, "the command line was not understood, or the plan has no such domain"},
    ExitNote{cli::ExitCode::kEnvironment,
             "nothing differs, but something was asked and not answered; or the plan, the "
             "hypervisor or the xenstore could not be read at all"}};

constexpr std::array<std::string_view, 3> kAuditFormats{"text", "json", "html"};
constexpr std::array kAuditOptions{
    Option{.name = "output",
           .letter = 'o',
           .value = "DIR",
           .help = "the folder for audit.html, audit.json and audit.txt; one form of it "
                   "goes to stdout when left out",
           .kind = ValueKind::kFolder},
    Option{.name = "privileges",
           .value = "FILE",
           .help = "privileges.json of the plan; the one beside it when left out",
           .kind = ValueKind::kFile},
    Option{.name = "usage",
           .value = "FILE",
           .help = "what `bulkhead usage --format json` printed of this host: shows what "
                   "is granted and was never used",
           .kind = ValueKind::kFile},
    Option{.name = "format",
           .value = "FORMAT",
           .help = "what goes to stdout without --output",
           .kind = ValueKind::kChoice,
           .choices = kAuditFormats},
    kScope,
    kAs,
    kColorOption};
constexpr std::array kAuditExamples{
    Example{"bulkhead-launch audit -o audit", "writes the page, the text and the JSON of this host"},
    Example{"bulkhead-launch audit --format html out/launch-plan.json > audit.html", "prints the page"}};
constexpr std::array kAuditExits{
    ExitNote{cli::ExitCode::kDone, "what was seen is as compiled; what was not asked is in the audit"},
    ExitNote{cli::ExitCode::kRejected,
             "it is not, and the audit is written; or the plan or privileges.json is refused"},
    ExitNote{cli::ExitCode::kUsage, "the command line was not understood, or the plan has no such domain"},
    ExitNote{cli::ExitCode::kEnvironment,
             "nothing differs, but something was asked and not answered, and the audit is written; or a file, the "
             "hypervisor or the xenstore could not be read at all"}};

constexpr std::array kAuditDiffArguments{Argument{"OLD", "audit.json of the earlier audit", ValueKind::kFile, true},
                                         Argument{"NEW", "audit.json of the later one", ValueKind::kFile, true}};
constexpr std::array kAuditDiffOptions{kFormatOption, kColorOption};
constexpr std::array kAuditDiffExamples{
    Example{"bulkhead-launch audit-diff monday/audit.json today/audit.json", "says what changed since Monday"}};
constexpr std::array kAuditDiffExits{
    ExitNote{cli::ExitCode::kDone, "the later audit holds, no permission, finding, gap or accepted risk came"},
    ExitNote{cli::ExitCode::kRejected, "one did, or it does not hold, or a file is no audit"}, kUsageExit,
    ExitNote{cli::ExitCode::kEnvironment, "a file could not be read"}};

constexpr std::array kWatchOptions{
    Option{.name = "every",
           .value = "SECONDS",
           .help = "how long after a look the next one begins, unless a domain ends before",
           .kind = ValueKind::kNumber,
           .numbers = {1, 86400, 60}},
    Option{.name = "budget",
           .value = "N",
           .help = "how often one domain is built anew within ten minutes",
           .kind = ValueKind::kNumber,
           .numbers = {0, 100, 5}},
    Option{.name = "no-restart", .value = "", .help = "tell, and build nothing anew"},
    Option{.name = "metrics",
           .value = "FILE",
           .help = "write metrics for Prometheus' node exporter after each look, in one step",
           .kind = ValueKind::kFile},
    kScope,
    kAs,
    kWorkers,
    kTimeout,
    kColorOption,
    kLog};
constexpr std::array kWatchExamples{
    Example{"bulkhead-launch watch --metrics /var/lib/prometheus/node-exporter/bulkhead.prom",
            "what bulkhead-watch.service runs"},
    Example{"bulkhead-launch watch --no-restart --every 10", "looks every ten seconds and changes nothing"}};
constexpr std::array kWatchExits{
    ExitNote{cli::ExitCode::kDone, "it was told to stop"}, ExitNote{cli::ExitCode::kRejected, "the plan is refused"},
    ExitNote{cli::ExitCode::kUsage, "the command line was not understood, or the plan has no such domain"},
    ExitNote{cli::ExitCode::kEnvironment,
             "the plan could not be read, the hypervisor or the xenstore not be reached, "
             "or an alarm or the metrics not be written"}};

constexpr std::array kRestartArguments{kDomain, kPlan};
constexpr std::array kRestartOptions{kDryRun, kWorkers, kTimeout, kColorOption, kLog};
constexpr std::array kRestartExamples{
    Example{"bulkhead-launch restart net", "builds the network domain anew and gives its guests their network back"},
    Example{"bulkhead-launch restart --dry-run disk", "says what that would do to the domains that it serves"}};
constexpr std::array kRestartExits{
    ExitNote{cli::ExitCode::kDone, "it runs again, verified, and those that it serves are connected"},
    ExitNote{cli::ExitCode::kRejected, "the plan does not let it be restarted, or the plan is refused"},
    ExitNote{cli::ExitCode::kUsage, "the command line was not understood, or the plan has no such domain"},
    ExitNote{cli::ExitCode::kEnvironment, "a step failed; what was done is undone, and the domain does not run"}};

constexpr std::array kHelpExamples{Example{"bulkhead-launch help run", "the same as bulkhead-launch run --help"}};

constexpr std::array kCommands{
    Command{"inventory",
            "[-o FILE] [--root DIR]",
            "write down what the machine is made of",
            "Reads the machine's PCI devices with their memory, ports, interrupts and IOMMU groups, its processors, "
            "memory and NUMA nodes, and prints the inventory that a spec names (host.inventory). Where Xen runs and "
            "answers, processors, memory and nodes are its own. Nothing is changed. What cannot be seen is left out "
            "and said in a comment.",
            {},
            kInventoryOptions,
            kInventoryExamples,
            kInventoryExits,
            run_inventory},
    Command{"preflight", "[options] [PLAN]", "say whether this host is the plan's",
            "Asks the hypervisor for every cell of the policy and for its mode, version and IOMMU, and compares "
            "hardware_dom, the cards in their slots, the digests of kernels and ramdisks, the free memory and the "
            "domains that are there with the plan. Nothing is changed. A finding says what is, what was planned, the "
            "line of the spec, and what to do.",
            kPlanArguments, kPreflightOptions, kPreflightExamples, kPreflightExits, run_preflight},
    Command{"load", "[options] RUNNING [PLAN]", "put the plan's policy into the running hypervisor",
            "Replaces the policy while the host runs. Normally the policy is a module that the boot loader gives to "
            "Xen, and this is not needed.\n\n"
            "A reload does not read initial SIDs again and drops labels that are no longer there, so a policy that "
            "would change the meaning of what runs is refused. A sealed host takes none.\n\n"
            "Xen gives no policy back: the plan of the one that runs is named too, with its xenpolicy beside it. It is "
            "compared with what the hypervisor answers, and is loaded again if the new one does not answer as its plan "
            "says.",
            kLoadArguments, kLoadOptions, kLoadExamples, kLoadExits, run_load},
    Command{"run", "[options] [PLAN]", "start the host",
            "Does what preflight does, and when nothing is off, starts every domain that the plan starts at boot. "
            "Each is built under its building label, given the label that it runs with, verified, and only then let "
            "run, when the back ends that it needs are ready. When a step fails, everything is undone in reverse.",
            kPlanArguments, kRunOptions, kRunExamples, kRunExits, run_host},
    Command{"seal", "[options] [PLAN]", "give up what only starting the host needed",
            "Verifies the host and gives domain 0 its sealed label: no policy can be loaded, no hardware be given "
            "away and no memory of a running domain be mapped any more; what restart needs is kept. Only a reboot "
            "undoes it.",
            kPlanArguments, kSealOptions, kSealExamples, kSealExits, run_seal},
    Command{"status", "[options] [PLAN]", "print how each domain of the plan is",
            "Prints whether the host is sealed and, for each domain of the plan, its state and its label, as the "
            "hypervisor says them. A domain that the plan does not know is a finding.",
            kPlanArguments, kStatusOptions, kStatusExamples, kStatusExits, run_status},
    Command{"verify", "[options] [PLAN]", "say whether the running host is the plan's",
            "Reads the host again and trusts nothing that the launcher remembers: domains with their labels, FLASK's "
            "mode and booleans, every cell of the policy, owners of devices, interrupts, ports and memory ranges, "
            "event channels with their labels, mapped grants with their direction, grant tables, xenstore nodes with "
            "their permissions, and what FLASK denied. Each difference is named with the domain, what is, what should "
            "be, the line of the spec, and how bad it is.\n\n"
            "What the policy does not let the asking label ask is not asked, and said. The sealed label may ask little "
            "unless the spec chooses otherwise (`host: verify:`).",
            kPlanArguments, kVerifyOptions, kVerifyExamples, kVerifyExits, run_verify},
    Command{
        "watch", "[options] [PLAN]", "verify again and again, and build anew what ended",
        "Verifies at once, whenever a domain ended, and on a timer. A domain that ended is built anew as its "
        "`restart:` in the spec says, at once the first time, then after growing pauses, and not any more when its "
        "budget is used up.\n\n"
        "Alarms are JSON lines on stdout: a finding that is new or gone, a domain that ended, was built anew, or was "
        "given up. Steps go to stderr. It runs until SIGTERM or SIGINT; a domain that is being built is finished "
        "first.",
        kPlanArguments, kWatchOptions, kWatchExamples, kWatchExits, run_watch},
    Command{
        "audit", "[-o DIR] [options] [PLAN]", "write down what the running host is, for a person to read",
        "Verifies the host as `verify` does and writes what the hypervisor said beside what was compiled: whether it "
        "holds, each finding, a picture of the host, who holds what over whom, and of each domain what it can, what "
        "it cannot, and because of which line of the spec; risks that were accepted, digests, and what this does not "
        "show. The page needs no network and no script.\n\n"
        "Reasons and lines of the spec come from privileges.json beside the plan. It is refused unless it agrees with "
        "the plan in every cell.",
        kPlanArguments, kAuditOptions, kAuditExamples, kAuditExits, run_audit},
    Command{"audit-diff", "[options] OLD NEW", "say what changed between two audits",
            "Compares two audit.json: findings that are new or gone, permissions that are more (widened) or less "
            "(narrowed), labels, accepted risks, digests. It asks no hypervisor.",
            kAuditDiffArguments, kAuditDiffOptions, kAuditDiffExamples, kAuditDiffExits, run_audit_diff},
    Command{"restart", "[options] DOMAIN [PLAN]", "build one domain anew",
            "Destroys the domain, if it is there, and starts it again under the same label, verified. Domains whose "
            "network it serves get new front ends. Domains whose disk it serves do not survive it: they are "
            "restarted too when the plan lets them be. Works on a sealed host.",
            kRestartArguments, kRestartOptions, kRestartExamples, kRestartExits, run_restart},
    cli::help_command(kHelpExamples),
};

constexpr std::array kProgramExits{
    ExitNote{cli::ExitCode::kDone, "done, or it holds"},
    ExitNote{cli::ExitCode::kRejected, "refused, or what was asked does not hold"}, kUsageExit,
    ExitNote{cli::ExitCode::kEnvironment, "the environment failed: a file, the hypervisor, the xenstore, a domain"}};
constexpr std::array kFiles{cli::Note{"/etc/bulkhead/launch-plan.json", "the plan of this host, when none is named"},
                            cli::Note{"/etc/bulkhead/xenpolicy", "the policy of this host, for load"}};
constexpr cli::Program kProgram{
    "bulkhead-launch",
    "start the domains of a Xen host as its launch plan says, and seal it",
    "bulkhead-launch runs in domain 0 and does what a launch plan says, which bulkhead compile made: it checks that "
    "the host is the one that the plan was made for, starts the domains in their order, verifies each with the "
    "hypervisor before it runs, and seals the host. It trusts neither what it remembers nor what a domain "
    "writes.\n\n"
    "Findings and steps go to stderr, what a command prints for use to stdout.",
    kProgramExits,
    kCommands,
    {.section = 8, .files = kFiles},
};

}  // namespace

const cli::Program& program() {
  return kProgram;
}

}  // namespace bulkhead::launcher
