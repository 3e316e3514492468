#include <catch2/catch.hpp>

#include "bulkhead/page/groups.h"
#include "bulkhead/page/matrix.h"
#include "bulkhead/page/names.h"

namespace bulkhead::page {

namespace {

constexpr Limits kLimits{.one_by_one = 3, .groups = 4};

// control, net, and guests behind net, each with a relation of its own value to it.
std::vector<Member> members(std::size_t guests) {
  std::vector<Member> list{{"control", "control", "control", 0}, {"net", "net", "driver", 2}};
  for (std::size_t i = 1; i <= guests; ++i) {
    list.push_back({"web-" + std::to_string(i), "web", "guest", 3});
  }
  return list;
}

std::vector<Relation> behind_net(std::size_t guests) {
  std::vector<Relation> list;
  for (std::size_t i = 2; i < guests + 2; ++i) {
    list.push_back({1, i, 7});
  }
  return list;
}

std::vector<std::string> names(const Groups& groups) {
  std::vector<std::string> list;
  for (const Groups::Group& group : groups.all) {
    list.push_back(group.name);
  }
  return list;
}

}  // namespace

TEST_CASE("few domains stand one by one, by columns") {
  const Groups groups = group({{"web", "web", "guest", 3}, {"control", "control", "control", 0}}, {}, kLimits);
  CHECK(groups.of == "domain");
  CHECK(names(groups) == std::vector<std::string>{"control", "web"});
  CHECK(groups.of_member == std::vector<std::size_t>{1, 0});
}

TEST_CASE("many that are alike share a group, and a family that is whole gives it its name") {
  const Groups groups = group(members(40), behind_net(40), kLimits);
  CHECK(names(groups) == std::vector<std::string>{"control", "net", "web × 40"});
}

TEST_CASE("one relation more, another value or a mark sets a domain apart") {
  std::vector<Relation> relations = behind_net(5);
  relations.push_back({0, 2, 1});
  relations.back().value = 9;
  std::vector<Member> list = members(5);
  CHECK(names(group(list, relations, kLimits)) ==
        std::vector<std::string>{"control", "net", "web-1", "web-2 and 3 like it"});
  relations.pop_back();
  relations[0].value = 8;
  CHECK(names(group(list, relations, kLimits)) ==
        std::vector<std::string>{"control", "net", "web-1", "web-2 and 3 like it"});
  list[6].mark = "1 finding";
  relations[0].value = 7;
  CHECK(names(group(list, relations, kLimits)) ==
        std::vector<std::string>{"control", "net", "web-1 and 3 like it", "web-5"});
}

TEST_CASE("when nobody is alike, families are next, then roles") {
  std::vector<Relation> relations = behind_net(40);
  for (std::size_t i = 0; i < relations.size(); ++i) {
    relations[i].value = i;
  }
  std::vector<Member> list = members(40);
  CHECK(group(list, relations, kLimits).of == "family");
  for (std::size_t i = 2; i < list.size(); ++i) {
    list[i].family = list[i].name;
  }
  const Groups groups = group(list, relations, kLimits);
  CHECK(groups.of == "role");
  CHECK(names(groups) == std::vector<std::string>{"control × 1", "driver × 1", "guest × 40"});
}

TEST_CASE("the matrix has what is held in its cells, and a row for each domain or those alike") {
  Matrix matrix{members(1), {"devices"}, {}, true};
  matrix.cells[{1, 2}] = {6, "grant: copy"};
  matrix.cells[{2, 2}] = {13, "domain: <self>"};
  matrix.cells[{1, 3}] = {1, "resource: use"};
  const MatrixHtml html = matrix_html(matrix);
  CHECK(html.of == "domain");
  CHECK(
      html.html ==
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"matrix of privileges\"><table "
      "class=\"matrix\"><thead><tr><td></td><th scope=\"col\">control</th><th scope=\"col\">net</th><th "
      "scope=\"col\">web-1</th><th scope=\"col\">devices</th></tr></thead><tbody>\n"
      "<tr data-names=\"control\"><th scope=\"row\">control</th><td class=\"none\">·</td><td class=\"none\">·</td><td "
      "class=\"none\">·</td><td class=\"none\">·</td></tr>\n"
      "<tr data-names=\"net\"><th scope=\"row\">net</th><td class=\"none\">·</td><td class=\"none\">·</td><td "
      "class=\"h2\" title=\"grant: copy\">6</td><td class=\"h1\" title=\"resource: use\">1</td></tr>\n"
      "<tr data-names=\"web-1\"><th scope=\"row\">web-1</th><td class=\"none\">·</td><td class=\"none\">·</td><td "
      "class=\"h4 self\" title=\"domain: &lt;self&gt;\">13</td><td class=\"none\">·</td></tr>\n"
      "</tbody></table></div>\n");
}

TEST_CASE("a list of names says a whole family once and cuts what is long") {
  const std::map<std::string_view, std::size_t> sizes{{"web", 2}, {"db", 3}};
  CHECK(names_text({{"web-1", "web"}, {"web-2", "web"}, {"db-1", "db"}, {"db-3", "db"}}, sizes) ==
        "web (all 2), db-1, db-3");
  CHECK(join_some(std::vector<std::string>(26, "x")).ends_with("x, x and 2 more"));
}

}  // namespace bulkhead::page
