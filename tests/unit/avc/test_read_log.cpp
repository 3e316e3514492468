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
