#include <iterator>

#include <fmt/format.h>

#include "bulkhead/audit/audit.h"
#include "bulkhead/base/render.h"
#include "words.h"

namespace bulkhead::audit {

namespace {

class Text {
 public:
  [[nodiscard]] std::string write(const Audit& audit);

 private:
  // Everything that is put passes through printable(): what a guest wrote cannot write to a terminal.
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    out_ += printable(fmt::format(format, std::forward<Args>(args)...));
    out_ += '\n';
  }
  void heading(std::string_view text) {
    out_ += '\n';
    line("{}", text);
    out_.append(text.size(), '=').append("\n");
  }
  void list(std::string_view title, const std::vector<std::string>& items);
  void summary(const Audit& audit);
  void findings(const Audit& audit);
  void asked(const Audit& audit);
  void host(const Audit& audit);
  void powers(const Audit& audit);
  void risks(const Audit& audit);
  void denials(const Audit& audit);
  void domain(const Audit& audit, const DomainAudit& domain);
  void statements(const DomainAudit& domain, bool of_channels);
  void usage(const DomainAudit& domain);

  std::string out_;
};

void Text::list(std::string_view title, const std::vector<std::string>& items) {
  if (!items.empty()) {
    line("  {}", title);
  }
  for (const std::string& item : items) {
    line("    - {}", item);
  }
}

void Text::summary(const Audit& audit) {
  line("Audit of {}, {}, made by bulkhead-launch {}", audit.host, audit.when, audit.version);
  out_ += '\n';
  line("{}", audit.verdict);
  for (const std::string& comment : audit.comments) {
    line("{}", comment);
  }
}

void Text::findings(const Audit& audit) {
  heading("Findings");
  if (audit.findings.empty()) {
    line("  none");
  }
  for (const Finding& finding : audit.findings) {
    line("  {}: {}: {}, wanted {}{} [{}]", finding.severity, finding.object, finding.found, finding.wanted,
         finding.origin.empty() ? "" : fmt::format(" ({})", finding.origin), finding.id);
    if (!finding.remedy.empty()) {
      line("    {}", finding.remedy);
    }
  }
}

void Text::asked(const Audit& audit) {
  heading("What the hypervisor was asked");
  for (const Look& look : audit.looks) {
    line("  {}: {}{}", look.what, look.answer, look.at.empty() ? "" : fmt::format(" ({})", look.at));
  }
  for (const Gap& gap : audit.gaps) {
    line("  NOT {}: {}: {}", gap.failed ? "ANSWERED" : "LOOKED AT", gap.what, gap.why);
  }
}

void Text::host(const Audit& audit) {
  heading("The host");
  for (const auto& [what, is] : audit.facts) {
    line("  {:<16} {}", what, is);
  }
  heading("Digests (SHA-256)");
  for (const Digest& digest : audit.digests) {
    line("  {:<16} {}: {}, {}", digest.what, digest.path, digest.sha256.empty() ? "none" : digest.sha256, digest.state);
  }
  heading("Devices");
  for (const DeviceAudit& device : audit.devices) {
    line("  {} {}: compiled for {}, the hypervisor says {} [{}]", device.name, device.sbdf, device.owner,
         device.answered.empty() ? "nothing: not seen" : device.answered, device.origin);
  }
}

void Text::powers(const Audit& audit) {
  heading("Who can");
  for (const PowerHolders& power : audit.powers) {
    std::string who = power.running_text;
    if (!power.booting.empty()) {
      who += fmt::format("{}{} until it is sealed", who.empty() ? "" : ", ", power.booting_text);
    }
    line("  {:<56} {}", power.what, who.empty() ? "nobody" : who);
  }
}

void Text::risks(const Audit& audit) {
  heading("Risks that the spec accepts");
  if (audit.risks.empty()) {
    line("  none");
  }
  for (const Risk& risk : audit.risks) {
    line("  {}: {}", risk.finding, risk.about);
    line("    because: {} [{}]", risk.reason, risk.origin);
  }
  heading("Operations outside XSA-77");
  bool any = false;
  for (const DomainAudit& domain : audit.domains) {
    for (const Unreviewed& each : domain.unreviewed) {
      line("  {}: {} by {} {}", domain.name, each.operation, each.access_class, each.permission);
      any = true;
    }
  }
  if (!any) {
    line("  no domain but control reaches an operation that the Xen project does not support delegating");
  }
}

void Text::denials(const Audit& audit) {
  heading("Denials");
  if (!audit.denials) {
    line("  the hypervisor's console was not read");
    return;
  }
  if (audit.denials->empty()) {
    line("  none in what the hypervisor's console still held");
  }
  for (const Denial& denial : *audit.denials) {
    line("  {} times: {} on {}, class {}: {}", denial.count, denial.source, denial.target, denial.access_class,
         denial.permissions);
  }
  if (!audit.denials_lost.empty()) {
    line("  {}", audit.denials_lost);
  }
}

void Text::statements(const DomainAudit& domain, bool of_channels) {
  const Statement* last = nullptr;
  std::string_view title;
  for (const Statement& statement : domain.can) {
    if (statement.of_channel != of_channels) {
      continue;
    }
    if (const auto its = statement_title(statement, !domain.cannot_sealed.empty()); its != title) {
      title = its;
      line("  {}:", title);
    }
    if (last == nullptr || !same_head(*last, statement)) {
      line("    {} {} [{}]", of_channels ? "that end at" : "on", statement.on, origins_text(statement.origins));
    }
    last = &statement;
    line("      - {} {}: {}", statement.access_class, fmt::join(statement.permissions, " "), statement.reason);
  }
}

void Text::usage(const DomainAudit& domain) {
  if (!domain.usage) {
    return;
  }
  line("  Granted and never used: {}", domain.usage->unused.empty() ? "nothing" : "");
  for (const Unused& unused : domain.usage->unused) {
    line("    - {} {} on {}: {}", unused.access_class, unused.permission, targets_text(unused.targets), unused.reason);
  }
  line("    ({})", usage_text(*domain.usage));
}

void Text::domain(const Audit& audit, const DomainAudit& domain) {
  heading(domain.name);
  line("  {}, domid {}{} [{}]", domain.role, domain.domid,
       domain.devices.empty() ? "" : fmt::format(", drives {}", fmt::join(domain.devices, ", ")), domain.origin);
  for (const Compared& compared : domain.compared) {
    line("  {:<12} compiled: {}; the hypervisor says: {}; {}", compared.what, compared.compiled, compared.answered,
         comparison_word(compared));
  }
  for (const std::size_t place : domain.findings) {
    const Finding& finding = audit.findings[place];
    line("  FINDING {}: {}, wanted {} [{}]", finding.severity, finding.found, finding.wanted, finding.id);
  }
  statements(domain, false);
  list("Cannot, once sealed:", domain.cannot_sealed);
  list(fmt::format("Cannot, {}:", kWhyNot), domain.cannot);
  line("    - have to do with {} of the {} other domains: no permission and no event channel either way",
       domain.unrelated, audit.domains.size() - 1);
  line("  Others over it:{}", domain.held_by.empty() ? " nobody" : "");
  for (const Holders& holders : domain.held_by) {
    line("    - {}: {}", holders.who, holders.permissions);
  }
  statements(domain, true);
  usage(domain);
}

std::string Text::write(const Audit& audit) {
  summary(audit);
  findings(audit);
  asked(audit);
  host(audit);
  powers(audit);
  risks(audit);
  denials(audit);
  for (const DomainAudit& each : audit.domains) {
    domain(audit, each);
  }
  heading("What this does not show");
  for (const std::string& limit : audit.limits) {
    line("  - {}", limit);
  }
  return std::move(out_);
}

}  // namespace

std::string audit_text(const Audit& audit) {
  return Text().write(audit);
}

}  // namespace bulkhead::audit
