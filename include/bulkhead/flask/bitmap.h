// A set of small numbers, kept as a policy file keeps it: 64-bit words at ascending places, none of them zero. Memory
// is proportional to the bytes that the set took in the file, whatever the numbers are.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace bulkhead::flask {

class Bitmap {
 public:
  struct Word {
    std::uint32_t start = 0;  // number of bit 0, a multiple of 64
    std::uint64_t bits = 0;
    bool operator==(const Word&) const = default;
  };

  [[nodiscard]] bool empty() const { return words_.empty(); }
  [[nodiscard]] const std::vector<Word>& words() const { return words_; }

  [[nodiscard]] bool contains(std::uint32_t bit) const {
    const std::uint32_t start = bit & ~63U;
    const auto found = std::lower_bound(words_.begin(), words_.end(), start,
                                        [](const Word& word, std::uint32_t wanted) { return word.start < wanted; });
    return found != words_.end() && found->start == start && ((found->bits >> (bit & 63U)) & 1U) != 0;
  }

  [[nodiscard]] std::size_t count() const {
    std::size_t total = 0;
    for (const Word& word : words_) total += static_cast<std::size_t>(std::popcount(word.bits));
    return total;
  }

  // Calls `visit(bit)` for every number of the set, ascending.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const Word& word : words_) {
      for (std::uint64_t bits = word.bits; bits != 0; bits &= bits - 1) {
        visit(word.start + static_cast<std::uint32_t>(std::countr_zero(bits)));
      }
    }
  }

  // INVARIANT: called with ascending words only.
  void append_word(std::uint32_t start, std::uint64_t bits) {
    if (bits != 0) words_.push_back({start, bits});
  }

  // INVARIANT: called with ascending numbers only.
  void append(std::uint32_t bit) {
    const std::uint32_t start = bit & ~63U;
    if (words_.empty() || words_.back().start != start) words_.push_back({start, 0});
    words_.back().bits |= std::uint64_t{1} << (bit & 63U);
  }

  // The largest number; asked of sets that are not empty.
  [[nodiscard]] std::uint32_t last() const {
    return words_.back().start + 63U - static_cast<std::uint32_t>(std::countl_zero(words_.back().bits));
  }

  bool operator==(const Bitmap&) const = default;

 private:
  std::vector<Word> words_;
};

}  // namespace bulkhead::flask
