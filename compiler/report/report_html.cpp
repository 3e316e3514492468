#include <iterator>

#include <fmt/format.h>

#include "bulkhead/page/html.h"
#include "html.h"

namespace bulkhead::report {

using page::escaped;

namespace {

constexpr std::size_t kOpenUpTo = 4;

class Page {
 public:
  Page(const Index& index, const Audit& audit) : index_(index), audit_(audit) {}
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
  std::string out_;
};

void Page::head() {
  const std::string name = index_.model().host_name.empty() ? "a host" : index_.model().host_name;
  put("{}<h1>What was compiled for {}</h1>\n<p class=\"note\">By bulkhead {}. What the running host is, the launcher's "
      "audit says.</p>\n",
      page::begin_page("Bulkhead: " + name, page::Script::kNone), escaped(name), BULKHEAD_VERSION);
}

void Page::summary() {
  put("<h2>Summary</h2>\n<table class=\"facts\">\n");
  for (const auto& [key, value] : audit_.summary) {
    put("<tr><th scope=\"row\">{}</th><td class=\"type\">{}</td></tr>\n", escaped(key), escaped(value));
  }
  put("</table>\n");
}

void Page::powers() {
  put("<h2>Who can</h2>\n<table>\n<thead><tr><td></td><th scope=\"col\">running</th><th scope=\"col\">only until "
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
  const page::PictureHtml picture = html_picture(index_);
  put("<h2>Connections</h2>\n<p class=\"note\">One box for each {}. Lines: what one serves to another; consoles and "
      "xenstore stand in the boxes. That control builds every domain is not drawn.</p>\n{}",
      picture.of, picture.html);
  const page::MatrixHtml matrix = html_matrix(index_);
  put("<h2>Privileges</h2>\n<p class=\"note\">How many distinct permissions the row holds over the column, one row for "
      "each {}; the tooltip names them, and so does the domain's part below. Of the control domain: before and after "
      "sealing together.</p>\n{}",
      matrix.of, matrix.html);
}

void Page::risks() {
  put("<h2>Risks that the spec accepts</h2>\n");
  if (audit_.risks.empty()) {
    put("<p>none</p>\n");
  } else {
    put("<table>\n");
    for (const Risk& risk : audit_.risks) {
      put("<tr><th scope=\"row\">{}</th><td>{}</td><td>{} <code>[{}]</code></td></tr>\n", escaped(risk.finding),
          escaped(risk.about), escaped(risk.reason), escaped(risk.origin));
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
  put("</ul>\n{}", page::end_page(page::Script::kNone));
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
