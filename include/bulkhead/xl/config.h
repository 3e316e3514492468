// A configuration of xl as values with their places. In: the text. Out: its settings in order, or diagnostics (group
// kXl), all of them in one run. The grammar is that of xl's own reader (xl.cfg(5), tools/libs/util/libxlu_cfg_*):
// names, numbers, texts in quotes, lists, comments. It was once Python; expressions and calls are refused, nothing is
// executed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/source.h"

namespace bulkhead::xl {

enum class ValueKind : std::uint8_t { kNumber, kText, kList };

struct Value {
  ValueKind kind = ValueKind::kText;
  std::string text;          // of a number: as it is written
  std::uint64_t number = 0;  // of kNumber
  std::vector<Value> items;  // of kList
  Span span;                 // of the first line, when it goes over several
};

struct Setting {
  std::string key;
  Span span;  // of the key
  Value value;
};

struct Config {
  FileId file{};
  std::vector<Setting> settings;

  [[nodiscard]] const Value* find(std::string_view key) const;
};

// Nothing when anything was reported.
[[nodiscard]] std::optional<Config> read_config(const SourceSet& sources, FileId file, Diagnostics& diagnostics);

}  // namespace bulkhead::xl
