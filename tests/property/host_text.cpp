#include "host_text.h"

#include <algorithm>
#include <random>

namespace bulkhead::test {
namespace {

std::string join(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + value;
  return text;
}

std::string fields_text(const std::vector<Field>& fields) {
  std::vector<std::string> parts;
  for (const Field& field : fields) {
    const std::string value = field.form == Form::kText ? field.values.front() : "[" + join(field.values) + "]";
    parts.push_back(field.key + ": " + value);
  }
  return "{ " + join(parts) + " }";
}

std::string mapping(const std::string& title, const std::vector<Entry>& entries) {
  if (entries.empty()) return {};
  std::string text = title + ":\n";
  for (const Entry& entry : entries) text += "  " + entry.name + ": " + fields_text(entry.fields) + "\n";
  return text;
}

std::string connections_text(const std::vector<Entry>& entries) {
  if (entries.empty()) return {};
  std::string text = "connections:\n";
  for (const Entry& entry : entries) text += "  - { " + entry.name + ": " + fields_text(entry.fields) + " }\n";
  return text;
}

std::string list(const std::string& title, const std::vector<Entry>& entries) {
  if (entries.empty()) return {};
  std::string text = title + ":\n";
  for (const Entry& entry : entries) text += "  - " + fields_text(entry.fields) + "\n";
  return text;
}

std::string roles_text(const std::vector<RoleEntry>& roles, bool extends_last) {
  if (roles.empty()) return {};
  std::string text = "roles:\n";
  for (const RoleEntry& role : roles) {
    const std::string extends = "    extends: " + role.extends + "\n";
    text += "  " + role.name + ":\n" + (extends_last ? "" : extends) + "    allow:\n";
    for (const Entry& allow : role.allow) text += "      - " + fields_text(allow.fields) + "\n";
    if (extends_last) text += extends;
  }
  return text;
}

using Random = std::mt19937_64;

// std::shuffle is free to differ between libraries; a failure's seed should mean the same everywhere.
template <typename T>
void shuffle(std::vector<T>& values, Random& random) {
  for (std::size_t left = values.size(); left > 1; --left) std::swap(values[left - 1], values[random() % left]);
}

void shuffle_entries(std::vector<Entry>& entries, Random& random) {
  shuffle(entries, random);
  for (Entry& entry : entries) {
    shuffle(entry.fields, random);
    for (Field& field : entry.fields) {
      if (field.form == Form::kSet) shuffle(field.values, random);
    }
  }
}

// "web" and "web-3", but not "web2".
bool names(const std::string& text, const std::string& domain) {
  if (!text.starts_with(domain)) return false;
  const std::string rest = text.substr(domain.size());
  return rest.empty() ||
         (rest.size() > 1 && rest[0] == '-' && rest.find_first_not_of("0123456789", 1) == std::string::npos);
}

// What is left of connections or accepted risks; those that cannot do without the name are dropped.
std::vector<Entry> without_name(const std::vector<Entry>& entries, const std::string& name) {
  std::vector<Entry> left;
  for (Entry entry : entries) {
    bool can_do_without = true;
    for (Field& field : entry.fields) {
      const auto erased = std::erase_if(field.values, [&](const std::string& value) { return names(value, name); });
      if (erased != 0 && (field.values.empty() || field.form == Form::kSequence)) can_do_without = false;
    }
    if (can_do_without) left.push_back(std::move(entry));
  }
  return left;
}

}  // namespace

Field* Entry::find(const std::string& key) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.key == key; });
  return found == fields.end() ? nullptr : &*found;
}

const Field* Entry::find(const std::string& key) const {
  return const_cast<Entry*>(this)->find(key);
}

const Entry* HostText::domain(const std::string& name) const {
  const auto found =
      std::find_if(domains.begin(), domains.end(), [&](const Entry& entry) { return entry.name == name; });
  return found == domains.end() ? nullptr : &*found;
}

std::string HostText::yaml() const {
  std::vector<std::string> sections{"bulkhead: 1\n",
                                    "host: " + fields_text(host.fields) + "\n",
                                    mapping("devices", devices),
                                    mapping("domains", domains),
                                    connections_text(connections),
                                    roles_text(roles, shuffled % 2 == 1),
                                    list("assert", assertions),
                                    list("accept", accept)};
  Random random(shuffled);
  if (shuffled != 0) shuffle(sections, random);
  std::string text;
  for (const std::string& section : sections) text += section;
  return text;
}

std::ostream& operator<<(std::ostream& out, const HostText& host) {
  return out << "\n" << host.yaml();
}

HostText shuffled(HostText host, std::uint64_t seed) {
  Random random(seed);
  host.shuffled = seed;
  shuffle(host.host.fields, random);
  shuffle_entries(host.devices, random);
  shuffle_entries(host.domains, random);
  shuffle_entries(host.connections, random);
  shuffle_entries(host.assertions, random);
  shuffle_entries(host.accept, random);
  shuffle(host.roles, random);
  for (RoleEntry& role : host.roles) shuffle_entries(role.allow, random);
  return host;
}

HostText without_connection(HostText host, std::size_t index) {
  host.connections.erase(host.connections.begin() + static_cast<std::ptrdiff_t>(index));
  return host;
}

HostText without_domain(HostText host, const std::string& name) {
  std::vector<std::string> gone{name};
  for (const Entry& entry : host.domains) {
    const Field* target = entry.find("target");
    if (target != nullptr && names(target->values.front(), name)) gone.push_back(entry.name);
  }
  for (const std::string& each : gone) {
    std::erase_if(host.domains, [&](const Entry& entry) { return entry.name == each; });
    host.connections = without_name(host.connections, each);
    host.accept = without_name(host.accept, each);
    for (Entry& entry : host.domains) {
      if (Field* after = entry.find("after"))
        std::erase_if(after->values, [&](const auto& one) { return names(one, each); });
      std::erase_if(entry.fields, [](const Field& field) { return field.values.empty(); });
    }
  }
  return host;
}

HostText without_device(HostText host, const std::string& name) {
  std::erase_if(host.devices, [&](const Entry& entry) { return entry.name == name; });
  for (Entry& entry : host.domains) {
    if (Field* devices = entry.find("devices")) std::erase(devices->values, name);
    std::erase_if(entry.fields, [&](const Field& field) {
      return (field.key == "devices" && field.values.empty()) ||
             (field.key == "place" && field.values.front().find(name + " ") != std::string::npos);
    });
  }
  return host;
}

}  // namespace bulkhead::test
