#include <catch2/catch.hpp>

#include "bulkhead/base/files.h"
#include "bulkhead/verify/debug_keys.h"

namespace bulkhead::verify {

namespace {

// Written as Xen 4.17 to 4.22 write it, and inputs of the fuzzer.
std::string sample(const std::string& name) {
  const auto text = read_file(std::string(BULKHEAD_SOURCE_DIR) + "/tests/fuzz/corpus/debug_keys/" + name, 65536);
  return text ? *text : std::string();
}

const std::string kChannels = sample("channels");
const std::string kGrants = sample("grants");

std::string with(std::string text, const std::string& old, const std::string& replacement) {
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), replacement);
}

Blocks<ChannelUse> channels(const std::string& text) {
  const auto answer = parse_event_channels(text);
  REQUIRE(answer.has_value());
  return *answer;
}

Blocks<GrantUse> grants(const std::string& text) {
  const auto answer = parse_mapped_grants(text);
  REQUIRE(answer.has_value());
  return *answer;
}

const std::map<hypervisor::Domid, std::vector<ChannelUse>> kChannelBlocks{
    {0, {{1, true, "system_u:object_r:dom0_t_channel", 2, 3}, {2, false, "system_u:object_r:dom0_t_channel", 1, 12}}},
    {1, {{0, true, "system_u:object_r:domU_t_channel", 1, 1}}},
    {2, {}}};

using Way = GrantUse::Way;
const std::map<hypervisor::Domid, std::vector<GrantUse>> kGrantBlocks{
    {0, {}}, {1, {{0, Way::kWrite, 2, 0}, {5, Way::kRead, 1, 8}}}, {32751, {{3, Way::kWrite, 1, 4660}}}};

}  // namespace

TEST_CASE("event channels are read by owner, counted by other end, label and state") {
  const auto answer = channels(kChannels);
  CHECK(answer.blocks == kChannelBlocks);
  CHECK(answer.spoiled.empty());
  CHECK(answer.torn == 0);
}

TEST_CASE("mapped grants are read by granter, counted by mapper and direction") {
  const auto answer = grants(kGrants);
  CHECK(answer.blocks == kGrantBlocks);
  CHECK(answer.spoiled.empty());
  CHECK(answer.torn == 0);
}

TEST_CASE("lines of guests that imitate Xen's change nothing") {
  const std::string port = "(d7) (XEN)      9 [0/0/0]: s=3 n=0 x=0 d=9 p=9 Z=system_u:object_r:evil_t\n";
  const std::string grant = "(d7) (XEN) [0x008]      9 0x1fd402 0x00000002          9 0x1fd402 0x19\n";
  std::string guests_in_channels;
  std::string guests_in_grants;
  for (std::size_t at = 0; at < kChannels.size(); at = kChannels.find('\n', at) + 1) {
    guests_in_channels += port + kChannels.substr(at, kChannels.find('\n', at) + 1 - at);
  }
  for (std::size_t at = 0; at < kGrants.size(); at = kGrants.find('\n', at) + 1) {
    guests_in_grants += grant + kGrants.substr(at, kGrants.find('\n', at) + 1 - at);
  }
  CHECK(channels(guests_in_channels).blocks == kChannelBlocks);
  CHECK(grants(guests_in_grants).blocks == kGrantBlocks);
}

TEST_CASE("a torn line spoils its own domain and leaves the others") {
  const auto torn = channels(with(kChannels, "[0/0/0]: s=2", "[0/0/(d3) hello\n0]: s=2"));
  CHECK(torn.blocks.size() == 2);
  CHECK(!torn.blocks.contains(0));
  CHECK(torn.spoiled.size() == 1);
  CHECK(torn.torn == 2);
  const auto grant = grants(with(kGrants, "0x00000100", "0x0000(d3) x\n0100"));
  CHECK(!grant.blocks.contains(1));
  CHECK(grant.blocks.at(32751) == kGrantBlocks.at(32751));
}

