// Any bytes as a console log: every event stands in a line that there is, and printed it reads back as itself.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/avc/avc_log.h"
#include "bulkhead/base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead::avc;
  const Log log = read_log({reinterpret_cast<const char*>(data), size});
  for (const Event& event : log.events) {
    BULKHEAD_CHECK(event.line >= 1 && event.line <= log.lines, "an event stands in a line of the log");
    const std::string text = print(event) + "\n";
    const Log again = read_log(text);
    BULKHEAD_CHECK(again.events.size() == 1 && again.cut.empty(), "a printed event is one message");
    Event expected = event;
    expected.line = 1;
    BULKHEAD_CHECK(again.events[0] == expected, "a printed event reads back as itself");
  }
  // Piece by piece it is the same log.
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  std::size_t messages = 0;
  LogReader reader([&](const Event& event, std::string_view message) {
    BULKHEAD_CHECK(messages < log.events.size() && event == log.events[messages], "the pieces hold the same events");
    BULKHEAD_CHECK(message.starts_with("avc:"), "a message begins with its mark");
    ++messages;
  });
  const std::size_t piece = size == 0 ? 1 : 1 + data[0] % 64U;
  for (std::size_t at = 0; at < text.size(); at += piece) reader.feed(text.substr(at, piece));
  const Log& again = reader.finish();
  BULKHEAD_CHECK(messages == log.events.size() && again.lines == log.lines && again.cut == log.cut &&
                     again.of_guests == log.of_guests && again.boots == log.boots,
                 "the pieces hold the same log");
  for (const std::size_t line : log.cut) {
    BULKHEAD_CHECK(line >= 1 && line <= log.lines, "a cut message stands in a line of the log");
  }
  return 0;
}
