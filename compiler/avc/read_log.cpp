#include <algorithm>

#include "bulkhead/avc/avc_log.h"
#include "message.h"

namespace bulkhead::avc {
namespace {

constexpr std::string_view kXen = "(XEN) ";

// Time stamps, "[   12.3] " or "[2026-11-22 14:00:01.123] ", and nothing else.
bool is_stamps(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find("] ");
    if (text[0] != '[' || end == std::string_view::npos) return false;
    const std::string_view stamp = text.substr(1, end - 1);
    const bool fits = std::all_of(stamp.begin(), stamp.end(), [](char c) {
      return (c >= '0' && c <= '9') || c == ' ' || c == '.' || c == ':' || c == '-' || c == '+' || c == 'T' || c == 'Z';
    });
    if (!fits) return false;
    text.remove_prefix(end + 2);
  }
  return true;
}

// Where a guest's "(d5) " begins: all behind it was written by that guest.
std::size_t find_guest(std::string_view line) {
  for (std::size_t at = line.find("(d"); at != std::string_view::npos; at = line.find("(d", at + 1)) {
    const std::string_view rest = line.substr(at + 2);
    const std::size_t digits = rest.find_first_not_of("0123456789v");
    if (digits != 0 && digits != std::string_view::npos && rest[digits] == ')') return at;
  }
  return line.size();
}

// Whether Xen's own line begins so: "(XEN) ", whatever another printed before it; or, where the prefix is left out,
// nothing but time stamps from where a line can begin.
bool is_of_xen(std::string_view before, bool can_begin) {
  const std::size_t xen = before.rfind(kXen);
  if (xen != std::string_view::npos) return is_stamps(before.substr(xen + kXen.size()));
  return can_begin && is_stamps(before);
}

void read_line(std::string_view line, std::size_t number, Log& log) {
  const std::size_t guest = find_guest(line);
  std::size_t from = 0;   // where the search stands
  bool can_begin = true;  // the line's begin, or a whole message whose line end was lost
  for (std::size_t at = line.find(kMessageStart); at != std::string_view::npos; at = line.find(kMessageStart, from)) {
    if (at > guest) {
      ++log.of_guests;
      return;
    }
    const bool is_message = is_of_xen(line.substr(from, at - from), can_begin);
    std::optional<Message> message = is_message ? parse_message(line.substr(at)) : std::nullopt;
    if (is_message && !message) log.cut.push_back(number);
    can_begin = message.has_value();
    from = at + (message ? message->length : kMessageStart.size());
    if (!message) continue;
    message->event.line = number;
    log.events.push_back(std::move(message->event));
  }
}

}  // namespace

Log read_log(std::string_view text) {
  Log log;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (line.ends_with('\r')) line.remove_suffix(1);
    read_line(line, ++log.lines, log);
  }
  return log;
}

}  // namespace bulkhead::avc
