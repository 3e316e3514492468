// Any bytes as what Xen printed for a debug key: refused with words, or an answer that no guest's line changes.
#include <cstddef>
#include <cstdint>
#include <string>

#include "bulkhead/base/check.h"
#include "bulkhead/verify/debug_keys.h"
#include "bulkhead/verify/observation.h"

namespace {

template <typename T>
bool is_same(const T& a, const T& b) {
  return a == b;
}
// Why a block is spoiled names the line, which moves.
template <typename Use>
bool is_same(const bulkhead::verify::Blocks<Use>& a, const bulkhead::verify::Blocks<Use>& b) {
  return a.blocks == b.blocks && a.spoiled.size() == b.spoiled.size() && a.torn == b.torn;
}

template <typename T>
void check_answer(bulkhead::Result<T> (*parse)(std::string_view), const std::string& text) {
  const auto answer = parse(text);
  if (!answer.has_value()) {
    BULKHEAD_CHECK(!answer.error().message().empty(), "a refusal says what is wrong");
    return;
  }
  const std::string guest = "(d7) (XEN) 0000:00:03.0 - d7 - node -1 \n";
  const auto again = parse(guest + text + (text.ends_with('\n') ? "" : "\n") + guest);
  BULKHEAD_CHECK(again.has_value() && is_same(*again, *answer), "what a guest writes changes nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_answer(bulkhead::verify::parse_pci_devices, text);
  check_answer(bulkhead::verify::parse_domain_ranges, text);
  check_answer(bulkhead::verify::parse_event_channels, text);
  check_answer(bulkhead::verify::parse_mapped_grants, text);
  // Whatever stands in a domain's table or in the ring is counted and kept within limits.
  for (const std::uint32_t version : {1U, 2U}) {
    const auto uses = bulkhead::verify::read_grant_table({version, text});
    BULKHEAD_CHECK(uses.size() <= bulkhead::verify::kMaxGrantUses, "a table names at most so many");
  }
  const bulkhead::verify::Denials denials = bulkhead::verify::read_denials({text, 0, 0});
  BULKHEAD_CHECK(denials.kinds.size() <= bulkhead::verify::kMaxDenialKinds, "the kinds of denials are limited");
  return 0;
}
