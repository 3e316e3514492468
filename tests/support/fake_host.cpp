#include "fake_host.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include <fmt/format.h>

#include "bulkhead/base/digest.h"
#include "fake_host_call.h"

namespace bulkhead::test {

namespace {

using hypervisor::Sbdf;

constexpr std::uint64_t kMiB = 1024;

std::string content_of(const std::string& path) {
  return "what is in " + path + "\n";
}

std::string part(const std::string& label, std::size_t wanted) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < wanted; ++i) {
    begin = label.find(':', begin) + 1;
  }
  return label.substr(begin, label.find(':', begin) - begin);
}

// What a class but `domain` and its like results in when no rule says otherwise.
std::string object_label(const std::string& source, const std::string& target) {
  return part(source, 0) + ":object_r:" + part(target, 2);
}

std::uint32_t class_code(const std::optional<plan::Identity>& identity) {
  return identity && identity->device_class ? identity->device_class->code : 0x010601;
}

}  // namespace

plan::LaunchPlan with_fake_files(plan::LaunchPlan plan) {
  for (plan::FileDigest& file : plan.digests.files) {
    file.sha256 = sha256_hex(content_of(file.path));
    file.reason.reset();
  }
  return plan;
}

void FakeHost::start_control(const plan::Domain& domain) {
  FakeDomain control;
  control.made.domid = domain.domid;
  control.made.label = domain.booting_label.value_or(domain.label);
  control.made.vcpus = domain.vcpus;
  control.made.memory_kib = domain.memory_kib;
  control.sid = number_of(control.made.label);
  control.state = hypervisor::RunState::kRunning;
  control.holds_all = true;
  control.ready_at = Time{};
  control.ready = true;
  control.introduced = true;
  state[domain.domid] = std::move(control);
}

void FakeHost::prepare() {
  const plan::LaunchPlan& plan = plan_;
  given.policy = plan.expectations;
  sids_ = plan.expectations.labels;
  std::uint64_t needed_kib = 1024 * kMiB;
  for (const plan::Domain& domain : plan.domains) {
    needed_kib += domain.memory_kib + 8 * kMiB;
    if (domain.control) {
      start_control(domain);
    }
  }
  unsigned major = 4;
  unsigned minor = 17;
  std::from_chars(plan.host.xen.data(), plan.host.xen.data() + 1, major);
  std::from_chars(plan.host.xen.data() + 2, plan.host.xen.data() + plan.host.xen.size(), minor);
  const bool iommu = plan.host.iommu != plan::IommuStrength::kNone;
  given.facts = {major, minor, plan.host.xen + ".5", 4, {0}, needed_kib, 0, iommu, true};
  given.console = "(XEN) I/O virtualisation enabled\n(XEN) Interrupt remapping enabled\n";
  given.command_line = "console=com1 flask=enforcing iommu=verbose dom0-iommu=strict";
  if (plan.host.hardware_domid != plan.host.control_domid) {
    given.command_line += fmt::format(" hardware_dom={}", plan.host.hardware_domid);
  }
  for (const plan::FileDigest& file : plan.digests.files) {
    given.files[file.path] = content_of(file.path);
  }
  put_devices();
}

void FakeHost::put_devices() {
  const plan::LaunchPlan& plan = plan_;
  pci_owner[Sbdf{}] = plan.host.control_domid;  // the host bridge
  for (const plan::Device& device : plan.devices) {
    const auto sbdf = device.sbdf ? hypervisor::parse_sbdf(*device.sbdf) : std::nullopt;
    if (!sbdf) {
      continue;
    }
    pci_owner[*sbdf] = plan.host.control_domid;
    const plan::Identity id = device.identity.value_or(plan::Identity{});
    const auto narrow = [](const std::optional<std::uint32_t>& number, std::uint16_t otherwise) {
      return number ? static_cast<std::uint16_t>(*number) : otherwise;
    };
    given.pci[*sbdf] = {narrow(id.vendor, 0x8086), narrow(id.device, 0x10D3), narrow(id.subsystem_vendor, 0x8086),
                        narrow(id.subsystem_device, 0), class_code(device.identity)};
  }
}

std::vector<std::string> FakeHost::changes() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

