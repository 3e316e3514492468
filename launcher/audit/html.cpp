#include "html.h"

#include <iterator>

#include <fmt/format.h>

#include "bulkhead/page/html.h"

namespace bulkhead::audit {

using page::escaped;

namespace {

constexpr std::size_t kOpenUpTo = 3;

class Page {
 public:
  explicit Page(const Audit& audit) : audit_(audit) {}
  [[nodiscard]] std::string write();

 private:
  template <typename... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }
  void summary();
  void findings();
  void asked();
  void facts();
  void devices();
  void powers();
  void risks();
  void denials();
  void domains();
  void limits();

  const Audit& audit_;
  std::string out_;
};

void Page::summary() {
  put("{}<main>\n<h1>Audit of {}</h1>\n<p class=\"note\">What the running host was at {}, beside what was compiled; by "
      "bulkhead-launch {}.</p>\n",
      page::begin_page("Bulkhead: audit of " + audit_.host, page::Script::kFilter), escaped(audit_.host),
      escaped(audit_.when), escaped(audit_.version));
  put("<div class=\"verdict {}\"><strong>{} {}</strong>\n", audit_.holds ? "holds" : "fails", audit_.holds ? "✓" : "✗",
      escaped(audit_.verdict));
  for (const std::string& comment : audit_.comments) {
    put("<p>{}</p>\n", escaped(comment));
  }
  put("</div>\n<nav aria-label=\"parts of the page\"><ul><li><a href=\"#findings\">Findings</a></li><li><a "
      "href=\"#asked\">What was asked</a></li><li><a href=\"#picture\">The host</a></li><li><a "
      "href=\"#matrix\">Privileges</a></li><li><a href=\"#who\">Who can</a></li><li><a "
      "href=\"#risks\">Risks</a></li><li><a href=\"#domains\">Domains</a></li><li><a "
      "href=\"#digests\">Digests</a></li><li><a href=\"#limits\">What this does not show</a></li></ul></nav>\n");
}

void Page::findings() {
  put("<h2 id=\"findings\">Findings</h2>\n");
  if (audit_.findings.empty()) {
    put("<p>none</p>\n");
    return;
  }
  put("<ol class=\"findings\">\n");
  for (std::size_t i = 0; i < audit_.findings.size(); ++i) {
    const Finding& finding = audit_.findings[i];
    put("<li id=\"f-{}\"{}><strong>{}: {}</strong><br/>is: <code>{}</code><br/>wanted: <code>{}</code>", i,
        finding.is_notice ? " class=\"notice\"" : "", escaped(finding.severity), escaped(finding.object),
        escaped(finding.found), escaped(finding.wanted));
    if (!finding.remedy.empty()) {
      put("<br/>{}", escaped(finding.remedy));
    }
    put("<br/><span class=\"faint\">{}{}<code>{}</code></span>", escaped(finding.origin),
        finding.origin.empty() ? "" : " · ", escaped(finding.id));
    if (!finding.domain.empty()) {
      put(" <a href=\"#{}\">{}</a>", page::domain_id(finding.domain), escaped(finding.domain));
    }
    put("</li>\n");
  }
  put("</ol>\n");
}

void Page::asked() {
  put("<h2 id=\"asked\">What the hypervisor was asked</h2>\n<div class=\"scroll\" "
      "tabindex=\"0\"><table>\n<thead><tr><th "
      "scope=\"col\">what</th><th scope=\"col\">answer</th><th scope=\"col\">when</th></tr></thead>\n<tbody>\n");
  for (const Look& look : audit_.looks) {
    put("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n", escaped(look.what), escaped(look.answer),
        escaped(look.at));
  }
  for (const Gap& gap : audit_.gaps) {
    put("<tr><th scope=\"row\">{}</th><td><span class=\"no\">{}</span>: {}</td><td></td></tr>\n", escaped(gap.what),
        gap.failed ? "not answered" : "not looked at", escaped(gap.why));
  }
  put("</tbody>\n</table></div>\n");
}

void Page::facts() {
  put("<h3>Facts</h3>\n<div class=\"scroll\" tabindex=\"0\"><table class=\"facts\">\n");
  for (const auto& [what, is] : audit_.facts) {
    put("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escaped(what), escaped(is));
  }
  put("</table></div>\n<h2 id=\"digests\">Digests</h2>\n<div class=\"scroll\" "
      "tabindex=\"0\"><table>\n<thead><tr><td></td><th "
      "scope=\"col\">file</th><th scope=\"col\">SHA-256</th><th scope=\"col\">state</th></tr></thead>\n<tbody>\n");
  for (const Digest& digest : audit_.digests) {
    put("<tr><th scope=\"row\">{}</th><td class=\"type\">{}</td><td class=\"type\">{}</td><td>{}</td></tr>\n",
        escaped(digest.what), escaped(digest.path), digest.sha256.empty() ? "none" : escaped(digest.sha256),
        escaped(digest.state));
  }
  put("</tbody>\n</table></div>\n");
}

void Page::devices() {
  if (audit_.devices.empty()) {
    return;
  }
  put("<h3>Devices</h3>\n<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">device</th><th "
      "scope=\"col\">address</th><th scope=\"col\">compiled for</th><th scope=\"col\">the hypervisor said</th><th "
      "scope=\"col\">written in</th></tr></thead>\n<tbody>\n");
  for (const DeviceAudit& device : audit_.devices) {
    const bool seen = !device.answered.empty();
    put("<tr><th scope=\"row\">{}</th><td class=\"type\">{}</td><td>{}</td><td "
        "class=\"{}\">{}</td><td><code>{}</code></td></tr>\n",
        escaped(device.name), escaped(device.sbdf), escaped(device.owner),
        !seen                             ? "faint"
        : device.answered == device.owner ? "yes"
                                          : "no",
        seen ? escaped(device.answered) : "not seen", escaped(device.origin));
  }
  put("</tbody>\n</table></div>\n");
}

void Page::powers() {
  put("<h2 id=\"who\">Who can</h2>\n<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><td></td><th "
      "scope=\"col\">running</th><th scope=\"col\">only until sealed</th></tr></thead>\n<tbody>\n");
  for (const PowerHolders& power : audit_.powers) {
    const bool nobody = power.running.empty() && power.booting.empty();
    put("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", escaped(power.what),
        nobody ? "<span class=\"faint\">nobody</span>" : escaped(power.running_text), escaped(power.booting_text));
  }
  put("</tbody>\n</table></div>\n");
}

void Page::risks() {
  put("<h2 id=\"risks\">Risks that the spec accepts</h2>\n");
  if (audit_.risks.empty()) {
    put("<p>none</p>\n");
  } else {
    put("<div class=\"scroll\" tabindex=\"0\"><table>\n");
    for (const Risk& risk : audit_.risks) {
      put("<tr><th scope=\"row\">{}</th><td>{}</td><td>{} <code>[{}]</code></td></tr>\n", escaped(risk.finding),
          escaped(risk.about), escaped(risk.reason), escaped(risk.origin));
    }
    put("</table></div>\n");
  }
  put("<h3>Operations outside XSA-77</h3>\n");
  std::string rows;
  for (const DomainAudit& domain : audit_.domains) {
    for (const Unreviewed& each : domain.unreviewed) {
      fmt::format_to(std::back_inserter(rows), "<li>{}: <code>{}</code> by <code>{} {}</code></li>\n",
                     escaped(domain.name), escaped(each.operation), escaped(each.access_class),
                     escaped(each.permission));
    }
  }
  if (rows.empty()) {
    put("<p>No domain but control reaches an operation that the Xen project does not support delegating.</p>\n");
  } else {
    put("<p>Operations that the Xen project does not support delegating, and who reaches them:</p>\n<ul>\n{}</ul>\n",
        rows);
  }
}

void Page::denials() {
  put("<h2 id=\"denials\">Denials</h2>\n");
  if (!audit_.denials) {
    put("<p>The hypervisor's console was not read.</p>\n");
    return;
  }
  put("<ul>\n{}", audit_.denials->empty() ? "<li>none in what the hypervisor's console still held</li>\n" : "");
  for (const Denial& denial : *audit_.denials) {
    put("<li>{} times: <code>{}</code> on <code>{}</code>, <code>{} {}</code></li>\n", denial.count,
        escaped(denial.source), escaped(denial.target), escaped(denial.access_class), escaped(denial.permissions));
  }
  put("</ul>\n{}", audit_.denials_lost.empty() ? "" : fmt::format("<p>{}</p>\n", escaped(audit_.denials_lost)));
}

void Page::domains() {
  put("<h2 id=\"domains\">Domains</h2>\n");
  for (const DomainAudit& domain : audit_.domains) {
    put("{}", domain_html(audit_, domain, audit_.domains.size() <= kOpenUpTo));
  }
}

void Page::limits() {
  put("<h2 id=\"limits\">What this does not show</h2>\n<ul>\n");
  for (const std::string& limit : audit_.limits) {
    put("<li>{}</li>\n", escaped(limit));
  }
  put("</ul>\n</main>\n{}", page::end_page(page::Script::kFilter));
}

std::string Page::write() {
  summary();
  findings();
  put("{}", picture_html(audit_));
  devices();
  asked();
  put("{}", page::filter_tools());
  put("{}", matrix_html(audit_));
  powers();
  risks();
  denials();
  domains();
  facts();
  limits();
  return std::move(out_);
}

}  // namespace

std::string audit_html(const Audit& audit) {
  return Page(audit).write();
}

}  // namespace bulkhead::audit
