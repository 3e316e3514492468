#include "policy_cursor.h"

#include <algorithm>

#include <fmt/format.h>

namespace bulkhead::flask {

void PolicyCursor::fail_at(std::uint32_t offset, std::string message) {
  if (!failure_.has_value()) failure_.emplace(offset, std::move(message));
}

Error PolicyCursor::error() const {
  BULKHEAD_CHECK(failure_.has_value(), "error() is only asked of a cursor that failed");
  return Error(fmt::format("offset {}: {}", failure_->first, failure_->second));
}

void PolicyCursor::ends_early(std::size_t size, const char* what) {
  if (ok()) fail(fmt::format("expected {} ({} bytes), but the file ends after {} bytes", what, size, bytes_.size()));
}

std::uint32_t PolicyCursor::count(std::size_t entry_bytes, const char* what) {
  const std::uint32_t at = offset();
  const std::uint32_t entries = u32(what);
  if (entries > left() / entry_bytes) {
    fail_at(at, fmt::format("{} is {}, but the {} bytes that are left hold at most {}", what, entries, left(),
                            left() / entry_bytes));
    return 0;
  }
  return entries;
}

std::string_view PolicyCursor::characters(std::uint32_t length, char lowest, const char* what) {
  if (!ok()) return {};
  if (left() < length) {
    ends_early(length, what);
    return {};
  }
  const std::string_view text = bytes_.substr(position_, length);
  if (text.empty()) {
    fail(fmt::format("expected {}, found an empty one", what));
    return {};
  }
  const auto bad = std::find_if(text.begin(), text.end(), [lowest](char c) { return c < lowest || c > '~'; });
  if (bad != text.end()) {
    const auto at = static_cast<std::uint32_t>(bad - text.begin());
    fail_at(offset() + at, fmt::format("expected a printable character of {}, found byte 0x{:02x}", what,
                                       static_cast<unsigned>(static_cast<unsigned char>(*bad))));
    return {};
  }
  position_ += length;
  return text;
}

Bitmap PolicyCursor::bitmap(std::uint32_t limit, const char* what) {
  Bitmap set;
  const std::uint32_t at = offset();
  const std::uint32_t unit = u32(what);
  const std::uint32_t end = u32(what);
  const std::uint32_t words = count(12, "the number of words of a bitmap");
  if (!ok()) return set;
  if (unit != 64) {
    fail_at(at, fmt::format("expected the word size 64 of {}, found {}", what, unit));
  } else if (end % 64 != 0 || (end == 0) != (words == 0) || words > end / 64) {
    fail_at(at, fmt::format("{} cannot have {} words and end at {}", what, words, end));
  } else {
    read_words(set, end, words, what);
  }
  if (ok() && !set.empty() && set.last() >= limit) {
    fail_at(at, fmt::format("{} has the number {}, the largest that exists is {}", what, set.last(),
                            static_cast<std::int64_t>(limit) - 1));
  }
  return ok() ? set : Bitmap{};
}

void PolicyCursor::read_words(Bitmap& set, std::uint32_t end, std::uint32_t words, const char* what) {
  std::uint64_t lowest = 0;
  for (std::uint32_t i = 0; i < words && ok(); ++i) {
    const std::uint32_t at = offset();
    const std::uint32_t start = u32(what);
    const std::uint64_t bits = u64(what);
    if (start % 64 != 0 || start < lowest || start >= end) {
      fail_at(at, fmt::format("expected the place of a word of {}: a multiple of 64 from {} to {}, found {}", what,
                              lowest, end - 64, start));
    }
    set.append_word(start, bits);
    lowest = std::uint64_t{start} + 64;
  }
}

void NameList::check_unique(PolicyCursor& in, const char* table) {
  std::sort(entries_.begin(), entries_.end(), [](const Entry& left, const Entry& right) {
    const int order = left.name.compare(right.name);
    return order != 0 ? order < 0 : left.offset < right.offset;
  });
  const auto same = std::adjacent_find(entries_.begin(), entries_.end(),
                                       [](const Entry& left, const Entry& right) { return left.name == right.name; });
  if (same != entries_.end()) {
    in.fail_at(std::next(same)->offset,
               fmt::format("`{}` is already the name of another of the {}", same->name, table));
  }
}

}  // namespace bulkhead::flask
