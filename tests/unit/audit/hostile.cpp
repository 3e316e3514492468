#include "hostile.h"

namespace bulkhead::test {

audit::Observed all_fields(const std::string& text, const std::string& domain) {
  audit::Observed seen;
  seen.when = text;
  seen.asked_by = text;
  seen.facts = {{text, text}};
  seen.looks = {{text, text, text}};
  seen.gaps = {{text, text, true}, {text, text, false}};
  seen.saw_domains = true;
  for (std::uint32_t domid = 0; domid < 8; ++domid) {
    seen.domains.push_back({domid, text, text, 1, 4096});
  }
  seen.saw_owners = true;
  seen.owners = {{"0000:00:03.0", text}, {text, text}};
  seen.policy_differences = 1;
  seen.findings = {{text, text, false, domain, text, text, text, text, text},
                   {text, text, true, "", text, text, text, text, text}};
  seen.denials = {{{text, text, text, text, 3}}};
  seen.denials_lost = text;
  return seen;
}

audit::Privileges all_fields(audit::Privileges privileges, const std::string& text) {
  privileges.accepted = {{text, {text}, {text}, text, text}};
  for (audit::DomainPrivileges& domain : privileges.domains) {
    domain.unreviewed = {{text, text, text}};
    for (audit::Privilege& entry : domain.privileges) {
      entry.reason = text;
      entry.origin = text;
    }
  }
  return privileges;
}

audit::Usage all_fields_of_usage(const std::string& text, const std::string& domain) {
  return {{{domain, 3, 1, 1, 1, {{text, text, text, text, text, text}}}}};
}

audit::Audit audit_of_all_fields(const Compiled& compiled, const std::string& text) {
  plan::LaunchPlan plan = compiled.plan;
  plan.host.name = text;
  plan.digests.spec_path = text;
  for (plan::Domain& domain : plan.domains) {
    domain.origin = text;
  }
  for (plan::Device& device : plan.devices) {
    device.origin = text;
  }
  const audit::Privileges privileges = all_fields(compiled.privileges, text);
  const audit::Observed seen = all_fields(text, plan.domains[2].name);
  const audit::Usage usage = all_fields_of_usage(text, plan.domains[2].name);
  return audit::make_audit({.plan = plan,
                            .privileges = privileges,
                            .observed = seen,
                            .usage = &usage,
                            .digests = {{text, text, text, text}},
                            .version = text});
}

}  // namespace bulkhead::test
