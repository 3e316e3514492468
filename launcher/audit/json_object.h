// One JSON object read key by key. In: what nlohmann-json parsed. Out: values of the asked types; the first thing that
// is not as asked is kept as a problem with its path, and every value after it is empty. It never fails half-way with
// an exception: no text is used as a path or trusted for a length.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/base/result.h"

namespace bulkhead::audit {

class JsonProblem {
 public:
  void report(const std::string& path, std::string_view what) {
    if (!text_) {
      text_ = fmt::format("{}: {}", path.empty() ? "the file" : path, what);
    }
  }
  [[nodiscard]] const std::optional<std::string>& text() const { return text_; }

 private:
  std::optional<std::string> text_;
};

class JsonObject {
 public:
  JsonObject(const nlohmann::json& json, std::string path, JsonProblem& problem)
      : json_(json), path_(std::move(path)), problem_(problem) {
    if (!json.is_object()) {
      problem.report(path_, "not an object");
    }
  }

  std::string text(const char* key) {
    const nlohmann::json* found = find(key);
    if (found != nullptr && !found->is_string()) {
      problem_.report(path_of(key), "not a text");
      return {};
    }
    return found == nullptr ? std::string() : found->get<std::string>();
  }

  std::uint64_t number(const char* key) {
    const nlohmann::json* found = find(key);
    if (found != nullptr && !found->is_number_unsigned()) {
      problem_.report(path_of(key), "not a whole number");
      return 0;
    }
    return found == nullptr ? 0 : found->get<std::uint64_t>();
  }

  bool flag(const char* key) {
    const nlohmann::json* found = find(key);
    if (found != nullptr && !found->is_boolean()) {
      problem_.report(path_of(key), "neither true nor false");
      return false;
    }
    return found != nullptr && found->get<bool>();
  }

  std::vector<std::string> texts(const char* key) {
    std::vector<std::string> list;
    each_value(key, [&](const nlohmann::json& value, const std::string& path) {
      if (!value.is_string()) {
        problem_.report(path, "not a text");
        return;
      }
      list.push_back(value.get<std::string>());
    });
    return list;
  }

  // `read` is called with a JsonObject for each element of the list.
  template <typename Read>
  void each(const char* key, const Read& read) {
    each_value(key, [&](const nlohmann::json& value, const std::string& path) {
      JsonObject object(value, path, problem_);
      if (value.is_object()) {
        read(object);
      }
    });
  }

  template <typename Read>
  void object(const char* key, const Read& read) {
    if (const nlohmann::json* found = find(key)) {
      JsonObject inner(*found, path_of(key), problem_);
      if (found->is_object()) {
        read(inner);
      }
    }
  }

  bool is_null(const char* key) {
    const nlohmann::json* found = find(key);
    return found != nullptr && found->is_null();
  }

  void version(std::uint64_t expected) {
    if (const std::uint64_t found = number("format_version"); found != expected) {
      problem_.report(path_of("format_version"), fmt::format("{}, and this program knows {}", found, expected));
    }
  }

  // Keys that nobody asked for are refused: a file of a later version says more than is understood here.
  void refuse_others() {
    for (auto entry = json_.begin(); json_.is_object() && entry != json_.end(); ++entry) {
      if (!known_.contains(entry.key())) {
        problem_.report(path_of(entry.key()), "unknown");
      }
    }
  }

 private:
  [[nodiscard]] std::string path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
  }

  const nlohmann::json* find(const char* key) {
    known_.insert(key);
    if (!json_.is_object()) {
      return nullptr;
    }
    const auto found = json_.find(key);
    if (found == json_.end()) {
      problem_.report(path_of(key), "missing");
      return nullptr;
    }
    return &*found;
  }

  template <typename Read>
  void each_value(const char* key, const Read& read) {
    const nlohmann::json* found = find(key);
    if (found == nullptr) {
      return;
    }
    if (!found->is_array()) {
      problem_.report(path_of(key), "not a list");
      return;
    }
    std::size_t place = 0;
    for (const nlohmann::json& value : *found) {
      if (problem_.text()) {
        return;
      }
      read(value, fmt::format("{}[{}]", path_of(key), place++));
    }
  }

  const nlohmann::json& json_;
  std::string path_;
  JsonProblem& problem_;
  std::set<std::string, std::less<>> known_;
};

// The whole text as one object; `read` is called with it.
template <typename Read>
[[nodiscard]] Result<void> read_json(std::string_view text, const Read& read) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    return Error("not JSON, or cut off");
  }
  JsonProblem problem;
  JsonObject object(json, "", problem);
  read(object);
  if (problem.text()) {
    return Error(*problem.text());
  }
  return {};
}

}  // namespace bulkhead::audit
