#include "random_host.h"

#include <algorithm>

#include "bulkhead/abi/abi.h"
#include "bulkhead/catalogue/catalogue.h"

namespace bulkhead::test {
namespace {

unsigned up_to(unsigned most) {
  return *rc::gen::inRange(0U, most + 1);
}
// Shrinks to "no".
bool one_in(unsigned chances) {
  return up_to(chances - 1) == chances - 1;
}

template <typename T>
const T& any_of(const std::vector<T>& values) {
  return values.at(up_to(static_cast<unsigned>(values.size()) - 1));
}

using Names = std::vector<std::string>;

struct Family {
  std::string name;
  unsigned instances = 0;  // 0: one domain
  bool on_demand = false;
};

class HostMaker {
 public:
  explicit HostMaker(OwnRoles roles) : own_roles_(roles) {}
  HostText make();

 private:
  Entry& add_domain(const std::string& name, const std::string& role);
  void add_host();
  void add_roles();
  void add_services();
  void add_drivers();
  std::string add_device();
  void add_guests();
  void add_guest(const std::string& name);
  void add_device_model(const Family& guest);
  void add_runtime(Entry& domain, bool may_restart);
  [[nodiscard]] std::string role_like(const std::string& shipped);

  void add_connections();
  void add_statements();
  void connect_guest(const Family& guest);
  void connect_backends(const Family& guest);
  void connect_peers(const Family& guest);
  Entry& connect(const std::string& kind, const std::string& first_key, const std::string& first,
                 const std::string& second_key, const Names& second);
  void connect_pair(const std::string& kind, const std::string& a, const std::string& b);
  [[nodiscard]] std::string one_of(const Family& family);
  [[nodiscard]] std::string some_of(const Family& family);

