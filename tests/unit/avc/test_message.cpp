#include <catch2/catch.hpp>

#include "message.h"

using namespace bulkhead::avc;

namespace {

using Names = std::vector<std::string_view>;

Event event_of(std::string_view text) {
  INFO(text);
  const auto message = parse_message(text);
  REQUIRE(message.has_value());
  CHECK(message->length == text.size());
  return message->event;
}

constexpr std::string_view kTail =
    "scontext=system_u:system_r:net_t tcontext=system_u:object_r:iomem_t tclass=resource";

// The object of a message with these parts before the contexts.
std::string object_in(const std::string& parts) {
  const std::string text = "avc:  denied  { use_iommu } for " + parts + std::string(kTail);
  return std::string(event_of(text).object);
}

}  // namespace

TEST_CASE("a message of Xen 4.17 is read whole") {
  const Event expected{.line = 0,
                       .granted = false,
                       .permissions = {"create"},
                       .source_domain = "d0",
                       .target_domain = {},
                       .object = {},
                       .source = "system_u:system_r:dom0_t",
                       .target = "system_u:system_r:unlabeled_t",
                       .access_class = "domain"};
  CHECK(event_of("avc:  denied  { create } for current=d0 scontext=system_u:system_r:dom0_t "
                 "tcontext=system_u:system_r:unlabeled_t tclass=domain") == expected);
}

TEST_CASE("a grant of several permissions names them all, bits without a name by number") {
  const Event event = event_of(
      "avc:  granted  { map_read map_write 0x400 } for source=d0 target=d2 scontext=system_u:system_r:dom0_t "
      "tcontext=system_u:system_r:net_t tclass=grant");
  CHECK(event.granted);
  CHECK(event.permissions == Names{"map_read", "map_write", "0x400"});
  CHECK(event.source_domain == "d0");
  CHECK(event.target_domain == "d2");
}

TEST_CASE("each kind of object is read") {
  CHECK(object_in("current=d0 device=0x18 ") == "device=0x18");
  CHECK(object_in("current=d0 device=0 ") == "device=0");
  CHECK(object_in("current=d0 irq=23 ") == "irq=23");
  CHECK(object_in("current=d0 irq=-1 ") == "irq=-1");
  CHECK(object_in("current=d0 range=0xfeba0-0xfebbf ") == "range=0xfeba0-0xfebbf");
  CHECK(object_in("source=d1 pte=0x8000 mfn=0x107d517 ") == "pte=0x8000 mfn=0x107d517");
  CHECK(object_in("current=d1 dtdevice=/soc/uart@1000 ") == "dtdevice=/soc/uart@1000");
  CHECK(object_in("").empty());
}

TEST_CASE("the hypervisor's own domains and SIDs without a context are read") {
  const Event event = event_of("avc:  denied  { query } for source=d[IO] target=d[XEN] ssid=7 tsid=12 tclass=grant");
  CHECK(event.source_domain == "d[IO]");
  CHECK(event.target_domain == "d[XEN]");
  CHECK(event.source == "7");
  CHECK(event.target == "12");
}

TEST_CASE("every beginning of a message that ends before its class is no message") {
  const std::string whole =
      "avc:  granted  { map_read map_write } for source=d0 target=d2 range=0x1-0x2 scontext=system_u:system_r:dom0_t "
      "tcontext=system_u:system_r:net_t tclass=grant";
  for (std::size_t size = 0; size <= whole.size() - std::string_view("grant").size(); ++size) {
    INFO(whole.substr(0, size));
    CHECK_FALSE(parse_message(whole.substr(0, size)).has_value());
  }
}

TEST_CASE("a message with a part that avc_audit does not write, or in another order, is none") {
  for (const char* text :
       {"avc:  allowed  { create } for current=d0 scontext=u:r:a tcontext=u:r:b tclass=domain",
        "avc:  denied  {create} for current=d0 scontext=u:r:a tcontext=u:r:b tclass=domain",
        "avc:  denied  { } for current=d0 scontext=u:r:a tcontext=u:r:b tclass=domain",
        "avc:  denied  null for current=d0 scontext=u:r:a tcontext=u:r:b tclass=domain",
        "avc:  denied  { create } for  pid=12 comm=\"x\" scontext=u:r:a tcontext=u:r:b tclass=file",
        "avc:  denied  { create } for current=d0 tcontext=u:r:b scontext=u:r:a tclass=domain",
        "avc:  denied  { create } for current=d0 irq=23 irq=24 scontext=u:r:a tcontext=u:r:b tclass=domain",
        "avc:  denied  { create } for current=dx scontext=u:r:a tcontext=u:r:b tclass=domain",
        "avc:  denied  { create } for current=d0 scontext=u:r tcontext=u:r:b tclass=domain",
        "avc:  denied  { create } for current=d0 scontext=u::a tcontext=u:r:b tclass=domain",
        "avc:denied { create } for current=d0 scontext=u:r:a tcontext=u:r:b tclass=domain"}) {
    INFO(text);
    CHECK_FALSE(parse_message(text).has_value());
  }
}

TEST_CASE("an event that is printed reads back as the same") {
  for (const char* text :
       {"avc:  denied  { create } for current=d0 scontext=u:r:a tcontext=u:r:b tclass=domain",
        "avc:  granted  { map_read 0x400 } for source=d1 target=d[COW] pte=0x1 mfn=0 scontext=u:r:a tcontext=u:r:b:s0 "
        "tclass=mmu",
        "avc:  denied  { query } for target=d3 ssid=7 tsid=12 tclass=grant",
        "avc: denied { query } for ssid=7   tsid=12   tclass=grant"}) {
    const Event event = event_of(text);
    CHECK(event_of(print(event)) == event);
  }
}
