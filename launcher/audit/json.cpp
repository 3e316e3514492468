#include "bulkhead/audit/audit.h"
#include "bulkhead/base/json_text.h"

namespace bulkhead::audit {

namespace {

using Layout = JsonText::Layout;

class Json {
 public:
  Json() : json_(out_) {}
  [[nodiscard]] std::string write(const Audit& audit);

 private:
  void text(std::string_view key, std::string_view value) {
    json_.key(key);
    json_.text(value);
  }
  void number(std::string_view key, std::uint64_t value) {
    json_.key(key);
    json_.number(value);
  }
  void texts(std::string_view key, const std::vector<std::string>& values) {
    json_.key(key);
    json_.begin_array(Layout::kInline);
    for (const std::string& value : values) {
      json_.text(value);
    }
    json_.end();
  }
  // A list of objects on a line each; `write` fills one.
  template <typename List, typename Write>
  void list(std::string_view key, const List& values, const Write& write) {
    json_.key(key);
    json_.begin_array();
    for (const auto& value : values) {
      json_.begin_object(Layout::kInline);
      write(value);
      json_.end();
    }
    json_.end();
  }
  void head(const Audit& audit);
  void finding(const Finding& finding);
  void domain(const DomainAudit& domain);
  void usage(const std::optional<UsageFigures>& usage);
  void host(const Audit& audit);

  std::string out_;
  JsonText json_;
};

void Json::head(const Audit& audit) {
  number("format_version", kFormatVersion);
  text("host", audit.host);
  text("when", audit.when);
  text("made_by", "bulkhead-launch " + audit.version);
  json_.key("holds");
  json_.flag(audit.holds);
  text("verdict", audit.verdict);
  texts("comments", audit.comments);
  list("facts", audit.facts, [&](const auto& fact) {
    text("what", fact.first);
    text("is", fact.second);
  });
  list("digests", audit.digests, [&](const Digest& digest) {
    text("what", digest.what);
    text("path", digest.path);
    json_.key("sha256");
    digest.sha256.empty() ? json_.null() : json_.text(digest.sha256);
    text("state", digest.state);
  });
  list("looks", audit.looks, [&](const Look& look) {
    text("what", look.what);
    text("answer", look.answer);
    text("at", look.at);
  });
  list("not_looked_at", audit.gaps, [&](const Gap& gap) {
    text("what", gap.what);
    text("why", gap.why);
    json_.key("failed");
    json_.flag(gap.failed);
  });
  list("findings", audit.findings, [&](const Finding& each) { finding(each); });
}

void Json::finding(const Finding& finding) {
  text("id", finding.id);
  text("severity", finding.severity);
  text("domain", finding.domain);
  text("object", finding.object);
  text("found", finding.found);
  text("wanted", finding.wanted);
  text("remedy", finding.remedy);
  text("origin", finding.origin);
}

void Json::usage(const std::optional<UsageFigures>& usage) {
  json_.key("usage");
  if (!usage) {
    json_.null();
    return;
  }
  json_.begin_object();
  number("granted", usage->granted);
  number("used", usage->used);
  number("kept", usage->kept);
  number("not_traced", usage->not_traced);
  list("unused", usage->unused, [&](const Unused& unused) {
    text("class", unused.access_class);
    text("permission", unused.permission);
    texts("target_types", unused.targets);
    text("reason", unused.reason);
  });
  json_.end();
}

void Json::domain(const DomainAudit& domain) {
  json_.begin_object();
  text("name", domain.name);
  number("domid", domain.domid);
  text("role", domain.role);
  text("label", domain.label);
  text("origin", domain.origin);
  texts("devices", domain.devices);
  list("compared", domain.compared, [&](const Compared& compared) {
    text("what", compared.what);
    text("compiled", compared.compiled);
    text("answered", compared.answered);
    json_.key("equal");
    compared.equal ? json_.flag(*compared.equal) : json_.null();
  });
  list("can", domain.can, [&](const Statement& statement) {
    text("phase", statement.phase);
    json_.key("of_channel");
    json_.flag(statement.of_channel);
    texts("targets", statement.targets);
    text("class", statement.access_class);
    texts("permissions", statement.permissions);
    text("reason", statement.reason);
    texts("origins", statement.origins);
  });
  texts("cannot", domain.cannot);
  texts("cannot_once_sealed", domain.cannot_sealed);
  list("held_by", domain.held_by, [&](const Holders& holders) {
    texts("domains", holders.domains);
    text("permissions", holders.permissions);
  });
  number("unrelated", domain.unrelated);
  list("xsa77", domain.unreviewed, [&](const Unreviewed& each) {
    text("operation", each.operation);
    text("class", each.access_class);
    text("permission", each.permission);
  });
  usage(domain.usage);
  json_.end();
}

void Json::host(const Audit& audit) {
  list("devices", audit.devices, [&](const DeviceAudit& device) {
    text("name", device.name);
    text("sbdf", device.sbdf);
    text("owner", device.owner);
    text("answered", device.answered);
    text("origin", device.origin);
  });
  list("connections", audit.connections, [&](const ConnectionAudit& connection) {
    text("kind", connection.kind);
    text("server", connection.server);
    text("client", connection.client);
    text("origin", connection.origin);
  });
  list("accepted", audit.risks, [&](const Risk& risk) {
    text("finding", risk.finding);
    text("about", risk.about);
    text("reason", risk.reason);
    text("origin", risk.origin);
  });
  json_.key("denials");
  if (!audit.denials) {
    json_.null();
  } else {
    json_.begin_array();
    for (const Denial& denial : *audit.denials) {
      json_.begin_object(Layout::kInline);
      text("source", denial.source);
      text("target", denial.target);
      text("class", denial.access_class);
      text("permissions", denial.permissions);
      number("count", denial.count);
      json_.end();
    }
    json_.end();
  }
  text("denials_lost", audit.denials_lost);
  texts("limits", audit.limits);
}

std::string Json::write(const Audit& audit) {
  json_.begin_object();
  head(audit);
  list("powers", audit.powers, [&](const PowerHolders& power) {
    text("what", power.what);
    texts("running", power.running);
    texts("until_sealed", power.booting);
  });
  json_.key("domains");
  json_.begin_array();
  for (const DomainAudit& each : audit.domains) {
    domain(each);
  }
  json_.end();
  host(audit);
  json_.end();
  return std::move(out_) + "\n";
}

}  // namespace

std::string audit_json(const Audit& audit) {
  return Json().write(audit);
}

}  // namespace bulkhead::audit
