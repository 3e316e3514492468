// Reads the numbers of a binary policy from front to back. In: the bytes. Out: values, or from the first mistake on
// only zeros: callers check ok() once per entry and not after every number. The first mistake stays, with the offset
// where it was found; later ones are not recorded. Never reads past the end, whatever the bytes are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/flask/bitmap.h"

namespace bulkhead::flask {

class PolicyCursor {
 public:
  explicit PolicyCursor(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool ok() const { return !failure_.has_value(); }
  [[nodiscard]] std::uint32_t offset() const { return static_cast<std::uint32_t>(position_); }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - position_; }

  // `what` names what stands here, for the error when the file ends first.
  std::uint16_t u16(const char* what) { return static_cast<std::uint16_t>(number(2, what)); }
  std::uint32_t u32(const char* what) { return static_cast<std::uint32_t>(number(4, what)); }
  std::uint64_t u64(const char* what) { return number(8, what); }

  // A count of entries of at least `entry_bytes` each: refused when they cannot fit into the bytes that are left.
  std::uint32_t count(std::size_t entry_bytes, const char* what);

  // Printable characters without space; never empty. The view points into the file.
  std::string_view name(std::uint32_t length, const char* what) { return characters(length, '!', what); }
  // The same with spaces.
  std::string_view path(std::uint32_t length, const char* what) { return characters(length, ' ', what); }

  // A bitmap all of whose numbers are below `limit`.
  Bitmap bitmap(std::uint32_t limit, const char* what);

  void fail(std::string message) { fail_at(offset(), std::move(message)); }
  void fail_at(std::uint32_t offset, std::string message);
  [[nodiscard]] Error error() const;

 private:
  std::uint64_t number(unsigned size, const char* what) {
    if (failure_.has_value() || left() < size) {
      ends_early(size, what);
      return 0;
    }
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i) {
      value |= std::uint64_t{static_cast<unsigned char>(bytes_[position_ + i])} << (8 * i);
    }
    position_ += size;
    return value;
  }
  std::string_view characters(std::uint32_t length, char lowest, const char* what);
  void read_words(Bitmap& set, std::uint32_t end, std::uint32_t words, const char* what);
  void ends_early(std::size_t size, const char* what);

  std::string_view bytes_;
  std::size_t position_ = 0;
  std::optional<std::pair<std::uint32_t, std::string>> failure_;
};

// The names of one table, to find one that stands twice, and to have them sorted.
class NameList {
 public:
  struct Entry {
    std::string_view name;
    std::uint32_t offset = 0;
    std::uint32_t value = 0;  // 0 for an alias
  };

  void add(std::string_view name, std::uint32_t offset, std::uint32_t value = 0) {
    entries_.push_back({name, offset, value});
  }
  // Sorts the entries by name.
  void check_unique(PolicyCursor& in, const char* table);
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

}  // namespace bulkhead::flask
