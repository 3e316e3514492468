#include <array>
#include <utility>

#include "bulkhead/base/check.h"
#include "bulkhead/catalogue/catalogue.h"
#include "load.h"

namespace bulkhead::catalogue {
namespace {

constexpr std::array<std::string_view, kInitialLabelCount> kSidNames = {
    "xenboot", "xen", "domio", "domxen", "unlabeled", "security", "ioport", "iomem", "irq", "device", "domU", "domDM"};

// What the data write for the hypervisor's own labels; the four kinds of unowned resources have speaking names.
constexpr std::array<std::pair<std::string_view, InitialLabel>, 10> kInitialTargets = {{
    {"xen", InitialLabel::kXen},
    {"security", InitialLabel::kSecurity},
    {"domio", InitialLabel::kDomio},
    {"domxen", InitialLabel::kDomxen},
    {"unlabeled", InitialLabel::kUnlabeled},
    {"default-devices", InitialLabel::kDevice},
    {"default-irqs", InitialLabel::kIrq},
    {"default-iomem", InitialLabel::kIomem},
    {"default-ioports", InitialLabel::kIoport},
    {"xenboot", InitialLabel::kXenboot},
}};

constexpr std::array<std::pair<std::string_view, TargetKind>, 6> kNamedTargets = {{
    {"self", TargetKind::kSelf},
    {"booting-self", TargetKind::kBootingSelf},
    {"builder", TargetKind::kBuilder},
    {"channel", TargetKind::kChannel},
    {"device", TargetKind::kDevice},
    {"sealed", TargetKind::kSealed},
}};

}  // namespace

std::string_view sid_name(InitialLabel label) {
  return kSidNames.at(static_cast<std::size_t>(label));
}

std::optional<Target> parse_target(std::string_view text, const std::string (&ends)[2]) {
  for (std::uint8_t end = 0; end < 2; ++end) {
    if (ends[end].empty() || !text.starts_with(ends[end])) continue;
    const std::string_view rest = text.substr(ends[end].size());
    if (rest.empty()) return Target{TargetKind::kEnd, end, {}};
    if (rest == ".building") return Target{TargetKind::kEndBuilding, end, {}};
    if (rest == ".running") return Target{TargetKind::kEndRunning, end, {}};
  }
  for (const auto& [name, kind] : kNamedTargets) {
    if (name == text) return Target{kind, 0, {}};
  }
  for (const auto& [name, label] : kInitialTargets) {
    if (name == text) return Target{TargetKind::kInitial, 0, label};
  }
  return std::nullopt;
}

std::vector<std::string> role_target_names() {
  std::vector<std::string> names = {"self"};
  for (const auto& [name, label] : kInitialTargets) {
    if (label != InitialLabel::kXenboot) names.emplace_back(name);  // the hypervisor before it runs: nobody's target
  }
  return names;
}

std::string describe(const Target& target, const std::string (&ends)[2]) {
  switch (target.kind) {
    case TargetKind::kEnd:
      return ends[target.end];
    case TargetKind::kEndBuilding:
      return ends[target.end] + ".building";
    case TargetKind::kEndRunning:
      return ends[target.end] + ".running";
    case TargetKind::kBuilder:
    case TargetKind::kChannel:
    case TargetKind::kDevice:
    case TargetKind::kSelf:
    case TargetKind::kBootingSelf:
    case TargetKind::kSealed:
      for (const auto& [name, kind] : kNamedTargets) {
        if (kind == target.kind) return std::string(name);
      }
      break;
    case TargetKind::kInitial:
      for (const auto& [name, label] : kInitialTargets) {
        if (label == target.initial) return std::string(name);
      }
      return std::string(sid_name(target.initial));
  }
  BULKHEAD_CHECK(false, "every target kind has a name");
  return {};
}

}  // namespace bulkhead::catalogue
