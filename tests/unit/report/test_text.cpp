#include <catch2/catch.hpp>

#include "reported.h"

namespace bulkhead::report {

namespace {

// The part of a report under one heading.
std::string section_of(const std::string& report, const std::string& title) {
  const std::string heading = "\n" + title + "\n" + std::string(title.size(), '=') + "\n";
  const std::size_t start = report.find(heading);
  if (start == std::string::npos) {
    return "(no section)";
  }
  const std::size_t body = start + heading.size();
  const std::size_t next_rule = report.find("\n==", body);
  const std::size_t end = next_rule == std::string::npos ? report.size() : report.rfind("\n\n", next_rule) + 1;
  return report.substr(body, end - body);
}

}  // namespace

TEST_CASE("the summary says which host, spec and policy were compared, and how") {
  const Reported reported;
  const privilege::PrivilegeSet& set = reported.derived.set;
  const std::string report = report_text(reported.inputs());
  CHECK(report.substr(0, report.find("\n\n")) ==
        "Audit of a compiled host, made by bulkhead " BULKHEAD_VERSION R"(
  host         lab
  hypervisor   Xen 4.17
  shape        split: `hardware` holds the hardware
  IOMMU        required, with interrupt remapping
  spec         host.yaml, SHA-256 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  policy       xenpolicy, SHA-256 bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
  described    7 domains, 1 device, 3 connections, and )" +
            std::to_string(reported.spec.model.links.size() - 3) + " that follow from them\n  granted      " +
            std::to_string(set.allow.size()) + " grants between " + std::to_string(set.types.size()) + " labels; " +
            std::to_string(set.transitions.size()) + " transitions" + R"(
  proof        117 cells of the binary policy compared with the spec's privileges, no difference; 5 of them grant something)");
}

TEST_CASE("a domain's section says what it is, what it can and why, and what it cannot") {
  const std::string section = section_of(report_text(Reported().inputs()), "meter");
  const std::string expected_start = R"(  is           gauge, PV, domid 3, 256 MiB, 1 vCPU
  runs as      system_u:system_r:meter_t: )";
  CHECK(section.substr(0, expected_start.size()) == expected_start);
  CHECK(section.find(R"(
    on the hypervisor's xen [gauge; host.yaml:11:3]
      - version xen_pagesize xen_commandline: <script>alert('&')</script>
)") != std::string::npos);
  CHECK(section.find("\n  Cannot:\n    - load another policy\n    - switch enforcement off\n") != std::string::npos);
  CHECK(section.find(
            "\n    - have to do with 5 of the 6 other domains: no permission and no event channel either way\n") !=
        std::string::npos);
  CHECK(section.find("\n  Others over it:\n    - control: ") != std::string::npos);
}

TEST_CASE("what a domain cannot is left out when it can") {
  const std::string report = report_text(Reported().inputs());
  CHECK(section_of(report, "net").find("- map grants of other domains\n") == std::string::npos);
  CHECK(section_of(report, "meter").find("- map grants of other domains\n") != std::string::npos);
  CHECK(section_of(report, "control").find("  Cannot, once sealed:\n    - load another policy\n") != std::string::npos);
}

TEST_CASE("the report says who holds each power, and who only until it is sealed") {
  const std::string section = section_of(report_text(Reported().inputs()), "Who can");
  CHECK(section.find("  load another policy                                      control until it is sealed\n") !=
        std::string::npos);
  CHECK(section.find("  switch enforcement off                                   nobody\n") != std::string::npos);
  CHECK(section.find("  copy through grants with other domains                   net, web (all 2)\n") !=
        std::string::npos);
  CHECK(section.find("  give memory of devices to domains                        hardware\n") != std::string::npos);
}

TEST_CASE("accepted risks stand in the report with their reason") {
  CHECK(section_of(report_text(Reported().inputs()), "Risks that the spec accepts") ==
        "  unreviewed-operations: domains hardware\n"
        "    because: a test, \"quoted\" & <b>bold</b> [host.yaml:18:5]\n");
}

TEST_CASE("a report without a proof says so") {
  Reported reported;
  Inputs inputs = reported.inputs();
  inputs.proof.reset();
  CHECK(report_text(inputs).find("\n  proof        not made: the binary policy was not compared\n") !=
        std::string::npos);
}

TEST_CASE("every label's count is in the report") {
  const std::string section = section_of(report_text(Reported().inputs()), "How much each label may");
  for (const std::string_view label :
       {"control_t ", "control_boot_t ", "hardware_t ", "net_t ", "db_t ", "meter_t ", "web_1_t "}) {
    INFO(label);
    CHECK(section.find("\n  " + std::string(label)) != std::string::npos);
  }
}

TEST_CASE("the limits stand at the end of every report") {
  const std::string section = section_of(report_text(Reported().inputs()), "What this does not show");
  CHECK(section.starts_with("  - A fault in the hypervisor is outside of all this"));
  CHECK(section.find("XSA-77") != std::string::npos);
}

TEST_CASE("with equal instances the text does not grow") {
  const std::size_t small = report_text(Reported(large_host(300)).inputs()).size();
  const std::size_t large = report_text(Reported(large_host(900)).inputs()).size();
  CHECK(large < small + 200);
}

TEST_CASE("both reports made at once are those made one by one") {
  const Reported reported;
  const Reports both = reports(reported.inputs());
  CHECK(both.text == report_text(reported.inputs()));
  CHECK(both.html == report_html(reported.inputs()));
}

}  // namespace bulkhead::report
