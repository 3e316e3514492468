#include <algorithm>

#include <catch2/catch.hpp>

#include "audited.h"
#include "bulkhead/audit/observe.h"

namespace bulkhead::test {
namespace {

const Compiled& split() {
  static const Compiled kCompiled = compile_example("split");
  return kCompiled;
}

const audit::DomainAudit& part(const audit::Audit& audit, const std::string& name) {
  const auto found = std::find_if(audit.domains.begin(), audit.domains.end(),
                                  [&](const audit::DomainAudit& domain) { return domain.name == name; });
  REQUIRE(found != audit.domains.end());
  return *found;
}

const audit::Compared& compared(const audit::DomainAudit& domain, const std::string& what) {
  const auto found = std::find_if(domain.compared.begin(), domain.compared.end(),
                                  [&](const audit::Compared& each) { return each.what == what; });
  REQUIRE(found != domain.compared.end());
  return *found;
}

}  // namespace

TEST_CASE("a host that was started as compiled holds, before and after it is sealed") {
  const auto host = started(split().plan);
  const audit::Audit before = audit_of(split(), *host);
  CHECK(before.findings.empty());
  CHECK(before.holds);
  seal(*host, split().plan);
  const audit::Audit after = audit_of(split(), *host);
  CHECK(after.findings.empty());
  CHECK(after.holds);
  CHECK(after.verdict == "Holds, as far as it was looked at: what was asked is as compiled.");
  CHECK(after.gaps.size() > before.gaps.size());
  CHECK(compared(part(after, "control"), "label") ==
        audit::Compared{"label", "system_u:system_r:control_t", "system_u:system_r:control_t", true});
}

TEST_CASE("a domain under another label is a finding of its own, and its part says what was answered") {
  const auto host = started(split().plan);
  host->state.at(plan::find_domain(split().plan, "blue")->domid).sid = *host->sid_of("system_u:system_r:net_t");
  const audit::Audit audit = audit_of(split(), *host);
  CHECK_FALSE(audit.holds);
  CHECK(audit.differs);
  REQUIRE(audit.findings.size() == 1);
  CHECK(part(audit, "blue").findings == std::vector<std::size_t>{0});
  CHECK(compared(part(audit, "blue"), "label") ==
        audit::Compared{"label", "system_u:system_r:blue_t", "system_u:system_r:net_t", false});
}

TEST_CASE("a device with another owner shows both") {
  const auto host = started(split().plan);
  host->pci_owner.at(*hypervisor::parse_sbdf("0000:00:03.0")) = plan::find_domain(split().plan, "disk")->domid;
  const audit::Audit audit = audit_of(split(), *host);
  CHECK(audit.differs);
  const auto nic = std::find_if(audit.devices.begin(), audit.devices.end(),
                                [](const audit::DeviceAudit& device) { return device.name == "nic0"; });
  REQUIRE(nic != audit.devices.end());
  CHECK((nic->owner + " " + nic->answered) == "net disk");
}

TEST_CASE("a host that answers nothing cannot be said to hold, and the audit says what was not answered") {
  const auto host = started(split().plan);
  for (const char key : {'Q', 'q', 'e', 'g'}) {
    host->given.key_text[key] = "(XEN) something else\n";
  }
  const audit::Audit audit = audit_of(split(), *host);
  CHECK_FALSE(audit.holds);
  CHECK_FALSE(audit.differs);
  CHECK(audit.verdict.starts_with("Cannot be said to hold: "));
}

TEST_CASE("a kernel that is another one by now is told") {
  const auto host = started(split().plan);
  const plan::FileDigest& file = split().plan.digests.files.front();
  host->given.files[file.path] += "x";
  const std::vector<audit::Digest> digests = audit::digest_files(split().plan, *host);
  REQUIRE(digests.size() == split().plan.digests.files.size());
  CHECK(digests[0].state == "DIFFERS: compiled was " + *file.sha256);
  CHECK(digests[1].state == "as compiled, and so is the file now");
}

}  // namespace bulkhead::test
