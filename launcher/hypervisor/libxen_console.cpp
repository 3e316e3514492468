#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "libxen_hypervisor.h"

namespace bulkhead::hypervisor {

ReadRing LibxenHypervisor::reader(const Lease& lease) const {
  return [&lease](std::string& buffer, std::uint32_t& index) -> Result<std::size_t> {
    auto count = static_cast<unsigned>(buffer.size());
    constexpr int kKeep = 0;
    constexpr int kFromIndex = 1;
    // xen readconsole: the debug keys answer in the ring.
    if (xc_readconsolering(lease.xch(), buffer.data(), &count, kKeep, kFromIndex, &index) != 0) {
      return lease.error("read Xen's console ring", errno);
    }
    return count;
  };
}

// The key's routine runs within the hypercall, so the whole answer is in the ring when it returns; what guests or
// FLASK write meanwhile stands between its lines.
Result<std::string> LibxenHypervisor::debug_key(char key) {
  const std::string what = fmt::format("ask Xen with debug key `{}`", key);
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  const std::lock_guard lock(console_mutex_);
  const ReadRing read = reader(*lease);
  const auto before = ring_end(read, console_index_);
  if (!before) {
    return Error(before.error()).with_context(what);
  }
  console_index_ = *before;
  const std::array<char, 2> keys{key, '\0'};
  if (xc_send_debug_keys(lease->xch(), keys.data()) != 0) {  // xen debug: verification reads what no hypercall tells
    return lease->error(what, errno);
  }
  auto text = ring_since(read, console_index_);
  if (!text) {
    return Error(text.error()).with_context(what);
  }
  return text;
}

Result<RingText> LibxenHypervisor::console_since(std::uint32_t from) {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  const std::lock_guard lock(console_mutex_);
  RingText answer;
  answer.next = from;
  auto text = ring_still_since(reader(*lease), answer.next, answer.lost);
  if (!text) {
    return text.error();
  }
  answer.text = std::move(*text);
  return answer;
}

Result<std::string> LibxenHypervisor::console_ring() {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  const std::lock_guard lock(console_mutex_);
  return ring_all(reader(*lease));
}

}  // namespace bulkhead::hypervisor
