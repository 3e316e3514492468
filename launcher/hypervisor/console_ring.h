// Xen's console ring as a reader without state sees it. Xen counts every byte that it ever wrote (32 bits, wrapping);
// a read from a number on answers with bytes and the number after them, and begins later than asked when those bytes
// are overwritten already. That is how a loss shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "bulkhead/base/result.h"

namespace bulkhead::hypervisor {

// Fills `buffer` from `index` on, sets `index` behind the last byte, returns how many bytes it were.
using ReadRing = std::function<Result<std::size_t>(std::string& buffer, std::uint32_t& index)>;

// The number of the byte that is written next, from any earlier one.
[[nodiscard]] Result<std::uint32_t> ring_end(const ReadRing& read, std::uint32_t from);
// All from `index` on, which moves to the end. Error: some of it is overwritten.
[[nodiscard]] Result<std::string> ring_since(const ReadRing& read, std::uint32_t& index);
// The same, but what is overwritten is left out and its bytes are added to `lost`.
[[nodiscard]] Result<std::string> ring_still_since(const ReadRing& read, std::uint32_t& index, std::uint32_t& lost);
// All that the ring still holds; a gap drops what stands before it.
[[nodiscard]] Result<std::string> ring_all(const ReadRing& read);

}  // namespace bulkhead::hypervisor
