// What a Xen release compiles into the hypervisor: the names and *positions* of FLASK's classes, permissions and
// initial SIDs. Numbers are the interface, names are not: a policy whose names are right and whose order is wrong loads
// and means something else (xen/xsm/flask/ss/services.c validates class and permission numbers, and nothing about
// initial SIDs). The tables are data, policy/abi/xen-<version>.yaml; this stage reads them and nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::abi {

// Position of a class in the hypervisor's order, from 0; its number in a policy is one more.
enum class ClassId : std::uint8_t {};

// One bit per permission of one class; bit = position of the permission, from 0 (at most 32, FLASK's limit).
using AccessVector = std::uint32_t;

struct AccessClass {
  std::string name;
  std::vector<std::string> permissions;  // index = bit

  [[nodiscard]] std::optional<unsigned> bit(std::string_view permission) const;
  [[nodiscard]] AccessVector all() const;
};

// A release, comparable: 4.17 < 4.18.
struct XenVersion {
  unsigned major = 0;
  unsigned minor = 0;
  auto operator<=>(const XenVersion&) const = default;

  [[nodiscard]] static std::optional<XenVersion> parse(std::string_view text);  // "4.17"
  [[nodiscard]] std::string text() const;
};

struct Abi {
  XenVersion version;
  std::vector<AccessClass> classes;       // index = ClassId
  std::vector<std::string> initial_sids;  // index + 1 = number

  [[nodiscard]] std::optional<ClassId> find_class(std::string_view name) const;
  [[nodiscard]] const AccessClass& at(ClassId id) const;
  [[nodiscard]] std::size_t permission_count() const;
};

// The releases that this program knows, oldest first.
[[nodiscard]] std::span<const Abi> known_abis();
[[nodiscard]] const Abi* find_abi(XenVersion version);

// "{ create destroy }" in bit order, or the name alone for one permission: the form of policy.conf and of AVC messages.
[[nodiscard]] std::string permission_list(const AccessClass& access_class, AccessVector permissions);

}  // namespace bulkhead::abi
