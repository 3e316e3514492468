// Not a test by itself: writes the pages that test_browser.py shows to a browser, into the folder of $BULKHEAD_PAGES.
#include <cstdlib>

#include <catch2/catch.hpp>

#include "bulkhead/audit/observe.h"
#include "bulkhead/base/files.h"
#include "hostile.h"

namespace bulkhead::test {
namespace {

void write_page(const std::string& name, const audit::Audit& audit) {
  const char* folder = std::getenv("BULKHEAD_PAGES");
  REQUIRE(folder != nullptr);
  REQUIRE(replace_file(std::string(folder) + "/" + name + ".html", audit_html(audit)).has_value());
  REQUIRE(replace_file(std::string(folder) + "/" + name + ".txt", audit_text(audit)).has_value());
  REQUIRE(replace_file(std::string(folder) + "/" + name + ".json", audit_json(audit)).has_value());
}

TEST_CASE("pages of examples") {
  for (const char* name : {"minimal", "split", "tenants"}) {
    const Compiled compiled = compile_example(name);
    const auto host = started(compiled.plan);
    write_page(name, audit_of(compiled, *host));
  }
}

TEST_CASE("a page of a host with a xenstore, a console and a device model domain") {
  const Compiled compiled = compile_example("windsor");
  const auto host = placed(compiled.plan);
  write_page("windsor", audit_of(compiled, *host, hypervisor_only()));
}

TEST_CASE("a page of a host that is not as compiled") {
  const Compiled compiled = compile_example("windsor");
  const auto host = placed(compiled.plan);
  host->given.enforcement = hypervisor::Enforcement::kPermissive;
  host->state.at(plan::find_domain(compiled.plan, "web-2")->domid).sid =
      *host->sid_of(plan::find_domain(compiled.plan, "net")->label);
  host->pci_owner.begin()->second = plan::find_domain(compiled.plan, "web-1")->domid;
  write_page("broken", audit_of(compiled, *host, hypervisor_only()));
}

TEST_CASE("a page of 200 domains") {
  const Compiled compiled = compile_text(large_host(188));
  const auto host = started(compiled.plan);
  verify::ObserveOptions options;
  options.aspects.erase(verify::Aspect::kPolicy);  // 13 million cells, asked of a fake
  write_page("large", audit_of(compiled, audit::observe(compiled.plan, kWhen, options, *host, *host, *host)));
}

TEST_CASE("a page of a host in which every text is hostile") {
  write_page("hostile", audit_of_all_fields(compile_example("split"), kMarkup));
}

}  // namespace
}  // namespace bulkhead::test