std::size_t FakeHost::call_count() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::size_t FakeHost::change_count() const {
  const std::lock_guard lock(mutex_);
  return changes_.size();
}

std::vector<std::string> FakeHost::violations() const {
  const std::lock_guard lock(mutex_);
  return violations_;
}

void FakeHost::fail_call(std::size_t number, Fails how) {
  failing_call_ = Failure{number, how};
}

void FakeHost::fail_change(std::size_t number, Fails how) {
  failing_change_ = Failure{number, how};
}

std::optional<FakeHost::Fails> FakeHost::due(Kind kind) {
  ++calls_;
  if (failing_call_ && failing_call_->number == calls_) {
    return failing_call_->how;
  }
  if (kind == Kind::kChange && failing_change_ && failing_change_->number == changes_.size() + 1) {
    return failing_change_->how;
  }
  return std::nullopt;
}

const plan::Domain* FakeHost::planned(Domid domid) const {
  return plan::find_domain(plan_, domid);
}

bool FakeHost::is_sealed() const {
  const plan::Domain* control = planned(0);
  const auto running = state.find(0);
  return control != nullptr && running != state.end() && control->booting_label &&
         sids_[static_cast<std::uint32_t>(running->second.sid) - 1] == control->label;
}

FakeHost::Sid FakeHost::number_of(const std::string& label) {
  const auto found = std::find(sids_.begin(), sids_.end(), label);
  const auto index = found - sids_.begin();
  if (found == sids_.end()) {
    sids_.push_back(label);
  }
  return static_cast<Sid>(index + 1);
}

std::optional<std::uint32_t> FakeHost::index_of(Sid sid) const {
  const std::size_t number = static_cast<std::uint32_t>(sid);
  if (number == 0 || number > sids_.size()) {
    return std::nullopt;
  }
  const std::vector<std::string>& labels = given.policy.labels;
  const auto found = std::find(labels.begin(), labels.end(), sids_[number - 1]);
  return found == labels.end() ? std::nullopt : std::optional(static_cast<std::uint32_t>(found - labels.begin()));
}

Result<hypervisor::HostFacts> FakeHost::host() {
  return call<hypervisor::HostFacts>(Kind::kQuestion, "ask for the host's facts", [&] {
    hypervisor::HostFacts facts = given.facts;
    facts.free_kib = free_kib();
    return facts;
  });
}

Result<std::string> FakeHost::command_line() {
  return call<std::string>(Kind::kQuestion, "ask for Xen's command line", [&] { return given.command_line; });
}

Result<std::vector<hypervisor::DomainFacts>> FakeHost::domains() {
  return call<std::vector<hypervisor::DomainFacts>>(Kind::kQuestion, "list the domains", [&] {
    std::vector<hypervisor::DomainFacts> facts;
    for (const auto& [domid, domain] : state) {
      const bool populated = domain.built || domid == 0;
      facts.push_back({domid, domain.sid, domain.state, domain.shutdown_code,
                       domain.made.type == hypervisor::ContainerType::kPvh, domain.made.vcpus,
                       populated ? domain.made.memory_kib : 0, domain.made.memory_kib, domain.made.runs_xenstore});
    }
    return facts;
  });
}

Result<std::string> FakeHost::debug_key(char key) {
  return call<std::string>(Kind::kQuestion, fmt::format("press the debug key {}", key), [&]() -> Result<std::string> {
    if (is_sealed()) {
      return Error::from_errno("send a debug key", EPERM);
    }
    const auto canned = given.key_text.find(key);
    const std::string text = canned != given.key_text.end() ? canned->second
                             : key == 'Q'                   ? print_devices()
                             : key == 'q'                   ? print_domains()
                             : key == 'e'                   ? print_channels()
                             : key == 'g'                   ? print_grants()
                                                            : std::string();
    given.console += text;
    return text;
  });
}

Result<std::string> FakeHost::console_ring() {
  return call<std::string>(Kind::kQuestion, "read the console ring", [&]() -> Result<std::string> {
    if (is_sealed()) {
      return Error::from_errno("read the console ring", EPERM);
    }
    return given.console;
  });
}

