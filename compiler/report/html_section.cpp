#include <iterator>

#include <fmt/format.h>

#include "bulkhead/page/html.h"
#include "html.h"

namespace bulkhead::report {

using page::escaped;
using privilege::Phase;
using privilege::TypeKind;

namespace {

std::string_view title_of(const Statement& statement, bool is_control) {
  if (statement.source_kind == TypeKind::kChannel) {
    return "Its event channels";
  }
  switch (statement.phase) {
    case Phase::kRunning:
      return is_control ? "Can, sealed" : "Can";
    case Phase::kBooting:
      return "Can, until it is sealed";
    case Phase::kBuilding:
      return "While it is built";
  }
  return "";
}

class SectionHtml {
 public:
  SectionHtml(const Index& index, const Section& section) : index_(index), section_(section) {}
  [[nodiscard]] std::string write(bool open);

 private:
  template <typename... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }
  void facts();
  void can(bool channels);
  void cannot(std::string_view title, const std::vector<std::string_view>& items, bool with_unrelated);
  void others();
  void unreviewed();

  const Index& index_;
  const Section& section_;
  std::string out_;
};

void SectionHtml::facts() {
  put("<table class=\"facts\">");
  for (const auto& [key, value] : facts_of(index_, section_)) {
    put("<tr><th scope=\"row\">{}</th><td class=\"type\">{}</td></tr>", escaped(key), escaped(value));
  }
  put("</table>\n");
}

void SectionHtml::can(bool channels) {
  std::string_view title;
  for (const StatementGroup& group : group_statements(section_.can, channels)) {
    const Statement& first = *group.statements.front();
    if (const auto its = title_of(first, section_.labels.size() > 1); its != title) {
      put("<h3>{}</h3>\n", its);
      title = its;
    }
    put("<p>{} {} <code>[{}; {}]</code></p>\n<ul>\n", channels ? "that end at" : "on",
        escaped(targets_text(index_, first, section_.members.front())), escaped(first.via),
        escaped(origins_text(index_, first.origins)));
    for (const Statement* statement : group.statements) {
      const abi::AccessClass& access_class = index_.access_class(statement->access_class);
      put("<li><code>{} {}</code> <span class=\"faint\">because {}</span></li>\n", access_class.name,
          permission_text(access_class, statement->permissions), escaped(statement->reason));
    }
    put("</ul>\n");
  }
}

void SectionHtml::cannot(std::string_view title, const std::vector<std::string_view>& items, bool with_unrelated) {
  if (items.empty() && !with_unrelated) {
    return;
  }
  put("<h3>{}</h3>\n<ul>\n", title);
  for (const std::string_view item : items) {
    put("<li>{}</li>\n", escaped(item));
  }
  if (with_unrelated) {
    put("<li>have to do with {} of the {} other domains: no permission and no event channel either way</li>\n",
        section_.unrelated, index_.model().domains.size() - 1);
  }
  put("</ul>\n");
}

void SectionHtml::others() {
  put("<h3>Others over it</h3>\n<ul>\n");
  for (const HolderGroup& holders : section_.reached_by) {
    put("<li>{}: <code>{}</code></li>\n", escaped(domains_text(index_.model(), holders.domains)),
        escaped(vectors_text(index_, holders.permissions)));
  }
  put("{}</ul>\n", section_.reached_by.empty() ? "<li>nobody</li>\n" : "");
}

void SectionHtml::unreviewed() {
  if (section_.unreviewed.empty()) {
    return;
  }
  put("<h3>Operations outside XSA-77</h3>\n<ul>\n");
  for (const privilege::UnreviewedOperation& operation : section_.unreviewed) {
    const abi::AccessClass& access_class = index_.access_class(operation.access_class);
    put("<li><code>{}</code> by <code>{} {}</code></li>\n", escaped(operation.operation), access_class.name,
        access_class.permissions[operation.bit]);
  }
  put("</ul>\n");
}

std::string SectionHtml::write(bool open) {
  const Labelled& running = section_.labels.front();
  put("<details id=\"{}\"{}><summary>{} <span class=\"faint\">{}</span></summary><div>\n",
      page::domain_id(index_.model().at(section_.members.front()).name), open ? " open=\"open\"" : "",
      escaped(section_title(index_, section_)), count_text(running));
  facts();
  can(false);
  cannot("Cannot, once sealed", section_.cannot_sealed, false);
  cannot("Cannot", section_.cannot, true);
  others();
  can(true);
  unreviewed();
  put("</div></details>\n");
  return std::move(out_);
}

}  // namespace

std::string html_section(const Index& index, const Section& section, bool open) {
  return SectionHtml(index, section).write(open);
}

}  // namespace bulkhead::report
