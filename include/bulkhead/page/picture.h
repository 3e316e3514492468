// A host as a drawing: a box for each domain, a line for each connection. In: domains and connections by their kinds.
// Out: SVG to stand in a page, laid out here, with words for all that colours and dashes say. Domains that are alike
// share a box, so that the drawing stays readable at 200 domains.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/page/groups.h"

namespace bulkhead::page {

struct Picture {
  struct Domain {
    Member member;
    std::vector<std::string> devices;
  };
  struct Connection {
    std::string kind;  // a file of policy/connections
    std::size_t server = 0;
    std::size_t client = 0;
  };
  std::vector<Domain> domains;
  std::vector<Connection> connections;
};

struct PictureHtml {
  std::string_view of;  // as Groups
  std::string html;     // the drawing and what its lines mean
};
[[nodiscard]] PictureHtml picture_html(const Picture& picture);

}  // namespace bulkhead::page
