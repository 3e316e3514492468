#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "bulkhead/page/html.h"
#include "html.h"
#include "words.h"

namespace bulkhead::audit {

using page::escaped;

namespace {

class Section {
 public:
  Section(const Audit& audit, const DomainAudit& domain) : audit_(audit), domain_(domain) {}
  [[nodiscard]] std::string write(bool open);

 private:
  template <typename... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }
  void findings();
  void compared();
  void can(bool of_channels);
  void cannot();
  void others();
  void unreviewed();
  void usage();

  const Audit& audit_;
  const DomainAudit& domain_;
  std::string out_;
};

void Section::findings() {
  if (domain_.findings.empty()) {
    return;
  }
  put("<h3>Findings</h3>\n<ul>\n");
  for (const std::size_t place : domain_.findings) {
    const Finding& finding = audit_.findings[place];
    put("<li><a href=\"#f-{}\">{}</a>: {}, wanted {}</li>\n", place, escaped(finding.id), escaped(finding.found),
        escaped(finding.wanted));
  }
  put("</ul>\n");
}

void Section::compared() {
  put("<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><td></td><th scope=\"col\">compiled</th><th "
      "scope=\"col\">the hypervisor said, {}</th><td></td></tr></thead>\n<tbody>\n",
      escaped(audit_.when));
  for (const Compared& each : domain_.compared) {
    const std::string_view style = !each.equal ? "faint" : *each.equal ? "yes" : "no";
    put("<tr><th scope=\"row\">{}</th><td class=\"type\">{}</td><td class=\"type\">{}</td><td "
        "class=\"{}\">{}</td></tr>\n",
        escaped(each.what), escaped(each.compiled), escaped(each.answered), style, comparison_word(each));
  }
  put("</tbody>\n</table></div>\n");
}

void Section::can(bool of_channels) {
  std::string_view title;
  const Statement* last = nullptr;
  for (const Statement& statement : domain_.can) {
    if (statement.of_channel != of_channels) {
      continue;
    }
    if (last == nullptr || !same_head(*last, statement)) {
      put("{}", last == nullptr ? "" : "</ul>\n");
      if (const auto its = statement_title(statement, !domain_.cannot_sealed.empty()); its != title) {
        put("<h3>{}</h3>\n", its);
        title = its;
      }
      put("<p>{} {} <code>[{}]</code></p>\n<ul>\n", of_channels ? "that end at" : "on", escaped(statement.on),
          escaped(origins_text(statement.origins)));
    }
    last = &statement;
    put("<li><code>{} {}</code> <span class=\"faint\">because {}</span></li>\n", escaped(statement.access_class),
        escaped(fmt::format("{}", fmt::join(statement.permissions, " "))), escaped(statement.reason));
  }
  put("{}", last == nullptr ? "" : "</ul>\n");
}

void Section::cannot() {
  const auto list = [&](const std::vector<std::string>& items) {
    for (const std::string& item : items) {
      put("<li>{}</li>\n", escaped(item));
    }
  };
  if (!domain_.cannot_sealed.empty()) {
    put("<h3>Cannot, once sealed</h3>\n<ul>\n");
    list(domain_.cannot_sealed);
    put("</ul>\n");
  }
  put("<h3>Cannot</h3>\n<p class=\"faint\">{}</p>\n<ul>\n", kWhyNot);
  list(domain_.cannot);
  put("<li>have to do with {} of the {} other domains: no permission and no event channel either way</li>\n</ul>\n",
      domain_.unrelated, audit_.domains.size() - 1);
}

void Section::others() {
  put("<h3>Others over it</h3>\n<ul>\n");
  for (const Holders& holders : domain_.held_by) {
    put("<li>{}: <code>{}</code></li>\n", escaped(holders.who), escaped(holders.permissions));
  }
  put("{}</ul>\n", domain_.held_by.empty() ? "<li>nobody</li>\n" : "");
}

void Section::unreviewed() {
  if (domain_.unreviewed.empty()) {
    return;
  }
  put("<h3>Operations outside XSA-77</h3>\n<ul>\n");
  for (const Unreviewed& each : domain_.unreviewed) {
    put("<li><code>{}</code> by <code>{} {}</code></li>\n", escaped(each.operation), escaped(each.access_class),
        escaped(each.permission));
  }
  put("</ul>\n");
}

void Section::usage() {
  if (!domain_.usage) {
    return;
  }
  put("<h3>Granted and never used</h3>\n<p class=\"faint\">{}</p>\n<ul>\n", usage_text(*domain_.usage));
  for (const Unused& unused : domain_.usage->unused) {
    put("<li><code>{} {}</code> on {} <span class=\"faint\">because {}</span></li>\n", escaped(unused.access_class),
        escaped(unused.permission), escaped(targets_text(unused.targets)), escaped(unused.reason));
  }
  put("{}</ul>\n", domain_.usage->unused.empty() ? "<li>nothing</li>\n" : "");
}

std::string Section::write(bool open) {
  const bool differs = std::any_of(domain_.findings.begin(), domain_.findings.end(),
                                   [&](std::size_t place) { return !audit_.findings[place].is_notice; });
  put("<details id=\"{}\" data-names=\"{}\"{}{}><summary>{} <span class=\"faint\">{}, {} "
      "permissions</span>{}</summary><div>\n",
      page::domain_id(domain_.name), escaped(domain_.name), differs ? " class=\"marked\"" : "",
      open || differs ? " open=\"open\"" : "", escaped(domain_.name), escaped(domain_.role), domain_.permissions,
      domain_.findings.empty() ? ""
                               : fmt::format(" <span class=\"no\">! {} {}</span>", domain_.findings.size(),
                                             domain_.findings.size() == 1 ? "finding" : "findings"));
  put("<p class=\"faint\">domid {}{}, written in <code>{}</code></p>\n", domain_.domid,
      domain_.devices.empty() ? "" : escaped(fmt::format(", drives {}", fmt::join(domain_.devices, ", "))),
      escaped(domain_.origin));
  findings();
  compared();
  can(false);
  cannot();
  others();
  can(true);
  unreviewed();
  usage();
  put("</div></details>\n");
  return std::move(out_);
}

}  // namespace

std::string domain_html(const Audit& audit, const DomainAudit& domain, bool open) {
  return Section(audit, domain).write(open);
}

}  // namespace bulkhead::audit
