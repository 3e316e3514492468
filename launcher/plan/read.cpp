#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/plan/delegation_list.h"
#include "bulkhead/plan/launch_plan.h"
#include "consistency.h"
#include "fields.h"

namespace bulkhead::plan {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxDepth = 8;  // plan, domains, domain, placement, cpus: 5

// The first finding ends the reading: a plan is written by a program, and one fault means that another program wrote
// it.
class Finding {
 public:
  explicit Finding(std::string_view whole) : whole_(whole) {}

  void report(const std::string& path, std::string_view what) {
    if (!text_) {
      text_ = fmt::format("{}: {}", path.empty() ? whole_ : path, what);
    }
  }
  [[nodiscard]] bool is_set() const { return text_.has_value(); }
  [[nodiscard]] const std::optional<std::string>& text() const { return text_; }

 private:
  std::string_view whole_;  // what the text is called: "the plan"
  std::optional<std::string> text_;
};

// Reads one object. Every key that is asked for is noted; what is left over afterwards is unknown.
class Reader {
 public:
  Reader(const Json& json, std::string path, Finding& finding)
      : json_(json), path_(std::move(path)), finding_(finding) {}

  template <typename T>
  void read(T& value) {
    if (!json_.is_object()) {
      finding_.report(path_, "not an object");
      return;
    }
    fields(*this, value);
    for (auto entry = json_.begin(); entry != json_.end() && !finding_.is_set(); ++entry) {
      if (!known_.contains(entry.key())) {
        finding_.report(path_, fmt::format("unknown key `{}`", entry.key()));
      }
    }
  }

  void version(std::string_view key, std::uint32_t expected, std::string_view) {
    if (const Json* found = require(key)) {
      if (!found->is_number_unsigned() || found->get<std::uint64_t>() != expected) {
        finding_.report(at(key), fmt::format("this program reads version {} only", expected));
      }
    }
  }
  void text(std::string_view key, std::string& value, Form form, std::string_view) {
    if (const Json* found = require(key)) {
      read_text(*found, at(key), value, form);
    }
  }
  void optional_text(std::string_view key, std::optional<std::string>& value, Form form, std::string_view) {
    const Json* found = require(key);
    if (found != nullptr && !found->is_null()) {
      read_text(*found, at(key), value.emplace(), form);
    }
  }
  template <typename Number>
  void number(std::string_view key, Number& value, Bounds bounds, std::string_view) {
    if (const Json* found = require(key)) {
      read_number(*found, at(key), value, bounds);
    }
  }
  template <typename Number>
  void optional_number(std::string_view key, std::optional<Number>& value, Bounds bounds, std::string_view) {
    const Json* found = require(key);
    if (found != nullptr && !found->is_null()) {
      read_number(*found, at(key), value.emplace(), bounds);
    }
  }
  void flag(std::string_view key, bool& value, std::string_view) {
    if (const Json* found = require(key)) {
      if (found->is_boolean()) {
        value = found->get<bool>();
      } else {
        finding_.report(at(key), "neither true nor false");
      }
    }
  }
  template <typename Enum>
  void choice(std::string_view key, Enum& value, std::string_view) {
    if (const Json* found = require(key)) {
      const auto& names = kNames<Enum>;
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (found->is_string() && found->get_ref<const std::string&>() == names[i]) {
          value = static_cast<Enum>(i);
          return;
        }
      }
      finding_.report(at(key), fmt::format("none of {}", fmt::join(names, ", ")));
    }
  }
  template <typename T>
  void object(std::string_view key, T& value, std::string_view) {
    if (const Json* found = require(key)) {
      Reader(*found, at(key), finding_).read(value);
    }
  }
  template <typename T>
  void optional_object(std::string_view key, std::optional<T>& value, std::string_view about) {
    const Json* found = require(key);
    if (found != nullptr && !found->is_null()) {
      object(key, value.emplace(), about);
    }
  }
  template <typename T>
  void part(std::string_view key, std::optional<T>& value, std::string_view about) {
    if (json_.contains(key)) {
      object(key, value.emplace(), about);
    }
    known_.insert(key);
  }
  template <typename T>
  void list(std::string_view key, std::vector<T>& values, std::string_view) {
    each(key, values,
         [this](const Json& item, const std::string& path, T& value) { Reader(item, path, finding_).read(value); });
  }
  void texts(std::string_view key, std::vector<std::string>& values, Form form, std::string_view) {
    each(key, values,
         [&](const Json& item, const std::string& path, std::string& value) { read_text(item, path, value, form); });
  }
  void numbers(std::string_view key, std::vector<std::uint32_t>& values, Bounds bounds, std::string_view) {
    each(key, values, [&](const Json& item, const std::string& path, std::uint32_t& value) {
      read_number(item, path, value, bounds);
    });
  }
  void range(std::string_view key, std::optional<Range>& value, Bounds bounds, std::string_view) {
    const Json* found = require(key);
    if (found != nullptr && !found->is_null()) {
      read_range(*found, at(key), value.emplace(), bounds);
    }
  }
  void ranges(std::string_view key, std::vector<Range>& values, Bounds bounds, std::string_view) {
    each(key, values,
         [&](const Json& item, const std::string& path, Range& value) { read_range(item, path, value, bounds); });
  }
  template <typename Row>
  void rows(std::string_view key, std::vector<Row>& values, std::string_view) {
    each(key, values, [this](const Json& item, const std::string& path, Row& value) {
      if (!item.is_array() || item.size() != kColumns) {
        finding_.report(path, fmt::format("not a list of {} numbers", kColumns));
        return;
      }
      std::size_t column = 0;
      std::apply([&](auto&... cell) { (read_number(item[column++], path, cell, kAny32), ...); }, columns(value));
    });
  }

