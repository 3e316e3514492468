// A change of the spec, tried in memory: resolved, derived, its risks and assertions judged as `compile` would. In: the
// accepted host, and entries to add or keys to set. Out: whether the changed spec is accepted, and what it opens.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bulkhead/analysis/denials.h"
#include "bulkhead/analysis/diff.h"

namespace bulkhead::analysis {

// A key of an entry of `domains:`.
struct DomainEdit {
  enum class Key : std::uint8_t { kRole, kRestart, kAddDevice, kDropDevice };
  std::string family;  // the entry
  Key key{};
  std::string value;  // role or device
  auto operator<=>(const DomainEdit&) const = default;
};

struct Change {
  struct Entry {
    std::string section;    // "connections", "roles", "devices", "accept"
    std::string statement;  // YAML of one line, as it stands there
    auto operator<=>(const Entry&) const = default;
  };
  std::vector<Entry> entries;
  std::vector<DomainEdit> edits;
  auto operator<=>(const Change&) const = default;

  // As a person would be told: "connections: - { channel: { between: [web-1, web-2] } }".
  [[nodiscard]] std::vector<std::string> lines() const;
};

struct Trial {
  bool accepted = false;
  std::vector<std::string> refusals;  // why not
  bool only_unreviewed = false;       // refused for operations outside XSA-77 and nothing else
  Opening opening;                    // of an accepted one
  std::map<std::pair<std::string, std::string>, std::string> channels;  // by the two domains: the label between them

  // Whether it gives all of these permissions, which the spec does not give as it is.
  [[nodiscard]] bool gives(const std::string& source, const std::string& target, const std::string& access_class,
                           const std::vector<std::string>& permissions) const;
};

class Trials {
 public:
  explicit Trials(const SpecView& host);

  // Tries it, or remembers; null when so many changes were tried that another one would take too long.
  const Trial* run(const Change& change);

 private:
  [[nodiscard]] Trial try_out(const Change& change);
  [[nodiscard]] std::optional<spec::Spec> changed(const Change& change);

  SpecView host_;
  SourceSet sources_;             // those of the host, and the statements that are tried
  catalogue::Catalogue shipped_;  // without roles of a spec
  std::unique_ptr<Rights> rights_;
  std::vector<FlowPair> flows_;
  std::vector<std::string> unreviewed_;
  std::map<Change, Trial> done_;
};

}  // namespace bulkhead::analysis