  OwnRoles own_roles_;
  HostText host_;
  bool split_ = false;
  std::string xen_;
  Names servers_;  // of networks and disks
  Names monitors_;
  Names tpms_;
  std::string consoles_;  // the console domain, if there is one
  std::vector<Family> guests_;
  Names pairs_;  // "channel a b": such a connection there is
  unsigned devices_ = 0;
  unsigned disks_ = 0;
  unsigned bridges_ = 0;
};

Entry& HostMaker::add_domain(const std::string& name, const std::string& role) {
  Entry domain{name, {}};
  domain.set("role", role);
  host_.domains.push_back(std::move(domain));
  return host_.domains.back();
}

void HostMaker::add_host() {
  const auto known = abi::known_abis();
  xen_ = known[known.size() - 1 - up_to(static_cast<unsigned>(known.size()) - 1)].version.text();
  split_ = one_in(2);
  host_.host.set("xen", "\"" + xen_ + "\"");
  host_.host.set("hardware", split_ ? "{ domain: hw }" : "control");
  if (one_in(3)) host_.host.set("iommu", any_of(Names{"required", "no-remapping", "none"}));
  if (one_in(2)) host_.host.set("name", "rack-7");
}

void HostMaker::add_roles() {
  if (own_roles_ == OwnRoles::kNone) return;
  for (const char* shipped : {"guest", "driver", "monitor", "control"}) {
    if (!one_in(4)) continue;
    RoleEntry role{std::string("my-") + shipped, shipped, {}};
    for (unsigned count = 1 + up_to(2); count > 0; --count) role.allow.push_back(*random_allow(xen_));
    host_.roles.push_back(std::move(role));
    if (!one_in(4)) continue;
    RoleEntry further{std::string("our-") + shipped, std::string("my-") + shipped, {*random_allow(xen_)}};
    host_.roles.push_back(std::move(further));
  }
}

// The shipped role, or one of the spec's own that extends it.
std::string HostMaker::role_like(const std::string& shipped) {
  Names roles{shipped};
  for (const RoleEntry& role : host_.roles) {
    if (role.name.substr(role.name.find('-') + 1) == shipped) roles.push_back(role.name);
  }
  return any_of(roles);
}

void HostMaker::add_runtime(Entry& domain, bool may_restart) {
  domain.set("kernel", "/k");
  if (one_in(2)) domain.set("ramdisk", "/r");
  if (one_in(4)) domain.set("memory", any_of(Names{"64 MiB", "1 GiB", "96 MiB"}));
  if (one_in(6)) domain.set("vcpus", "2");
  if (one_in(6)) domain.set("cmdline", "\"quiet console=hvc0\"");
  if (one_in(5)) domain.set("place", any_of(Names{"{ node: 0 }", "{ cpus: 2-3 }"}));
  if (may_restart && one_in(3)) domain.set("restart", any_of(Names{"never", "on-failure", "always"}));
}

void HostMaker::add_services() {
  Entry& control = add_domain("control", role_like("control"));
  if (one_in(3)) control.set("memory", "2 GiB");
  if (split_) add_runtime(add_domain("hw", "hardware"), false);
  servers_.push_back(split_ ? "hw" : "control");
  if (one_in(4)) {
    Entry& store = add_domain("store", "xenstore");
    add_runtime(store, false);
    store.set("console", "none");
  }
  if (one_in(4)) {
    consoles_ = "logs";
    Entry& logs = add_domain("logs", "console");
    add_runtime(logs, true);
    if (one_in(2)) logs.set("console", any_of(Names{"none", "control"}));
  }
  for (unsigned count = up_to(1); count > 0; --count) {
    monitors_.push_back("watch");
    Entry& watch = add_domain("watch", role_like("monitor"));
    if (one_in(2)) watch.set("type", any_of(Names{"pv", "pvh"}));
    add_runtime(watch, true);
  }
  if (!one_in(5)) return;
  add_runtime(add_domain("tpm", "vtpm-manager"), true);
  for (const char* name : {"vtpm-a", "vtpm-b"}) {
    tpms_.push_back(name);
    Entry& tpm = add_domain(name, "vtpm");
    if (one_in(2)) tpm.set("type", any_of(Names{"pv", "pvh"}));
    add_runtime(tpm, true);
    connect("vtpm", "backend", "tpm", "frontend", {name});
  }
}

// Ranges that overlap nothing.
std::string HostMaker::add_device() {
  const std::string number = std::to_string(++devices_);
  Entry device{"dev" + number, {}};
  const unsigned kinds = 1 + up_to(14);  // pci, iomem, ioports, irqs: a bit each
  if ((kinds & 1U) != 0) device.set("pci", "\"0000:0" + number + ":00.0\"");
  if ((kinds & 2U) != 0) device.fields.push_back({"iomem", {"0xfe" + number + "00-0xfe" + number + "0f"}, Form::kSet});
  if ((kinds & 4U) != 0) {
    device.fields.push_back(
        {"ioports", {"0xc" + number + "00", "0xc" + number + "40-0xc" + number + "5f"}, Form::kSet});
  }
  if ((kinds & 8U) != 0) device.fields.push_back({"irqs", {"2" + number, "3" + number}, Form::kSet});
  host_.devices.push_back(device);
  return device.name;
}

void HostMaker::add_drivers() {
  for (const char* name : {"net", "disk", "usb-1"}) {
    if (!one_in(2)) continue;
    Names devices;
    for (unsigned count = up_to(2); count > 0; --count) devices.push_back(add_device());
    Entry& driver = add_domain(name, role_like("driver"));
    add_runtime(driver, true);
    if (!devices.empty()) {
      driver.fields.push_back({"devices", devices, Form::kSet});
      if (driver.find("place") == nullptr && one_in(4)) driver.set("place", "{ near: " + devices.front() + " }");
    }
    if (one_in(8)) driver.set("console", "none");
    // A back end may have one of its own, in a driver domain that starts before it.
    if (one_in(4)) connect("disk", "backend", any_of(servers_), "frontend", {name});
    servers_.push_back(name);
  }
  if (split_ && one_in(6)) {
    host_.domains.at(1).fields.push_back({"devices", {add_device()}, Form::kSet});
  }
}

void HostMaker::add_guests() {
  Names free{"web", "db", "a", "zed", "web2", "mail", "blue", "control-room"};
  for (unsigned count = 1 + up_to(7); count > 0; --count) {
    const std::string name = any_of(free);
    std::erase(free, name);
    add_guest(name);
  }
}

void HostMaker::add_guest(const std::string& name) {
  const std::string type = any_of(Names{"", "pv", "pvh", "hvm"});
  Family family{name, one_in(3) ? 1 + up_to(3) : 0, one_in(3)};
  Entry& guest = add_domain(name, role_like("guest"));
  if (!type.empty()) guest.set("type", type);
  if (family.instances != 0) guest.set("instances", std::to_string(family.instances));
  if (family.on_demand) guest.set("start", "on-demand");
  add_runtime(guest, true);
  if (one_in(4)) guest.set("console", any_of(Names{"none", "control", consoles_.empty() ? "none" : consoles_}));
  if (one_in(6)) guest.fields.push_back({"after", {any_of(servers_)}, Form::kSet});
  if (type == "hvm") add_device_model(family);
  guests_.push_back(family);
}

void HostMaker::add_device_model(const Family& guest) {
  Entry& model = add_domain(guest.name + "-dm", "device-model");
  model.set("target", guest.name);
  if (guest.instances != 0) model.set("instances", std::to_string(guest.instances));
  if (guest.on_demand) model.set("start", "on-demand");
  add_runtime(model, true);
}

std::string HostMaker::one_of(const Family& family) {
  return family.instances == 0 ? family.name : family.name + "-" + std::to_string(1 + up_to(family.instances - 1));
}

std::string HostMaker::some_of(const Family& family) {
  return one_in(3) ? one_of(family) : family.name;
}

Entry& HostMaker::connect(const std::string& kind, const std::string& first_key, const std::string& first,
                          const std::string& second_key, const Names& second) {
  Entry connection{kind, {}};
  connection.set(first_key, first);
  if (second.size() == 1 && one_in(2)) {
    connection.set(second_key, second.front());
  } else {
    connection.fields.push_back({second_key, second, Form::kSet});
  }
  if (kind == "network") connection.set("bridge", "br" + std::to_string(bridges_++));
  if (kind == "disk") {
    connection.set("target", "/dev/vg0/" + std::to_string(disks_));
    const unsigned number = disks_++;
    connection.set("device",
                   std::string("xvd") + static_cast<char>('a' + number / 26) + static_cast<char>('a' + number % 26));
    if (one_in(3)) connection.set("access", any_of(Names{"read-only", "read-write"}));
  }
  host_.connections.push_back(std::move(connection));
  return host_.connections.back();
}

void HostMaker::connect_pair(const std::string& kind, const std::string& a, const std::string& b) {
  if (a == b) return;
  const std::string pair = kind + " " + std::min(a, b) + " " + std::max(a, b);
  if (std::find(pairs_.begin(), pairs_.end(), pair) != pairs_.end()) return;
  pairs_.push_back(pair);
  Entry connection{kind, {}};
  connection.fields.push_back({"between", {a, b}, Form::kSequence});
  if (kind == "channel" && one_in(2)) connection.set("pages", std::to_string(1 + up_to(7)));
  host_.connections.push_back(std::move(connection));
}

void HostMaker::connect_backends(const Family& guest) {
  for (unsigned count = up_to(2); count > 0; --count) {
    Names clients{some_of(guest)};
    const Family& other = any_of(guests_);
    if (other.name != guest.name && one_in(3)) clients.push_back(some_of(other));
    connect("network", "backend", any_of(servers_), "frontend", clients);
  }
  for (unsigned count = up_to(1); count > 0; --count) {
    connect("disk", "backend", any_of(servers_), "frontend", {some_of(guest)});
  }
}

void HostMaker::connect_peers(const Family& guest) {
  if (one_in(3)) connect_pair("channel", one_of(guest), one_of(any_of(guests_)));
  if (one_in(6)) connect_pair("argo", one_of(guest), one_of(any_of(guests_)));
  if (one_in(8)) connect_pair("channel", any_of(servers_), one_of(guest));
  if (host_.domain(guest.name)->find("console") == nullptr && one_in(4)) {
    connect("console", "backend", any_of(Names{"control", consoles_.empty() ? "control" : consoles_}), "frontend",
            {some_of(guest)});
  }
}

void HostMaker::connect_guest(const Family& guest) {
  connect_backends(guest);
  connect_peers(guest);
  if (!monitors_.empty() && one_in(3)) connect("observe", "observer", "watch", "domain", {some_of(guest)});
}

void HostMaker::add_connections() {
  for (const Family& guest : guests_) connect_guest(guest);
  for (std::size_t i = 0; i < tpms_.size() && i < guests_.size(); ++i) {
    connect("vtpm", "backend", tpms_[i], "frontend", {one_of(guests_[i])});
  }
  if (!monitors_.empty() && one_in(2)) {
    Names watched = servers_;
    std::erase(watched, "control");
    if (!watched.empty()) connect("observe", "observer", "watch", "domain", watched);
  }
}

HostText HostMaker::make() {
  add_host();
  add_roles();
  add_services();
  add_drivers();
  add_guests();
  add_connections();
  add_statements();
  return host_;
}

// Assertions that hold unless a role of the spec's own breaks them.
void HostMaker::add_statements() {
  Entry builders;
  builders.fields.push_back({"only", {"control"}, Form::kSet});
  builders.set("may", "{ class: domain, permission: create }");
  Entry enforcement;
  enforcement.set("phase", "sealed");
  enforcement.set("nobody-may", "{ class: security, permission: setenforce }");
  host_.assertions = {builders, enforcement};
  Entry accept;
  accept.set("finding", "unreviewed-operations");
  accept.fields.push_back({"domains", {split_ ? "hw" : "control"}, Form::kSet});
  if (host_.domain("store") != nullptr) accept.fields.back().values.emplace_back("store");
  accept.set("reason", "\"a test\"");
  host_.accept.push_back(std::move(accept));
}

}  // namespace

rc::Gen<Entry> random_allow(const std::string& xen) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::exec([xen] {
                           const abi::Abi& abi = *abi::find_abi(*abi::XenVersion::parse(xen));
                           const abi::AccessClass& access_class = any_of(abi.classes);
                           Entry allow;
                           allow.set("on", any_of(catalogue::role_target_names()));
                           allow.set("class", access_class.name);
                           Names permissions{any_of(access_class.permissions)};
                           if (const auto& second = any_of(access_class.permissions); second != permissions.front())
                             permissions.push_back(second);
                           allow.fields.push_back({"permissions", permissions, Form::kSet});
                           allow.set("reason", "\"a test\"");
                           return allow;
                         }));
}

rc::Gen<HostText> random_host(OwnRoles roles) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::exec([roles] { return HostMaker(roles).make(); }));
}

}  // namespace bulkhead::test