TEST_CASE("behind a torn heading nothing is counted for the domain before it") {
  const auto answer = channels(with(kChannels, "Event channel information for domain 1:", "Event chan(d3) x\nnel 1:"));
  CHECK(!answer.blocks.contains(1));
  CHECK(!answer.blocks.contains(0));  // the torn line may have been one of its own
  CHECK(answer.blocks.at(2) == kChannelBlocks.at(2));
  const auto table = grants(with(kGrants, "grant-table for remote d32751 (v2)", "grant-table for re(d3) x\nmote"));
  CHECK(table.blocks == std::map<hypervisor::Domid, std::vector<GrantUse>>{{0, {}}});
}

TEST_CASE("a domain that stands twice is spoiled") {
  const auto answer = channels(with(kChannels, "information for domain 2:", "information for domain 1:"));
  CHECK(!answer.blocks.contains(1));
  CHECK(
      answer.spoiled.at(1) ==
      "line 15 of what Xen printed, `Event channel information for domain 1:`: the domain stands there a second time");
}

TEST_CASE("every cut of a section is refused or spoils what it cuts") {
  for (std::size_t size = 0; size < kGrants.size() - 1; ++size) {
    CHECK(!parse_mapped_grants(kGrants.substr(0, size)).has_value());
  }
  for (std::size_t size = 0; size < kChannels.size(); ++size) {
    const auto answer = parse_event_channels(kChannels.substr(0, size));
    for (const auto& [domid, uses] : answer ? answer->blocks : decltype(answer->blocks)()) {
      CHECK(uses.size() <= kChannelBlocks.at(domid).size());
    }
  }
}

TEST_CASE("lines that are not as Xen prints them spoil the domain") {
  for (const char* line :
       {"   3 [0/0/0]: s=3 n=1 x=0 d=1 p=1", "    3 [0/0/0]: s=3 n=1 x=0 d=1 p=1", "       3 [0/0/0]: s=9 n=1 x=0",
        "       3 [0/0/0]: s=3 n=1 x=0 d=1", "       3 [0/0/0]: s=3 n=1 x=0 d=40000 p=1",
        "       3 [0/0/0]: s=3 n=1 x=0 d=1 p=1 Z=", "       3 [0/0/0]: s=3 n=1 x=0 d=1 p=1 Z=a b",
        "       3 [0/0/x]: s=3 n=1 x=0 d=1 p=1", "       3 [0/0/0]: s=5 n=1 x=0 d=1 p=1"}) {
    INFO(line);
    const auto answer = parse_event_channels(
        with(kChannels, "       3 [0/0/0]: s=3 n=1 x=0 d=1 p=1 Z=system_u:object_r:dom0_t_channel", line));
    CHECK((!answer || answer->torn != 0 || line[3] != ' '));
  }
  for (const char* line : {"[0x0]      0 0x1fd402 0x00000002          0 0x1fd402 0x19",
                           "[0x000]  0 0x1fd402 0x00000002          0 0x1fd402 0x19",
                           "[0x000]      0 0x1fd402 0x2          0 0x1fd402 0x19",
                           "[0x000]      0 0x1FD402 0x00000002          0 0x1fd402 0x19",
                           "[0x000]  40000 0x1fd402 0x00000002          0 0x1fd402 0x19",
                           "[0x000]      0 0x1fd402 0x00000002          0 0x1fd402 0x19 "}) {
    INFO(line);
    const auto answer = grants(with(kGrants, "[0x000]      0 0x1fd402 0x00000002          0 0x1fd402 0x19", line));
    CHECK(!answer.blocks.contains(1));
    CHECK(answer.torn != 0);
  }
}

TEST_CASE("another release's form is an error that says so") {
  const auto channels =
      parse_event_channels("(XEN) 'e' pressed -> dumping event-channel info\n(XEN) dom 0: 17 ports\n");
  REQUIRE(!channels.has_value());
  CHECK(channels.error().message() == "Xen printed no event channels as releases 4.17 to 4.22 do");
  const auto grants = parse_mapped_grants("(XEN) gnttab_usage_print_all [ key 'g' pressed\n(XEN) d0: none\n");
  REQUIRE(!grants.has_value());
  CHECK(grants.error().message() ==
        "the end of the section is not in the ring, or it is not as releases 4.17 to 4.22 print it");
}

}  // namespace bulkhead::verify
