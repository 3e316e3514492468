// A spec as entries that can be shuffled and taken out again, and written as YAML. It knows which parts have an order
// (the two ends of a channel) and which have none (all others).
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace bulkhead::test {

enum class Form : std::uint8_t { kText, kSet, kSequence };

struct Field {
  std::string key;
  std::vector<std::string> values;  // of kText one
  Form form = Form::kText;
};

struct Entry {
  std::string name;  // of a list's entries: empty
  std::vector<Field> fields;

  [[nodiscard]] Field* find(const std::string& key);
  [[nodiscard]] const Field* find(const std::string& key) const;
  void set(const std::string& key, const std::string& value) { fields.push_back({key, {value}}); }
};

struct RoleEntry {
  std::string name;
  std::string extends;
  std::vector<Entry> allow;
};

struct HostText {
  Entry host;
  std::vector<Entry> devices;
  std::vector<Entry> domains;
  std::vector<Entry> connections;  // name: the kind
  std::vector<RoleEntry> roles;
  std::vector<Entry> assertions;
  std::vector<Entry> accept;
  std::uint64_t shuffled = 0;  // the order of sections and keys; 0: as listed

  [[nodiscard]] std::string yaml() const;
  [[nodiscard]] const Entry* domain(const std::string& name) const;
};

std::ostream& operator<<(std::ostream& out, const HostText& host);

// The same meaning in another order: sections, entries, keys, and the members of sets.
[[nodiscard]] HostText shuffled(HostText host, std::uint64_t seed);

[[nodiscard]] HostText without_connection(HostText host, std::size_t index);
// With all its connections and its device model.
[[nodiscard]] HostText without_domain(HostText host, const std::string& name);
// Unassigned and no longer listed.
[[nodiscard]] HostText without_device(HostText host, const std::string& name);

}  // namespace bulkhead::test
