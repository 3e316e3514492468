#include "console_ring.h"

namespace bulkhead::hypervisor {

namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10U;
// Guests can write faster than we read (FLASK's denials are not rate limited): a limit, so that every call ends.
constexpr std::size_t kMaxBytes = std::size_t{64} << 20U;

enum class OnGap : std::uint8_t { kFail, kStartAnew };

Result<std::string> read_from(const ReadRing& read, std::uint32_t& index, OnGap on_gap, std::uint32_t& lost) {
  std::string text;
  std::string buffer(kChunkBytes, '\0');
  std::size_t total = 0;
  while (true) {
    const std::uint32_t asked = index;
    auto count = read(buffer, index);
    if (!count) {
      return count.error();
    }
    const std::uint32_t gap = index - asked - static_cast<std::uint32_t>(*count);
    if (gap != 0) {
      if (on_gap == OnGap::kFail) {
        return Error(
            "read Xen's console ring: what was written is overwritten already; boot Xen with a larger "
            "`conring_size`");
      }
      lost += gap + static_cast<std::uint32_t>(text.size());
      text.clear();
    }
    text.append(buffer, 0, *count);
    if (*count < buffer.size()) {
      return text;
    }
    total += *count;
    if (total > kMaxBytes) {
      return Error("read Xen's console ring: it fills faster than it can be read");
    }
  }
}

}  // namespace

Result<std::uint32_t> ring_end(const ReadRing& read, std::uint32_t from) {
  std::uint32_t index = from;
  std::uint32_t lost = 0;
  auto text = read_from(read, index, OnGap::kStartAnew, lost);
  if (!text) {
    return text.error();
  }
  return index;
}

Result<std::string> ring_since(const ReadRing& read, std::uint32_t& index) {
  std::uint32_t lost = 0;
  return read_from(read, index, OnGap::kFail, lost);
}

Result<std::string> ring_still_since(const ReadRing& read, std::uint32_t& index, std::uint32_t& lost) {
  return read_from(read, index, OnGap::kStartAnew, lost);
}

Result<std::string> ring_all(const ReadRing& read) {
  std::uint32_t index = 0;
  std::uint32_t lost = 0;
  return read_from(read, index, OnGap::kStartAnew, lost);
}

}  // namespace bulkhead::hypervisor
