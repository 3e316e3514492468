#include <catch2/catch.hpp>

#include "bulkhead/abi/abi.h"

using bulkhead::abi::Abi;
using bulkhead::abi::AccessClass;
using bulkhead::abi::find_abi;
using bulkhead::abi::known_abis;
using bulkhead::abi::permission_list;
using bulkhead::abi::XenVersion;

namespace {

const Abi& abi_of(unsigned minor) {
  const Abi* abi = find_abi({4, minor});
  REQUIRE(abi != nullptr);
  return *abi;
}

const AccessClass& class_of(const Abi& abi, std::string_view name) {
  return abi.at(abi.find_class(name).value());
}

}  // namespace

TEST_CASE("the releases 4.17 to 4.22 are known, oldest first") {
  std::vector<std::string> versions;
  for (const Abi& abi : known_abis()) {
    versions.push_back(abi.version.text());
  }
  CHECK(versions == std::vector<std::string>{"4.17", "4.18", "4.19", "4.20", "4.21", "4.22"});
  CHECK(find_abi({4, 16}) == nullptr);
  CHECK(find_abi({4, 23}) == nullptr);
}

TEST_CASE("a version is two numbers, compared as numbers") {
  CHECK(XenVersion::parse("4.17") == XenVersion{4, 17});
  CHECK(XenVersion{4, 9} < XenVersion{4, 17});
  CHECK(XenVersion{4, 17} < XenVersion{5, 0});
  for (const char* text :
       {"", "4", "4.", ".17", "4.17.5", "4.x", "4. 17", "-4.17", "4.017", "4.99999999999", "v4.17"}) {
    CAPTURE(text);
    CHECK_FALSE(XenVersion::parse(text).has_value());
  }
}

// The hypervisor's numbers, looked up by hand in the headers that a build of 4.17 generates.
TEST_CASE("classes, permissions and initial SIDs have the hypervisor's positions") {
  const Abi& abi = abi_of(17);
  CHECK(abi.classes.size() == 13);
  CHECK(static_cast<unsigned>(abi.find_class("xen").value()) == 0);
  CHECK(static_cast<unsigned>(abi.find_class("domain").value()) == 2);
  CHECK(static_cast<unsigned>(abi.find_class("argo").value()) == 12);
  CHECK_FALSE(abi.find_class("file").has_value());
  CHECK(class_of(abi, "domain").bit("create") == 4);
  CHECK(class_of(abi, "grant").bit("copy") == 5);
  CHECK_FALSE(class_of(abi, "grant").bit("create").has_value());
  CHECK(abi.initial_sids.front() == "xenboot");
  CHECK(abi.initial_sids.at(2) == "dom0");
}

TEST_CASE("every class fits in FLASK's 32 bits, and its full vector has a bit for each permission") {
  for (const Abi& abi : known_abis()) {
    std::size_t count = 0;
    for (const AccessClass& access_class : abi.classes) {
      CAPTURE(abi.version.text(), access_class.name);
      CHECK_FALSE(access_class.permissions.empty());
      CHECK(access_class.permissions.size() <= 32);
      CHECK(static_cast<std::size_t>(__builtin_popcount(access_class.all())) == access_class.permissions.size());
      CHECK(access_class.bit(access_class.permissions.back()) == access_class.permissions.size() - 1);
      count += access_class.permissions.size();
    }
    CHECK(abi.permission_count() == count);
    CHECK(abi.initial_sids.size() == 13);
  }
  const AccessClass widest{"widest", std::vector<std::string>(32, "x")};
  CHECK(widest.all() == 0xFFFFFFFF);
}

TEST_CASE("a permission list stands in bit order, in braces unless it is one") {
  const AccessClass& grant = class_of(abi_of(17), "grant");
  CHECK(permission_list(grant, 0b0100001) == "{ map_read copy }");
  CHECK(permission_list(grant, 0b0100000) == "copy");
  CHECK(permission_list(grant, 0) == "{ }");
  CHECK(permission_list(grant, grant.all()) == "{ map_read map_write unmap transfer setup copy query }");
}
