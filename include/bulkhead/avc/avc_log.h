// What FLASK's access vector cache wrote into Xen's console log. In: the log's text, from a serial line or `xl dmesg`:
// with or without "(XEN) " and time stamps, with CRLF, with other lines in between. Out: its messages in order, each
// with the number of its line. Only whole messages are taken; lines of anything else are skipped.
//
// A guest's output stands in the same log behind "(d5) ", and what it writes there is not believed, whatever it looks
// like. Domain 0 and the hardware domain write to the console as they are: they could forge a message, so a log shows
// what was used, and proves nothing against those two.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::avc {

// "avc:  denied  { create } for current=d0 scontext=… tcontext=… tclass=domain" (xen/xsm/flask/avc.c, since Xen 4.17).
// The texts are parts of the log's and live as long as that does.
struct Event {
  std::size_t line = 0;                       // from 1
  bool granted = false;                       // else denied
  std::vector<std::string_view> permissions;  // names; of bits without one "0x400"
  std::string_view source_domain;             // "d1", "d[IO]"; empty: the message names none
  std::string_view target_domain;             // empty: the same as the source's, or none
  std::string_view object;                    // "irq=23", "range=0xfeba0-0xfebbf"; empty: none
  std::string_view source;                    // a context; of a SID without one its number
  std::string_view target;
  std::string_view access_class;
  bool operator==(const Event&) const = default;
};

struct Log {
  std::vector<Event> events;
  std::size_t lines = 0;         // all, of whatever kind
  std::vector<std::size_t> cut;  // where a message begins that is not whole
  std::size_t of_guests = 0;     // lines of guests that look like a message
};

// Takes any bytes.
[[nodiscard]] Log read_log(std::string_view text);

// The message without what stood before it in its line; reads back as the same event.
[[nodiscard]] std::string print(const Event& event);

}  // namespace bulkhead::avc
