#include <iterator>

#include <fmt/format.h>

#include "html.h"

namespace bulkhead::report {

namespace {

constexpr std::size_t kOpenUpTo = 4;

class Page {
 public:
  Page(const Index& index, const Audit& audit) : index_(index), audit_(audit), groups_(group_domains(index.model())) {}
  [[nodiscard]] std::string write();

 private:
  template <typename... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }
  void head();
  void summary();
  void powers();
  void matrix_and_picture();
  void risks();
  void sections();
  void limits();

  const Index& index_;
  const Audit& audit_;
  Groups groups_;
  std::string out_;
};

void Page::head() {
  const std::string title = escaped(index_.model().host_name.empty() ? "a host" : index_.model().host_name);
  put("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>Bulkhead: "
      "{}</title>\n<style>\n{}</style>\n"
      "</head>\n<body>\n<h1>Audit of {}</h1>\n<p class=\"note\">What was compiled, by bulkhead {}.</p>\n",
      title, html_style(), title, BULKHEAD_VERSION);
}

void Page::summary() {
  put("<h2>Summary</h2>\n<table>\n");
  for (const auto& [key, value] : audit_.summary) {
    put("<tr><th>{}</th><td class=\"type\">{}</td></tr>\n", escaped(key), escaped(value));
  }
  put("</table>\n");
}

void Page::powers() {
  put("<h2>Who can</h2>\n<table>\n<thead><tr><th></th><th>running</th><th>only until "
      "sealed</th></tr></thead>\n<tbody>\n");
  for (const PowerHolders& power : audit_.powers) {
    const bool nobody = power.running.empty() && power.booting.empty();
    put("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", escaped(power.what),
        nobody ? "<span class=\"faint\">nobody</span>" : escaped(domains_text(index_.model(), power.running)),
        escaped(domains_text(index_.model(), power.booting)));
  }
  put("</tbody>\n</table>\n");
}

void Page::matrix_and_picture() {
  put("<h2>Connections</h2>\n<p class=\"note\">One box for each {}. Lines: what one serves to another; dashed: "
      "xenstore and "
      "console. That control builds every domain is not drawn.</p>\n{}",
      groups_.of, html_picture(index_, groups_));
  put("<h2>Privileges</h2>\n<p class=\"note\">How many distinct permissions the row holds over the column, one row for "
      "each {}; the "
      "tooltip names them. Of the control domain: before and after sealing together.</p>\n{}",
      groups_.of, html_matrix(index_, groups_));
}

void Page::risks() {
  put("<h2>Risks that the spec accepts</h2>\n");
  if (audit_.risks.empty()) {
    put("<p>none</p>\n");
  } else {
    put("<table>\n");
    for (const Risk& risk : audit_.risks) {
      put("<tr><th>{}</th><td>{}</td><td>{} <code>[{}]</code></td></tr>\n", escaped(risk.finding), escaped(risk.about),
          escaped(risk.reason), escaped(risk.origin));
    }
    put("</table>\n");
  }
  put("<p>{} that the Xen project does not support delegating (XSA-77).</p>\n",
      audit_.unreviewed == 0 ? std::string("No domain but control reaches an operation")
                             : fmt::format("{} domains besides control reach operations", audit_.unreviewed));
}

void Page::sections() {
  put("<h2>Domains</h2>\n");
  for (const Section& section : audit_.sections) {
    put("{}", html_section(index_, section, audit_.sections.size() <= kOpenUpTo));
  }
}

void Page::limits() {
  put("<h2>What this does not show</h2>\n<ul>\n");
  for (const std::string_view limit : audit_.limits) {
    put("<li>{}</li>\n", escaped(limit));
  }
  put("</ul>\n</body>\n</html>\n");
}

std::string Page::write() {
  head();
  summary();
  matrix_and_picture();
  powers();
  risks();
  sections();
  limits();
  return std::move(out_);
}

}  // namespace

std::string audit_as_html(const Index& index, const Audit& audit) {
  return Page(index, audit).write();
}

}  // namespace bulkhead::report
