// spec::Spec to YAML: the keys in the order of the table, one mapping a line below the sections.
#include <fmt/format.h>

#include "bulkhead/spec/read.h"
#include "forms.h"

namespace bulkhead::spec {
namespace {

// Within double quotes.
std::string escaped(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  return out + '"';
}

// A name stands without quotes unless YAML takes it for something else.
std::string name(std::string_view text) {
  const bool plain = is_name(text) && text != "null" && text != "true" && text != "false";
  return plain ? std::string(text) : escaped(text);
}

std::string names(const std::vector<Text>& texts) {
  std::string out;
  for (const Text& text : texts) {
    out += (out.empty() ? "" : ", ") + name(text.value);
  }
  return '[' + out + ']';
}

std::string hex_range(const Range& range) {
  return range.first == range.last ? fmt::format("\"{:#x}\"", range.first)
                                   : fmt::format("\"{:#x}-{:#x}\"", range.first, range.last);
}

std::string hex_ranges(const std::vector<Located<Range>>& ranges) {
  std::string out;
  for (const Located<Range>& range : ranges) {
    out += (out.empty() ? "" : ", ") + hex_range(range.value);
  }
  return '[' + out + ']';
}

// In the largest unit that divides it.
std::string size(std::uint64_t bytes) {
  constexpr std::string_view kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
  std::uint64_t count = bytes >> 10U;
  std::size_t unit = 0;
  while (unit + 1 < std::size(kUnits) && count % 1024 == 0) {
    count /= 1024;
    ++unit;
  }
  return fmt::format("{} {}", count, kUnits[unit]);
}

std::string_view word(IommuStrength strength) {
  switch (strength) {
    case IommuStrength::kRequired:
      return "required";
    case IommuStrength::kNoRemapping:
      return "no-remapping";
    case IommuStrength::kNone:
      return "none";
  }
  return {};
}

std::string_view word(DomainType type) {
  switch (type) {
    case DomainType::kPv:
      return "pv";
    case DomainType::kPvh:
      return "pvh";
    case DomainType::kHvm:
      return "hvm";
  }
  return {};
}

std::string_view word(Restart restart) {
  switch (restart) {
    case Restart::kNever:
      return "never";
    case Restart::kOnFailure:
      return "on-failure";
    case Restart::kAlways:
      return "always";
  }
  return {};
}

std::string_view word(Start start) {
  return start == Start::kBoot ? "boot" : "on-demand";
}
std::string_view word(Access access) {
  return access == Access::kReadWrite ? "read-write" : "read-only";
}

std::string_view word(FlowConcern concern) {
  return concern == FlowConcern::kIntegrity ? "integrity" : "confidentiality";
}

std::string_view word(Phase phase) {
  switch (phase) {
    case Phase::kBuilding:
      return "building";
    case Phase::kBooting:
      return "booting";
    case Phase::kRunning:
      return "sealed";
  }
  return {};
}

// "{ key: value, … }", built entry by entry; an optional that is empty leaves nothing.
class Mapping {
 public:
  Mapping& add(std::string_view key, std::string_view value) {
    entries_ += fmt::format("{}{}: {}", entries_.empty() ? "" : ", ", key, value);
    return *this;
  }
  Mapping& add_name(std::string_view key, const Text& text) { return add(key, name(text.value)); }
  Mapping& add_name(std::string_view key, const std::optional<Text>& text) {
    return text ? add_name(key, *text) : *this;
  }
  Mapping& add_text(std::string_view key, const Text& text) { return add(key, escaped(text.value)); }
  Mapping& add_text(std::string_view key, const std::optional<Text>& text) {
    return text ? add_text(key, *text) : *this;
  }
  Mapping& add_names(std::string_view key, const std::vector<Text>& texts) {
    return texts.empty() ? *this : add(key, names(texts));
  }
  Mapping& add_number(std::string_view key, const std::optional<Located<std::uint64_t>>& number) {
    return number ? add(key, fmt::format("{}", number->value)) : *this;
  }
  Mapping& add_id(std::string_view key, const std::optional<Located<std::uint32_t>>& number) {
    return number ? add(key, fmt::format("{:#06x}", number->value)) : *this;
  }
  template <typename Enum>
  Mapping& add_word(std::string_view key, const std::optional<Located<Enum>>& value) {
    return value ? add(key, word(value->value)) : *this;
  }
  [[nodiscard]] std::string text() const { return entries_.empty() ? "{}" : "{ " + entries_ + " }"; }

