#include <string>

#include <catch2/catch.hpp>

#include "bulkhead/avc/avc_log.h"

using namespace bulkhead::avc;

namespace {

using Lines = std::vector<std::size_t>;

const std::string kMessage =
    "avc:  granted  { map_read } for source=d2 target=d4 scontext=system_u:system_r:net_t "
    "tcontext=system_u:system_r:web_1_t tclass=grant";

Lines lines_of(const Log& log) {
  Lines lines;
  lines.reserve(log.events.size());
  for (const Event& event : log.events) lines.push_back(event.line);
  return lines;
}

std::size_t events_in(const std::string& line) {
  return read_log(line + "\n").events.size();
}

}  // namespace

TEST_CASE("messages are found with Xen's prefix, its time stamp, a recorder's, and without any") {
  CHECK(events_in(kMessage) == 1);
  CHECK(events_in("(XEN) " + kMessage) == 1);
  CHECK(events_in("(XEN) [    3.141592] " + kMessage) == 1);
  CHECK(events_in("(XEN) [2026-11-22 14:00:01.123] " + kMessage) == 1);
  CHECK(events_in("[  16.595] (XEN) " + kMessage) == 1);
  CHECK(events_in("[  16.595] " + kMessage) == 1);
  CHECK(events_in("Nov 22 14:00:01 host xen[7]: (XEN) " + kMessage) == 1);
}

TEST_CASE("lines of other kinds are skipped, and every line is counted") {
  const std::string text = "(XEN) Xen version 4.17.5\n[    0.000000] Linux version 6.1\n\n(XEN) " + kMessage +
                           "\n(d4) web-1 login:\n(XEN) Flask:  128 avtab hash slots\n";
  const Log log = read_log(text);
  CHECK(lines_of(log) == Lines{4});
  CHECK(log.lines == 6);
  CHECK(log.cut.empty());
  CHECK(log.of_guests == 0);
}

TEST_CASE("a serial line's carriage returns are no part of the message") {
  const std::string text = "(XEN) boot\r\n(XEN) " + kMessage + "\r\r\n(XEN) " + kMessage + "\r\n";
  const Log log = read_log(text);
  CHECK(lines_of(log) == Lines{2, 3});
  CHECK(log.events[1].access_class == "grant");
}

TEST_CASE("a message behind another's unfinished line is found") {
  CHECK(events_in("[    1.2] pcieport 0000:00:1c.0: enab(XEN) " + kMessage) == 1);
  const std::string two = "(XEN) " + kMessage + "(XEN) " + kMessage + "\n";
  const Log log = read_log(two);
  CHECK(lines_of(log) == Lines{1, 1});
  CHECK(log.cut.empty());
}

TEST_CASE("a message that is cut is counted with its line and never half believed") {
  const std::string text = "(XEN) avc:  granted  { map_read } for source=d2 tar\n(XEN) " + kMessage +
                           "\n(XEN) avc:  denied  { crea(XEN) " + kMessage + "\n";
  const Log log = read_log(text);
  CHECK(lines_of(log) == Lines{2, 3});
  CHECK(log.cut == Lines{1, 3});
}

TEST_CASE("what a guest writes is not believed, whatever it looks like") {
  for (const char* prefix : {"(d4) ", "(d4) (XEN) ", "[  16.595] (d4) (XEN) [ 1.2] ", "(d4v0) (XEN) "}) {
    const std::string text = prefix + kMessage + "\n";
    const Log log = read_log(text);
    INFO(text);
    CHECK(log.events.empty());
    CHECK(log.cut.empty());
    CHECK(log.of_guests == 1);
  }
}

TEST_CASE("a message of Linux' own audit is not one of Xen's") {
  CHECK(events_in("audit: type=1400 audit(1.2:3): " + kMessage) == 0);
  CHECK(events_in("(XEN) I say " + kMessage) == 0);
}

TEST_CASE("an empty log has no lines") {
  CHECK(read_log("").lines == 0);
  CHECK(read_log("\n").lines == 1);
  CHECK(read_log("x").lines == 1);
}

TEST_CASE("a last line without its end is not believed: the class may go on") {
  const Log log = read_log("(XEN) " + kMessage);
  CHECK(log.events.empty());
  CHECK(log.cut == Lines{1});
  CHECK(read_log("(XEN) " + kMessage + "\r").events.size() == 1);
}

TEST_CASE("a log that starts within a message says so") {
  const std::string rest = kMessage.substr(30) + "\n";
  CHECK(read_log(rest).cut == Lines{1});
  CHECK(read_log("(XEN) boot\n" + rest).cut.empty());
}

TEST_CASE("of a line without end only the begin is read, and the rest is no line of its own") {
  const std::string text =
      "(d4) " + std::string(kMaxLineBytes, 'x') + "(XEN) " + kMessage + "\n(XEN) " + kMessage + "\n";
  const Log log = read_log(text);
  CHECK(log.long_lines == 1);
  CHECK(lines_of(log) == Lines{2});
  CHECK(log.lines == 2);
}

TEST_CASE("starts of the host, its mode and operations that FLASK does not know are counted, but not a guest's") {
  const std::string boot = "(XEN) Xen version 4.17.5 (root@host)\n(XEN) [ 1.2] Flask:  Starting in permissive mode.\n";
  const std::string unknown = "[ 3.4] (XEN) FLASK: Denying unknown domctl: 64.\r\n";
  const Log log = read_log(boot + unknown + unknown);
  CHECK(log.boots == 1);
  CHECK(log.permissive);
  CHECK(log.unknown_operations == std::map<std::string, std::size_t, std::less<>>{{"unknown domctl: 64", 2}});
  const Log guest = read_log("(d4) " + boot.substr(0, boot.find('\n') + 1) + "(d4) " + unknown);
  CHECK(guest.boots == 0);
  CHECK(guest.unknown_operations.empty());
}

TEST_CASE("in whatever pieces a log comes, the same is read") {
  const std::string text = "(XEN) Xen version 4.17.5\n(XEN) " + kMessage + "\r\n(d4) (XEN) " + kMessage + "\n\n(XEN) " +
                           kMessage + "(XEN) " + kMessage + "\n(XEN) avc:  denied  { crea\n(XEN) " + kMessage;
  const Log whole = read_log(text);
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    std::vector<std::string> found;
    LogReader reader([&](const Event& event, std::string_view) {
      found.push_back(std::to_string(event.line) + " " + print(event));
    });
    for (std::size_t at = 0; at < text.size(); at += piece) reader.feed(std::string_view(text).substr(at, piece));
    const Log& log = reader.finish();
    INFO(piece);
    REQUIRE(found.size() == whole.events.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(found[i] == std::to_string(whole.events[i].line) + " " + print(whole.events[i]));
    }
    CHECK(log.lines == whole.lines);
    CHECK(log.messages == whole.messages);
    CHECK(log.cut == whole.cut);
    CHECK(log.of_guests == whole.of_guests);
    CHECK(log.boots == whole.boots);
  }
}
