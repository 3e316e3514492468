#include "bulkhead/audit/compare.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "bulkhead/base/json_text.h"
#include "bulkhead/base/render.h"

namespace bulkhead::audit {

namespace {

using Kind = Change::Kind;

std::string_view name(Kind kind) {
  switch (kind) {
    case Kind::kWidened:
      return "widened";
    case Kind::kNarrowed:
      return "narrowed";
    case Kind::kNew:
      return "new";
    case Kind::kGone:
      return "gone";
    case Kind::kChanged:
      return "changed";
  }
  BULKHEAD_CHECK(false, "a change is of one of the kinds");
}

class Comparing {
 public:
  Comparing(const Recorded& before, const Recorded& after, Comparison& comparison)
      : before_(before), after_(after), changes_(comparison.changes) {}

  void sets(const std::string& about, const std::set<std::string>& before, const std::set<std::string>& after,
            Kind more, Kind less) {
    for (const std::string& each : after) {
      if (!before.contains(each)) {
        changes_.push_back({more, about, each});
      }
    }
    for (const std::string& each : before) {
      if (!after.contains(each)) {
        changes_.push_back({less, about, each});
      }
    }
  }

  void maps(const std::string& about, const std::map<std::string, std::string>& before,
            const std::map<std::string, std::string>& after) {
    for (const auto& [key, value] : after) {
      const auto found = before.find(key);
      if (found == before.end()) {
        changes_.push_back({Kind::kNew, about, fmt::format("{}: {}", key, value)});
      } else if (found->second != value) {
        changes_.push_back({Kind::kChanged, about, fmt::format("{}: {}, was {}", key, value, found->second)});
      }
    }
    for (const auto& [key, value] : before) {
      if (!after.contains(key)) {
        changes_.push_back({Kind::kGone, about, fmt::format("{}: {}", key, value)});
      }
    }
  }

  void domains() {
    static const std::set<std::string> kNone;
    std::set<std::string> names;
    for (const Recorded* each : {&before_, &after_}) {
      for (const auto& [name, cells] : each->domains) {
        names.insert(name);
      }
    }
    for (const std::string& name : names) {
      const auto old_cells = before_.domains.find(name);
      const auto new_cells = after_.domains.find(name);
      sets("domain " + name, old_cells == before_.domains.end() ? kNone : old_cells->second,
           new_cells == after_.domains.end() ? kNone : new_cells->second, Kind::kWidened, Kind::kNarrowed);
    }
  }

 private:
  const Recorded& before_;
  const Recorded& after_;
  std::vector<Change>& changes_;
};

}  // namespace

bool Comparison::no_worse() const {
  return holds && std::none_of(changes.begin(), changes.end(), [](const Change& change) {
           return change.kind == Kind::kWidened || (change.kind == Kind::kNew && change.about != "digest");
         });
}

Comparison compare(const Recorded& old_audit, const Recorded& new_audit) {
  Comparison comparison{
      .from = old_audit.when, .to = new_audit.when, .held = old_audit.holds, .holds = new_audit.holds, .changes = {}};
  Comparing comparing(old_audit, new_audit, comparison);
  if (old_audit.host != new_audit.host) {
    comparison.changes.push_back({Kind::kChanged, "host", fmt::format("{}, was {}", new_audit.host, old_audit.host)});
  }
  comparing.sets("finding", old_audit.findings, new_audit.findings, Kind::kNew, Kind::kGone);
  comparing.sets("not looked at", old_audit.gaps, new_audit.gaps, Kind::kNew, Kind::kGone);
  comparing.maps("label", old_audit.labels, new_audit.labels);
  comparing.domains();
  comparing.sets("accepted risk", old_audit.risks, new_audit.risks, Kind::kNew, Kind::kGone);
  comparing.maps("digest", old_audit.digests, new_audit.digests);
  return comparison;
}

std::string to_text(const Comparison& comparison) {
  std::string out =
      printable(fmt::format("from {} ({}) to {} ({})", comparison.from, comparison.held ? "held" : "did not hold",
                            comparison.to, comparison.holds ? "holds" : "does not hold"));
  out += '\n';
  for (const Change& change : comparison.changes) {
    out += printable(fmt::format("{}: {}: {}", name(change.kind), change.about, change.what)) + "\n";
  }
  return out + (comparison.changes.empty() ? "nothing changed\n" : "");
}

std::string to_json(const Comparison& comparison) {
  std::string out;
  JsonText json(out);
  const auto text = [&](std::string_view key, std::string_view value) {
    json.key(key);
    json.text(value);
  };
  json.begin_object();
  json.key("format_version");
  json.number(1);
  text("from", comparison.from);
  text("to", comparison.to);
  json.key("held");
  json.flag(comparison.held);
  json.key("holds");
  json.flag(comparison.holds);
  json.key("changes");
  json.begin_array();
  for (const Change& change : comparison.changes) {
    json.begin_object(JsonText::Layout::kInline);
    text("change", name(change.kind));
    text("about", change.about);
    text("what", change.what);
    json.end();
  }
  json.end();
  json.end();
  return out + "\n";
}

}  // namespace bulkhead::audit
