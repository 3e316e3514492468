#include <catch2/catch.hpp>

#include "store_permissions.h"

namespace bulkhead::hypervisor {

namespace {
using Entries = std::vector<std::pair<unsigned, unsigned>>;  // domain, bits

Entries entries(const NodeAccess& access) {
  Entries made;
  for (const xs_permissions& entry : to_permissions(access)) {
    made.emplace_back(entry.id, entry.perms);
  }
  return made;
}
}  // namespace

TEST_CASE("the owner comes first, and nobody else may do anything unless said") {
  CHECK(entries({.owner = 7, .readers = {}, .writers = {}}) == Entries{{7, XS_PERM_NONE}});
  CHECK(entries({.owner = 0, .readers = {3, 4}, .writers = {2}}) ==
        Entries{{0, XS_PERM_NONE}, {3, XS_PERM_READ}, {4, XS_PERM_READ}, {2, XS_PERM_READ | XS_PERM_WRITE}});
}

TEST_CASE("an access is read back from its entries") {
  for (const bool others_read : {false, true}) {
    for (const bool others_write : {false, true}) {
      const NodeAccess access{
          .owner = 5, .readers = {1, 0}, .writers = {9}, .others_read = others_read, .others_write = others_write};
      CHECK(to_access(to_permissions(access)) == access);
    }
  }
}

TEST_CASE("a domain that may only write is shown as a writer, one without rights or gone is not shown") {
  const std::vector<xs_permissions> kept{{.id = 4, .perms = XS_PERM_NONE},
                                         {.id = 5, .perms = XS_PERM_WRITE},
                                         {.id = 6, .perms = XS_PERM_NONE},
                                         {.id = 7, .perms = XS_PERM_READ | XS_PERM_IGNORE}};
  CHECK(to_access(kept) == NodeAccess{.owner = 4, .readers = {}, .writers = {5}});
}

TEST_CASE("a node that is open to everybody is shown as such") {
  const std::vector<xs_permissions> kept{{.id = 4, .perms = XS_PERM_READ}};
  CHECK(to_access(kept) == NodeAccess{.owner = 4, .readers = {}, .writers = {}, .others_read = true});
}

}  // namespace bulkhead::hypervisor
