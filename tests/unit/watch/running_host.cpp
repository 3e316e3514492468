#include "running_host.h"

namespace bulkhead::test {

RunningHost::RunningHost() {
  REQUIRE(perform(launch::start_steps(plan)).has_value());
  connect("blue", "net", "system_u:object_r:blue_net_ch_t");
  connect("net", "blue", "system_u:object_r:blue_net_ch_t");
  connect("blue", "control", "system_u:object_r:blue_control_ch_t");
  grant("blue", "net");
  grant("blue", "net", false);
  grant("blue", "disk");
  grant("blue", "control");
  domain("blue").mapped = {{8, id("net"), true}, {9, id("net"), false}, {0, id("control"), true}};
}

verify::Observation RunningHost::observe(bool only_allowed) {
  verify::ObserveOptions options;
  options.only_allowed = only_allowed;
  return verify::observe(plan, options, host, host, host);
}

void RunningHost::grant(const std::string& granter, const std::string& peer, bool writable) {
  const auto flags = static_cast<char>(writable ? 1 : 5);
  const auto domid = static_cast<char>(id(peer));
  domain(granter).table.entries += std::string{flags, '\0', domid, '\0', '\x01', '\x02', '\x03', '\0'};
}

void RunningHost::connect(const std::string& owner, const std::string& remote, const std::string& label) {
  std::vector<FakeChannel>& channels = domain(owner).channels;
  const auto port = static_cast<hypervisor::EventPort>(channels.size() + 1);
  channels.push_back({port, id(remote), port, label});
}

verify::Finding brief(verify::Finding finding) {
  finding.remedy.clear();
  return finding;
}

std::vector<verify::Finding> brief(std::vector<verify::Finding> findings) {
  for (verify::Finding& finding : findings) {
    finding.remedy.clear();
  }
  return findings;
}

}  // namespace bulkhead::test