 private:
  std::string entries_;
};

std::string print(const Host& host) {
  Mapping out;
  out.add_name("name", host.name).add_text("xen", host.xen);
  out.add("hardware", host.hardware_domain ? Mapping().add_name("domain", *host.hardware_domain).text() : "control");
  return out.add_text("inventory", host.inventory)
      .add("iommu", word(host.iommu.value))
      .add_name("verify", host.verify)
      .text();
}

std::string print(const Device& device) {
  Mapping out;
  if (device.pci) {
    out.add("pci", escaped(device.pci->value.text()));
  }
  if (const std::optional<DeviceIdentity>& is = device.identity) {
    Mapping identity;
    identity.add_id("vendor", is->vendor).add_id("device", is->device);
    identity.add_id("subsystem-vendor", is->subsystem_vendor).add_id("subsystem-device", is->subsystem_device);
    out.add("is", identity.add_name("class", is->device_class).text());
  }
  if (!device.iomem.empty()) {
    out.add("iomem", hex_ranges(device.iomem));
  }
  if (!device.ioports.empty()) {
    out.add("ioports", hex_ranges(device.ioports));
  }
  if (!device.irqs.empty()) {
    std::string irqs;
    for (const Located<std::uint64_t>& irq : device.irqs) {
      irqs += fmt::format("{}{}", irqs.empty() ? "" : ", ", irq.value);
    }
    out.add("irqs", '[' + irqs + ']');
  }
  return out.text();
}

std::string print(const Place& place) {
  Mapping out;
  out.add_name("near", place.near).add_number("node", place.node);
  if (place.cpus) {
    const Range& cpus = place.cpus->value;
    out.add("cpus",
            cpus.first == cpus.last ? fmt::format("{}", cpus.first) : fmt::format("\"{}-{}\"", cpus.first, cpus.last));
  }
  return out.text();
}

std::string print(const Domain& domain) {
  Mapping out;
  out.add_name("role", domain.role).add_word("type", domain.type).add_names("devices", domain.devices);
  out.add_text("kernel", domain.kernel).add_text("ramdisk", domain.ramdisk).add_text("cmdline", domain.command_line);
  if (domain.memory_bytes) {
    out.add("memory", size(domain.memory_bytes->value));
  }
  out.add_number("vcpus", domain.vcpus).add_number("domid", domain.domid).add_number("instances", domain.instances);
  out.add_number("max-grant-frames", domain.max_grant_frames);
  out.add_number("max-maptrack-frames", domain.max_maptrack_frames);
  out.add_number("max-event-channels", domain.max_event_channels);
  out.add_word("restart", domain.restart).add_word("start", domain.start);
  if (domain.place) {
    out.add("place", print(*domain.place));
  }
  return out.add_name("target", domain.target)
      .add_name("console", domain.console)
      .add_names("after", domain.after)
      .text();
}

std::string print(const Connection& connection) {
  Mapping out;
  const std::string second =
      connection.second.size() == 1 ? name(connection.second[0].value) : names(connection.second);
  if (connection.kind.value == "channel" || connection.kind.value == "argo") {
    out.add("between", '[' + name(connection.first.value) + ", " + second + ']');
  } else {
    const bool observes = connection.kind.value == "observe";
    out.add_name(observes ? "observer" : "backend", connection.first).add(observes ? "domain" : "frontend", second);
  }
  out.add_text("bridge", connection.bridge).add_text("mac", connection.mac).add_text("target", connection.target);
  out.add_text("device", connection.device).add_word("access", connection.access).add_number("pages", connection.pages);
  return Mapping().add(connection.kind.value, out.text()).text();
}

std::string print(const Role& role) {
  std::string allows;
  for (const RoleAllow& allow : role.allow) {
    Mapping out;
    out.add_name("on", allow.on).add_name("class", allow.access_class).add_names("permissions", allow.permissions);
    allows += (allows.empty() ? "" : ", ") + out.add_text("reason", allow.reason).text();
  }
  return Mapping().add_name("extends", role.extends).add("allow", '[' + allows + ']').text();
}

std::string print(const AccessPattern& pattern) {
  Mapping out;
  out.add_name("class", pattern.access_class).add_name("permission", pattern.permission);
  return out.add_name("on", pattern.on).text();
}

std::string print(const Assertion& assertion) {
  Mapping out;
  out.add_text("name", assertion.name).add_word("phase", assertion.phase);
  if (const auto* flow = std::get_if<NoFlow>(&assertion.claim)) {
    out.add("no-flow", Mapping().add_name("from", flow->from).add_name("to", flow->to).add_word("by", flow->by).text());
    out.add_names("except-through", flow->except_through);
  } else if (const auto* only = std::get_if<OnlyMay>(&assertion.claim)) {
    out.add_names("only", only->only).add("may", print(only->may));
  } else if (const auto* some = std::get_if<MayOnly>(&assertion.claim)) {
    Mapping claim;
    claim.add_name("domain", some->domain).add_name("class", some->may.access_class);
    claim.add_name("permission", some->may.permission).add_names("on", some->on);
    out.add("may-only", claim.text());
  } else if (const auto* budget = std::get_if<AtMost>(&assertion.claim)) {
    Mapping claim;
    claim.add_name("domain", budget->domain).add_number("permissions", budget->permissions);
    claim.add_number("unreviewed-operations", budget->unreviewed).add_number("reaches", budget->reaches);
    claim.add_names("not-through", budget->not_through).add_number("controls", budget->controls);
    out.add("at-most", claim.text());
  } else {
    out.add("nobody-may", print(std::get<NobodyMay>(assertion.claim).may));
  }
  return out.text();
}

std::string print(const Accept& accept) {
  Mapping out;
  out.add_name("finding", accept.finding).add_names("domains", accept.domains).add_names("devices", accept.devices);
  return out.add_text("reason", accept.reason).text();
}

template <typename T>
void add_named(std::string& out, std::string_view section, const std::vector<T>& entries) {
  if (!entries.empty()) {
    out += fmt::format("{}:\n", section);
  }
  for (const T& entry : entries) {
    out += fmt::format("  {}: {}\n", name(entry.name.value), print(entry));
  }
}

template <typename T>
void add_list(std::string& out, std::string_view section, const std::vector<T>& entries) {
  if (!entries.empty()) {
    out += fmt::format("{}:\n", section);
  }
  for (const T& entry : entries) {
    out += fmt::format("  - {}\n", print(entry));
  }
}

}  // namespace

std::string print_spec(const Spec& spec) {
  std::string out = fmt::format("bulkhead: 1\nhost: {}\n", print(spec.host));
  add_named(out, "devices", spec.devices);
  if (spec.domains.empty()) {
    out += "domains: {}\n";
  }
  add_named(out, "domains", spec.domains);
  add_list(out, "connections", spec.connections);
  add_named(out, "roles", spec.roles);
  add_list(out, "assert", spec.assertions);
  add_list(out, "accept", spec.accepts);
  return out;
}

}  // namespace bulkhead::spec
