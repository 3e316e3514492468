// What FLASK denied, from the console ring.
#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "bulkhead/avc/avc_log.h"
#include "bulkhead/verify/observation.h"

namespace bulkhead::verify {

namespace {

// Lines that Xen printed or passed on from a guest, in whose name it then says so. Others stand there only if
// `console_to_ring` lets a domain write as it likes.
std::string without_raw_lines(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    if (line.starts_with("(XEN) ") || line.starts_with("(d")) {
      kept += line;
    }
    text.remove_prefix(end);
  }
  return kept;
}

}  // namespace

Denials read_denials(const hypervisor::RingText& ring) {
  const std::string text = without_raw_lines(ring.text);
  const avc::Log log = avc::read_log(text);
  Denials denials;
  denials.lost_bytes = ring.lost;
  denials.next = ring.next;
  denials.cut = log.cut.size();
  denials.imitated = log.of_guests;
  using Key = std::tuple<std::string_view, std::string_view, std::string_view, std::vector<std::string_view>>;
  std::map<Key, std::size_t> places;
  for (const avc::Event& event : log.events) {
    if (event.granted) {
      continue;
    }
    ++denials.count;
    Key key{event.source, event.target, event.access_class, event.permissions};
    const auto known = places.find(key);
    if (known != places.end()) {
      ++denials.kinds[known->second].count;
    } else if (denials.kinds.size() == kMaxDenialKinds) {
      ++denials.others;
    } else {
      places.emplace(std::move(key), denials.kinds.size());
      denials.kinds.push_back({std::string(event.source),
                               std::string(event.target),
                               std::string(event.access_class),
                               {event.permissions.begin(), event.permissions.end()},
                               1});
    }
  }
  return denials;
}

}  // namespace bulkhead::verify
