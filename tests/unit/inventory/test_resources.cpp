#include <catch2/catch.hpp>

#include "resources.h"

using namespace bulkhead::inventory;

namespace {

using Ranges = std::vector<Range>;
using Texts = std::vector<std::string>;

constexpr const char* kNone = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";

// Seven lines: those given, then empty ones.
std::string lines(std::initializer_list<const char*> given) {
  std::string text;
  for (const char* line : given) text += std::string(line) + "\n";
  for (std::size_t i = given.size(); i < 7; ++i) text += kNone;
  return text;
}

}  // namespace

TEST_CASE("memory is given in page frames and ports as they are, in ascending order") {
  const Resources found = parse_resources(lines({"0x00000000febc0000 0x00000000febdffff 0x0000000000040200",
                                                 "0x00000000feba0000 0x00000000febbffff 0x0000000000040200",
                                                 "0x000000000000c040 0x000000000000c05f 0x0000000000040101"}),
                                          false);
  CHECK(found.iomem == Ranges{{0xfeba0, 0xfebbf}, {0xfebc0, 0xfebdf}});
  CHECK(found.ioports == Ranges{{0xc040, 0xc05f}});
  CHECK(found.notes.empty());
  CHECK(found.problems.empty());
}

TEST_CASE("a prefetchable 64-bit BAR above 4 GiB is a range like any other") {
  const Resources found = parse_resources(lines({"0x0000004000000000 0x000000400007ffff 0x0000000000142204"}), false);
  CHECK(found.iomem == Ranges{{0x4000000, 0x400007f}});
}

TEST_CASE("BARs smaller than a page that share a frame are one entry") {
  const Resources found = parse_resources(lines({"0x00000000febe9000 0x00000000febe90ff 0x0000000000040200",
                                                 "0x00000000febe9100 0x00000000febea0ff 0x0000000000040200"}),
                                          false);
  CHECK(found.iomem == Ranges{{0xfebe9, 0xfebea}});
}

TEST_CASE("a BAR that nobody gave an address is left out and noted") {
  const Resources found = parse_resources(lines({"0x0000000000000000 0x0000000000000fff 0x0000000020040200",
                                                 "0x00000000febe9000 0x00000000febe9fff 0x0000000020040200"}),
                                          false);
  CHECK(found.iomem.empty());
  CHECK(found.notes == Texts{"BAR 0 has no address and is left out", "BAR 1 has no address and is left out"});
}

TEST_CASE("the ROM is left out and noted") {
  constexpr const char* kEmpty = "0x0000000000000000 0x0000000000000000 0x0000000000000000";
  const Resources found = parse_resources(lines({kEmpty, kEmpty, kEmpty, kEmpty, kEmpty, kEmpty,
                                                 "0x00000000feb80000 0x00000000feb9ffff 0x0000000000046200"}),
                                          false);
  CHECK(found.iomem.empty());
  CHECK(found.notes == Texts{"its ROM, page frames 0xfeb80-0xfeb9f, is left out"});
  CHECK(found.problems.empty());
}

TEST_CASE("of a bridge the first two lines are its own, and what it forwards is left out") {
  const std::string text = lines({"0x00000000febf0000 0x00000000febf0fff 0x0000000000040200",
                                  "0x0000000000000000 0x0000000000000000 0x0000000000000000",
                                  "0x00000000fe000000 0x00000000fe0fffff 0x0000000000000200"}) +
                           "0x00000000fe800000 0x00000000fe9fffff 0x0000000000000200\n";
  CHECK(parse_resources(text, true).iomem == Ranges{{0xfebf0, 0xfebf0}});
  CHECK(parse_resources(text, false).iomem == Ranges{{0xfe000, 0xfe0ff}, {0xfebf0, 0xfebf0}});
}

TEST_CASE("ports beyond the last one, inverted ranges, words and cut files are named by line") {
  CHECK(parse_resources(lines({"0x0000000000010000 0x000000000001001f 0x0000000000040101"}), false).problems ==
        Texts{"line 1: ports 0x10000-0x1001f; the last there can be is 0xffff"});
  CHECK(parse_resources(lines({"0x2 0x1 0x200"}), false).problems ==
        Texts{"line 1: `0x2 0x1 0x200` is no range and flags"});
  CHECK(parse_resources(lines({"a device"}), false).problems == Texts{"line 1: `a device` is no range and flags"});
  CHECK(parse_resources(kNone, false).problems == Texts{"1 lines, and a device has 7"});
  CHECK(parse_resources("", false).problems == Texts{"line 1: `` is no range and flags"});
}
