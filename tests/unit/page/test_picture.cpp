#include <catch2/catch.hpp>

#include "bulkhead/page/picture.h"

namespace bulkhead::page {

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

Picture host(std::size_t guests) {
  Picture picture;
  picture.domains.push_back({{"control", "control", "control", 0}, {}});
  picture.domains.push_back({{"net", "net", "driver", 2}, {"nic0"}});
  for (std::size_t i = 0; i < guests; ++i) {
    picture.domains.push_back({{"web-" + std::to_string(i), "web", "guest", 3}, {}});
    picture.connections.push_back({"network", 1, i + 2});
    picture.connections.push_back({"xenstore", 0, i + 2});
    picture.connections.push_back({"build", 0, i + 2});
  }
  return picture;
}

}  // namespace

TEST_CASE("a box for each domain, a line for each connection with its words, what all have within the box") {
  const std::string html = picture_html(host(2)).html;
  CHECK(count(html, "<rect ") == 4);
  CHECK(count(html, "<path class=\"network\"") == 3);  // two, and the key
  CHECK(count(html, "<title>network: net serves web-1</title>") == 1);
  CHECK(count(html, ">driver · drives nic0</text>") == 1);
  CHECK(count(html, ">xenstore from control</text>") == 2);
  CHECK(count(html, "build") == 0);
  CHECK(count(html, "aria-label=\"4 domains and their connections: 2 network\"") == 1);
}

TEST_CASE("two hundred that are alike share a box and a line") {
  const std::string html = picture_html(host(200)).html;
  CHECK(count(html, "<rect ") == 3);
  CHECK(count(html, ">web × 200</text>") == 1);
  CHECK(count(html, "<title>network: net serves web × 200 (200 connections)</title>") == 1);
}

TEST_CASE("a domain with a mark has a box of its own that says so in words") {
  Picture picture = host(200);
  picture.domains[7].member.mark = "2 findings";
  const std::string html = picture_html(picture).html;
  CHECK(count(html, "<rect ") == 4);
  CHECK(count(html, "<rect class=\"marked\"") == 1);
  CHECK(count(html, ">! 2 findings</text>") == 1);
  CHECK(count(html, ">web-0 and 198 like it</text>") == 1);
}

TEST_CASE("no text of a name becomes markup") {
  Picture picture = host(1);
  picture.domains[2].member.name = "</title><script>alert(1)</script>";
  picture.domains[2].member.mark = "\"><img onerror=x>";
  picture.connections.push_back({"\"/><b>", 1, 2});
  const std::string html = picture_html(picture).html;
  CHECK(count(html, "<script") == 0);
  CHECK(count(html, "<img") == 0);
  CHECK(count(html, "<b>") == 0);
}

}  // namespace bulkhead::page
