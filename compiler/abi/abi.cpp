#include "bulkhead/abi/abi.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "bulkhead/base/document.h"
#include "bulkhead/base/embedded.h"
#include "bulkhead/base/text.h"

namespace bulkhead::abi {
namespace {

constexpr std::size_t kMaxPermissions = 32;

// What is wrong with a file of policy/ is our own mistake, and the tests read all of them.
std::vector<std::string> read_names(const Node& list) {
  BULKHEAD_CHECK(list && list.kind() == NodeKind::kSequence, "policy/abi: names stand in lists");
  std::vector<std::string> names;
  names.reserve(list.size());
  for (Node item = list.first_child(); item; item = item.next_sibling()) {
    BULKHEAD_CHECK(!item.scalar().empty(), "policy/abi: a name is not empty");
    names.emplace_back(item.scalar());
  }
  BULKHEAD_CHECK(std::set(names.begin(), names.end()).size() == names.size(),
                 "policy/abi: a name stands once in a list");
  return names;
}

Abi read_abi(const EmbeddedFile& file) {
  const Document document(FileId{}, file.nodes);
  const Node root = document.root();
  const Node version = root.find("xen");
  const Node classes = root.find("classes");
  const Node initial_sids = root.find("initial-sids");
  BULKHEAD_CHECK(root.size() == 3 && version && classes && initial_sids, "policy/abi: xen, classes, initial-sids");

  Abi abi;
  const std::optional<XenVersion> parsed = XenVersion::parse(version.scalar());
  BULKHEAD_CHECK(parsed && file.path == "policy/abi/xen-" + parsed->text() + ".yaml",
                 "policy/abi: the name says the version");
  abi.version = *parsed;
  abi.classes.reserve(classes.size());
  for (const auto& [name, permissions] : classes.entries()) {
    abi.classes.push_back({std::string(name.scalar()), read_names(permissions)});
    BULKHEAD_CHECK(abi.classes.back().permissions.size() <= kMaxPermissions,
                   "policy/abi: FLASK has 32 bits for a class");
  }
  abi.initial_sids = read_names(initial_sids);
  return abi;
}

std::vector<Abi> read_all() {
  std::vector<Abi> abis;
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.path.starts_with("policy/abi/")) {
      abis.push_back(read_abi(file));
    }
  }
  std::sort(abis.begin(), abis.end(), [](const Abi& a, const Abi& b) { return a.version < b.version; });
  return abis;
}

}  // namespace

std::optional<unsigned> AccessClass::bit(std::string_view permission) const {
  const auto found = std::find(permissions.begin(), permissions.end(), permission);
  if (found == permissions.end()) {
    return std::nullopt;
  }
  return static_cast<unsigned>(found - permissions.begin());
}

AccessVector AccessClass::all() const {
  return permissions.size() == kMaxPermissions ? ~AccessVector{0} : (AccessVector{1} << permissions.size()) - 1;
}

std::optional<XenVersion> XenVersion::parse(std::string_view text) {
  const auto number = [](std::string_view digits) -> std::optional<unsigned> {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool canonical = digits.size() == 1 || !digits.starts_with('0');
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    return whole && canonical ? std::optional(value) : std::nullopt;
  };
  const std::vector<std::string_view> parts = split(text, '.');
  if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
    return std::nullopt;
  }
  const std::optional<unsigned> major = number(parts[0]);
  const std::optional<unsigned> minor = number(parts[1]);
  return major && minor ? std::optional(XenVersion{*major, *minor}) : std::nullopt;
}

std::string XenVersion::text() const {
  return fmt::format("{}.{}", major, minor);
}

std::optional<ClassId> Abi::find_class(std::string_view name) const {
  const auto found = std::find_if(classes.begin(), classes.end(), [&](const AccessClass& c) { return c.name == name; });
  if (found == classes.end()) {
    return std::nullopt;
  }
  return static_cast<ClassId>(found - classes.begin());
}

const AccessClass& Abi::at(ClassId id) const {
  const auto index = static_cast<std::size_t>(id);
  BULKHEAD_CHECK(index < classes.size(), "a ClassId comes from the release that is asked");
  return classes[index];
}

std::size_t Abi::permission_count() const {
  std::size_t count = 0;
  for (const AccessClass& access_class : classes) {
    count += access_class.permissions.size();
  }
  return count;
}

std::span<const Abi> known_abis() {
  static const std::vector<Abi> kAbis = read_all();
  return kAbis;
}

const Abi* find_abi(XenVersion version) {
  const std::span<const Abi> abis = known_abis();
  const auto found = std::find_if(abis.begin(), abis.end(), [&](const Abi& abi) { return abi.version == version; });
  return found == abis.end() ? nullptr : &*found;
}

std::string permission_list(const AccessClass& access_class, AccessVector permissions) {
  std::vector<std::string> names;
  for (std::size_t bit = 0; bit < access_class.permissions.size(); ++bit) {
    if ((permissions >> bit & 1U) != 0) {
      names.push_back(access_class.permissions[bit]);
    }
  }
  return names.size() == 1 ? names[0] : "{ " + join(names, " ") + (names.empty() ? "}" : " }");
}

}  // namespace bulkhead::abi
