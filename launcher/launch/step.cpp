#include "bulkhead/launch/step.h"

#include <array>

#include <fmt/format.h>

#include "bulkhead/base/check.h"

namespace bulkhead::launch {
namespace {

struct Words {
  StepKind kind;
  std::string_view name;
  std::string_view reason;
  std::string_view undo;
};

constexpr std::array kWords{
    Words{StepKind::kCreate, "create",
          "the number and the label are fixed before anything else can take them; nothing runs yet",
          "the domain is destroyed"},
    Words{StepKind::kTakeDomainEnds, "take domain ends",
          "the hardware domain's creation takes the notice of ended domains away from xenstored's domain", ""},
    Words{StepKind::kBuild, "build",
          "memory is filled while the building label still lets the builder write to it; the ports for xenstore and "
          "console must be known to the kernel's start page",
          ""},
    Words{StepKind::kRelabel, "relabel",
          "from here on nobody maps the domain's memory except by its grants; a building label may hold no device", ""},
    Words{StepKind::kPublish, "publish", "its kernel finds its xenstore directory, owned by it, when it starts",
          "its xenstore directory is removed"},
    Words{StepKind::kIntroduce, "introduce", "xenstored maps the ring that the build has granted", ""},
    Words{StepKind::kAwaitReady, "await", "what comes next needs its services", ""},
    Words{StepKind::kDelegate, "delegate",
          "domain 0 holds no hardware that it could give; the agent in the hardware domain gives what its list says",
          "the request is removed; the domain's end takes the ranges back"},
    Words{StepKind::kAssign, "assign", "the device must be behind the IOMMU before its driver runs",
          "the domain's end puts the device into quarantine"},
    Words{StepKind::kConnect, "connect", "both ends find their nodes when their drivers look",
          "both ends' nodes are removed"},
    Words{StepKind::kAwaitBackEnd, "await back end",
          "a front end that starts before its back end waits for a disk or a network that may never come", ""},
    Words{StepKind::kVerify, "verify", "nothing runs before the hypervisor has said what it got", ""},
    Words{StepKind::kUnpause, "unpause", "everything that it needs is there and was verified", ""},
    Words{StepKind::kDestroy, "destroy", "what is left of it holds its number, its memory and its devices", ""},
    Words{StepKind::kForget, "forget", "the new domain of this number must not find the old one's nodes", ""},
    Words{StepKind::kDisconnect, "disconnect", "a front end comes back only when its old nodes are gone", ""},
};

const Words& words(StepKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  BULKHEAD_CHECK(index < kWords.size() && kWords[index].kind == kind, "the table stands in the order of the kinds");
  return kWords[index];
}

std::string_view domain_name(const plan::LaunchPlan& plan, std::uint32_t domid) {
  const plan::Domain* domain = plan::find_domain(plan, domid);
  return domain != nullptr ? std::string_view(domain->name) : std::string_view("?");
}

}  // namespace

std::string_view name(StepKind kind) {
  return words(kind).name;
}

std::string_view reason(StepKind kind) {
  return words(kind).reason;
}

std::string_view undo(StepKind kind) {
  return words(kind).undo;
}

std::string title(const Step& step, const plan::LaunchPlan& plan) {
  const auto domain = domain_name(plan, step.domid);
  if (step.device) {
    return fmt::format("{} {} to {}", name(step.kind), plan.devices[*step.device].name, domain);
  }
  if (step.connection) {
    const plan::Connection& connection = plan.connections[*step.connection];
    return fmt::format("{} {} of {} in {}", name(step.kind), connection.kind,
                       domain_name(plan, connection.frontend_domid), domain_name(plan, connection.backend_domid));
  }
  return fmt::format("{} {}", name(step.kind), domain);
}

}  // namespace bulkhead::launch