 private:
  [[nodiscard]] std::string at(std::string_view key) const {
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
  }

  const Json* require(std::string_view key) {
    known_.insert(key);
    if (finding_.is_set()) {
      return nullptr;
    }
    const auto found = json_.find(key);
    if (found == json_.end()) {
      finding_.report(path_, fmt::format("the key `{}` is missing", key));
      return nullptr;
    }
    return &*found;
  }

  template <typename T, typename ReadItem>
  void each(std::string_view key, std::vector<T>& values, const ReadItem& read_item) {
    const Json* found = require(key);
    if (found == nullptr) {
      return;
    }
    if (!found->is_array()) {
      finding_.report(at(key), "not a list");
      return;
    }
    values.reserve(found->size());
    const std::string path = at(key);
    for (std::size_t i = 0; i < found->size() && !finding_.is_set(); ++i) {
      read_item((*found)[i], fmt::format("{}[{}]", path, i), values.emplace_back());
    }
  }

  void read_text(const Json& json, const std::string& path, std::string& value, Form form) {
    if (!json.is_string() || !has_form(json.get_ref<const std::string&>(), form)) {
      finding_.report(path, fmt::format("not {}", description(form)));
      return;
    }
    value = json.get<std::string>();
  }

  template <typename Number>
  void read_number(const Json& json, const std::string& path, Number& value, Bounds bounds) {
    const std::uint64_t seen = json.is_number_unsigned() ? json.get<std::uint64_t>() : 0;
    if (!json.is_number_unsigned() || seen < bounds.first || seen > bounds.last) {
      finding_.report(path, fmt::format("not a whole number from {} to {}", bounds.first, bounds.last));
      return;
    }
    value = static_cast<Number>(seen);
  }

  void read_range(const Json& json, const std::string& path, Range& value, Bounds bounds) {
    if (!json.is_array() || json.size() != 2) {
      finding_.report(path, "not a list of two numbers");
      return;
    }
    read_number(json[0], path, value.first, bounds);
    read_number(json[1], path, value.last, bounds);
    if (value.first > value.last) {
      finding_.report(path, "the first number is greater than the last");
    }
  }

  const Json& json_;
  std::string path_;
  Finding& finding_;
  std::set<std::string_view> known_;  // the keys of fields(): literals
};

// Sees the text go by. The library keeps the last of two equal keys; readers that keep the first would see another
// plan.
class DuplicateKeys {
 public:
  explicit DuplicateKeys(Finding& finding) : finding_(finding) {}

  bool see(Json::parse_event_t event, const Json& parsed) {
    switch (event) {
      case Json::parse_event_t::object_start:
      case Json::parse_event_t::array_start:
        levels_.emplace_back();
        levels_.back().is_array = event == Json::parse_event_t::array_start;
        if (levels_.size() > kMaxDepth) {
          finding_.report(path(), "nested deeper than any plan is");
        }
        break;
      case Json::parse_event_t::object_end:
      case Json::parse_event_t::array_end:
        levels_.pop_back();
        count_item();
        break;
      case Json::parse_event_t::value:
        count_item();
        break;
      case Json::parse_event_t::key:
        levels_.back().key = parsed.get<std::string>();
        if (!levels_.back().keys.insert(levels_.back().key).second) {
          finding_.report(path(), "the key stands twice in one object");
        }
        break;
    }
    return !finding_.is_set();
  }

 private:
  struct Level {
    bool is_array = false;
    std::size_t items = 0;
    std::string key;
    std::set<std::string, std::less<>> keys;
  };

  void count_item() {
    if (!levels_.empty()) {
      ++levels_.back().items;
    }
  }

  [[nodiscard]] std::string path() const {
    std::string path;
    for (const Level& level : levels_) {
      if (level.is_array) {
        path += fmt::format("[{}]", level.items);
      } else {
        path += path.empty() ? level.key : "." + level.key;
      }
    }
    return path;
  }

  Finding& finding_;
  std::vector<Level> levels_;
};

template <typename T>
Result<T> read_whole(std::string_view json, std::string_view whole) {
  Finding finding(whole);
  Json tree;
  try {
    DuplicateKeys duplicate_keys(finding);
    tree = Json::parse(json.begin(), json.end(), [&](int, Json::parse_event_t event, const Json& parsed) {
      return finding.is_set() ? false : duplicate_keys.see(event, parsed);
    });
  } catch (const Json::exception& failure) {  // the library's only way to say where the text is not JSON
    return Error(finding.is_set() ? *finding.text() : fmt::format("not JSON: {}", failure.what()));
  }
  T value;
  if (!finding.is_set()) {
    Reader(tree, "", finding).read(value);
  }
  if (finding.is_set()) {
    return Error(*finding.text());
  }
  if (const auto inconsistent = find_inconsistency(value)) {
    return Error(*inconsistent);
  }
  return value;
}

}  // namespace

Result<LaunchPlan> read_launch_plan(std::string_view json) {
  return read_whole<LaunchPlan>(json, "the plan");
}

Result<DelegationList> read_delegation_list(std::string_view json) {
  return read_whole<DelegationList>(json, "the list");
}

}  // namespace bulkhead::plan