Result<hypervisor::RingText> FakeHost::console_since(std::uint32_t from) {
  return call<hypervisor::RingText>(Kind::kQuestion, "read the console ring", [&]() -> Result<hypervisor::RingText> {
    if (is_sealed()) {
      return Error::from_errno("read the console ring", EPERM);
    }
    hypervisor::RingText answer;
    answer.next = given.ring_start + static_cast<std::uint32_t>(given.console.size());
    answer.lost = from < given.ring_start ? given.ring_start - from : 0;
    answer.text = given.console.substr(std::max(from, given.ring_start) - given.ring_start);
    return answer;
  });
}

Result<std::vector<hypervisor::Boolean>> FakeHost::booleans() {
  return call<std::vector<hypervisor::Boolean>>(Kind::kQuestion, "ask for booleans", [&] { return given.booleans; });
}

Result<hypervisor::Enforcement> FakeHost::enforcement() {
  return call<hypervisor::Enforcement>(Kind::kQuestion, "ask whether FLASK enforces",
                                       [&] { return given.enforcement; });
}

Result<FakeHost::Sid> FakeHost::sid_of(const std::string& label) {
  return call<Sid>(Kind::kQuestion, "ask for the number of " + label, [&]() -> Result<Sid> {
    if (given.enforcement == hypervisor::Enforcement::kInactive) {
      return Error::from_errno("ask for the number of " + label, ENOSYS);
    }
    const std::vector<std::string>& labels = given.policy.labels;
    if (std::find(labels.begin(), labels.end(), label) == labels.end()) {
      return Error::from_errno("ask for the number of " + label, EINVAL);
    }
    return number_of(label);
  });
}

Result<std::string> FakeHost::label_of(Sid sid) {
  const std::size_t number = static_cast<std::uint32_t>(sid);
  return call<std::string>(Kind::kQuestion, fmt::format("ask for label {}", number), [&]() -> Result<std::string> {
    if (number == 0 || number > sids_.size()) {
      return Error::from_errno(fmt::format("ask for label {}", number), EINVAL);
    }
    return sids_[number - 1];
  });
}

Result<hypervisor::AccessVector> FakeHost::access(Sid source, Sid target, std::uint16_t access_class) {
  return call<hypervisor::AccessVector>(
      Kind::kQuestion, "ask for an access vector", [&]() -> Result<hypervisor::AccessVector> {
        const auto from = index_of(source);
        const auto to = index_of(target);
        if (!from || !to || access_class == 0 || access_class > given.policy.classes.size()) {
          return Error::from_errno("ask for an access vector", EINVAL);
        }
        const auto key = std::tuple(*from, *to, std::uint32_t{access_class});
        const auto found = std::lower_bound(given.policy.cells.begin(), given.policy.cells.end(), key,
                                            [](const plan::Cell& cell, const auto& wanted) {
                                              return std::tie(cell.source, cell.target, cell.access_class) < wanted;
                                            });
        const bool there =
            found != given.policy.cells.end() && std::tie(found->source, found->target, found->access_class) == key;
        return there ? found->vector : 0;
      });
}

Result<FakeHost::Sid> FakeHost::transition(Sid source, Sid target, std::uint16_t access_class) {
  return call<Sid>(Kind::kQuestion, "ask for a transition", [&]() -> Result<Sid> {
    const auto from = index_of(source);
    const auto to = index_of(target);
    if (!from || !to || access_class == 0 || access_class > given.policy.classes.size()) {
      return Error::from_errno("ask for a transition", EINVAL);
    }
    for (const plan::Transition& rule : given.policy.transitions) {
      if (rule.source == *from && rule.target == *to && rule.access_class == access_class) {
        return number_of(given.policy.labels[rule.result]);
      }
    }
    const std::string& source_label = given.policy.labels[*from];
    const bool is_process = given.policy.classes[access_class - 1U].name == "domain";
    return number_of(is_process ? source_label : object_label(source_label, given.policy.labels[*to]));
  });
}

Result<void> FakeHost::load_policy(std::string_view binary) {
  return call<void>(Kind::kChange, "load-policy", [&]() -> Result<void> {
    const auto known = given.loadable.find(std::string(binary));
    if (is_sealed() || known == given.loadable.end()) {
      return Error::from_errno("load the policy", is_sealed() ? EACCES : EINVAL);
    }
    given.policy = known->second;
    return {};
  });
}

}  // namespace bulkhead::test
