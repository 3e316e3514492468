// What FLASK's access vector cache wrote into Xen's console log. In: the log's text, from a serial line or `xl dmesg`:
// with or without "(XEN) " and time stamps, with CRLF, with other lines in between. Out: its messages in order, each
// with the number of its line. Only whole messages are taken; lines of anything else are skipped.
//
// A guest's output stands in the same log behind "(d5) ", and what it writes there is not believed, whatever it looks
// like. Domain 0 and the hardware domain write to the console as they are: they could forge a message, so a log shows
// what was used, and proves nothing against those two.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
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

// Lines that are longer are read up to here; no message of Xen's comes near it.
inline constexpr std::size_t kMaxLineBytes = std::size_t{1} << 16;
// Of what a log can hold any number of, so many are kept.
inline constexpr std::size_t kMaxKept = 1000;

struct Log {
  std::vector<Event> events;     // of read_log() only
  std::size_t lines = 0;         // all, of whatever kind
  std::size_t messages = 0;      // whole ones
  std::vector<std::size_t> cut;  // where a message begins that is not whole; the first kMaxKept
  std::size_t cut_count = 0;     // all of them
  std::size_t of_guests = 0;     // lines of guests that look like a message
  std::size_t long_lines = 0;    // of which the end was not read
  std::size_t boots = 0;         // how often Xen says its version, which is where a host's log starts
  bool permissive = false;       // Xen says that it starts so: what it denies is done all the same, and logged once
  // "unknown domctl: 64": operations that FLASK has no permission for and refuses to everybody, and how often.
  std::map<std::string, std::size_t, std::less<>> unknown_operations;
};

// Takes any bytes.
[[nodiscard]] Log read_log(std::string_view text);

// The same piece by piece, in memory that does not grow with the log.
class LogReader {
 public:
  // `message` is the event's text, from "avc:" to the class. Both are valid during the call only.
  using Take = std::function<void(const Event& event, std::string_view message)>;
  explicit LogReader(Take take) : take_(std::move(take)) {}

  void feed(std::string_view bytes);
  // The end of the log: whatever is left has no line end, and a message that goes up to there may lack one.
  const Log& finish();

 private:
  void carry(std::string_view part);

  Take take_;
  Log log_;
  std::string rest_;       // of a line whose end did not come yet; at most one byte more than kMaxLineBytes
  bool has_rest_ = false;  // bytes of it were seen
};

// The message without what stood before it in its line; reads back as the same event.
[[nodiscard]] std::string print(const Event& event);

}  // namespace bulkhead::avc
