#include <catch2/catch.hpp>

#include "bulkhead/report/counts.h"
#include "reported.h"

namespace bulkhead::report {

TEST_CASE("a label's permissions are counted once, over however many targets") {
  const Reported reported;
  const privilege::PrivilegeSet& set = reported.derived.set;
  const Count count = count_permissions(set, *set.find("net_t"));
  std::set<std::string> permissions;
  std::set<privilege::TypeId> targets;
  for (const privilege::Cell& cell : set.cells()) {
    if (set.at(cell.source).name == "net_t") {
      targets.insert(cell.target);
      const abi::AccessClass& access_class = set.abi->at(cell.access_class);
      for (const std::string& permission : access_class.permissions) {
        if ((cell.permissions >> *access_class.bit(permission) & 1U) != 0) {
          permissions.insert(access_class.name + "." + permission);
        }
      }
    }
  }
  CHECK(count == Count{permissions, targets.size()});
  CHECK(count.permissions.contains("grant.copy"));
}

TEST_CASE("counting all labels at once gives the same as one by one") {
  const Reported reported;
  const privilege::PrivilegeSet& set = reported.derived.set;
  const std::vector<Count> all = count_permissions(set);
  REQUIRE(all.size() == set.types.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i] == count_permissions(set, static_cast<privilege::TypeId>(i)));
  }
}

TEST_CASE("a label that holds nothing counts nothing") {
  const Reported reported;
  const privilege::PrivilegeSet& set = reported.derived.set;
  CHECK(count_permissions(set, *set.find("nic0_dev_t")) == Count{});
}

}  // namespace bulkhead::report
