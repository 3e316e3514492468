#include <algorithm>

#include "bulkhead/avc/avc_log.h"
#include "message.h"

namespace bulkhead::avc {
namespace {

constexpr std::string_view kXen = "(XEN) ";
constexpr std::string_view kVersion = "Xen version ";
constexpr std::string_view kPermissive = "Flask:  Starting in permissive mode.";
constexpr std::string_view kUnknown = "FLASK: Denying unknown ";
constexpr std::string_view kClass = " tclass=";

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

// A line of the log, without its end.
struct Line {
  std::string_view text;
  std::size_t number = 0;
  bool has_end = true;
};

void add_cut(Log& log, std::size_t number) {
  ++log.cut_count;
  if (log.cut.size() < kMaxKept) log.cut.push_back(number);
}

bool says(std::string_view line, std::string_view words, std::size_t& at) {
  at = line.find(words);
  return at != std::string_view::npos && at < find_guest(line) && is_of_xen(line.substr(0, at), true);
}

// What else of FLASK's a reader of denials has to know.
void read_other(std::string_view line, Log& log) {
  std::size_t at = 0;
  if (says(line, kVersion, at)) ++log.boots;
  if (says(line, kPermissive, at)) log.permissive = true;
  if (!says(line, kUnknown, at)) return;
  std::string_view operation = line.substr(at + kUnknown.size() - std::string_view("unknown ").size());
  while (operation.ends_with('.')) operation.remove_suffix(1);
  const auto known = log.unknown_operations.find(operation);
  if (known != log.unknown_operations.end()) {
    ++known->second;
  } else if (log.unknown_operations.size() < kMaxKept) {
    log.unknown_operations.emplace(operation, 1);
  }
}

void read_line(const Line& line, Log& log, const LogReader::Take& take) {
  const std::string_view text = line.text;
  std::size_t at = text.find(kMessageStart);
  if (at == std::string_view::npos) {
    read_other(text, log);
    // A ring that ran over starts within a line, and that can be a message.
    if (line.number == 1 && text.find(kClass) != std::string_view::npos) add_cut(log, line.number);
    return;
  }
  const std::size_t guest = find_guest(text);
  std::size_t from = 0;   // where the search stands
  bool can_begin = true;  // the line's begin, or a whole message whose line end was lost
  for (; at != std::string_view::npos; at = text.find(kMessageStart, from)) {
    if (at > guest) {
      ++log.of_guests;
      return;
    }
    const bool is_message = is_of_xen(text.substr(from, at - from), can_begin);
    std::optional<Message> message = is_message ? parse_message(text.substr(at)) : std::nullopt;
    // Without the line's end the class may go on: `domain` and `domain2` are both classes.
    if (message && !line.has_end && at + message->length == text.size()) message.reset();
    if (is_message && !message) add_cut(log, line.number);
    can_begin = message.has_value();
    from = at + (message ? message->length : kMessageStart.size());
    if (!message) continue;
    ++log.messages;
    message->event.line = line.number;
    take(message->event, text.substr(at, message->length));
  }
}

// `line` without its '\n'.
void read_raw(std::string_view line, bool has_end, Log& log, const LogReader::Take& take) {
  if (line.size() > kMaxLineBytes) {
    ++log.long_lines;
    line = line.substr(0, kMaxLineBytes);
    has_end = false;
  }
  bool is_whole = has_end;
  while (line.ends_with('\r')) {
    line.remove_suffix(1);
    is_whole = true;
  }
  read_line({line, ++log.lines, is_whole}, log, take);
}

}  // namespace

void LogReader::carry(std::string_view part) {
  has_rest_ = has_rest_ || !part.empty();
  // One byte more than a line may have, so that it is known to be longer.
  const std::size_t room = kMaxLineBytes + 1 - std::min(rest_.size(), kMaxLineBytes + 1);
  rest_.append(part.substr(0, room));
}

void LogReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) {
      carry(bytes);
      return;
    }
    if (has_rest_) {
      carry(bytes.substr(0, end));
      read_raw(rest_, true, log_, take_);
      rest_.clear();
      has_rest_ = false;
    } else {
      read_raw(bytes.substr(0, end), true, log_, take_);
    }
    bytes.remove_prefix(end + 1);
  }
}

const Log& LogReader::finish() {
  if (has_rest_) read_raw(rest_, false, log_, take_);
  rest_.clear();
  has_rest_ = false;
  return log_;
}

Log read_log(std::string_view text) {
  Log log;
  std::vector<Event> events;
  const LogReader::Take take = [&](const Event& event, std::string_view) { events.push_back(event); };
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    read_raw(text.substr(0, end), end != std::string_view::npos, log, take);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  log.events = std::move(events);
  return log;
}

}  // namespace bulkhead::avc
