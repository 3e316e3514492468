// verify-at-scale [DOMAINS [GRANTS]]: how fast and how large verification is on a fake hypervisor, and how fast each
// reader of foreign text is. Prints a table; judges nothing.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <tuple>

#include <fmt/format.h>
#include <sys/resource.h>

#include "bulkhead/plan/store_paths.h"
#include "bulkhead/verify/conform.h"
#include "bulkhead/verify/debug_keys.h"
#include "support/fake_host.h"

namespace {

using namespace bulkhead;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

plan::Domain make_domain(std::uint32_t domid, const std::string& name) {
  plan::Domain domain;
  domain.name = name;
  domain.domid = domid;
  domain.label = "system_u:system_r:" + name + "_t";
  domain.memory_kib = 1024;
  domain.vcpus = 1;
  domain.xenstore_domid = 0;
  return domain;
}

// Domain 0 and guests that it serves; each guest grants to it alone.
plan::LaunchPlan make_plan(std::uint32_t guests) {
  plan::LaunchPlan plan;
  plan.host.xen = "4.17";
  plan.host.shape = plan::Shape::kClassic;
  plan.domains.push_back(make_domain(0, "control"));
  plan.domains.front().control = true;
  for (std::uint32_t i = 1; i <= guests; ++i) {
    plan.domains.push_back(make_domain(i, fmt::format("web-{:04}", i)));
    plan::Connection network;
    network.kind = "network";
    network.frontend_domid = i;
    network.network = plan::NetworkPart{"br0", "00:16:3e:00:00:01", 0};
    plan.connections.push_back(network);
  }
  plan::Expectations& expected = plan.expectations;
  for (const plan::Domain& domain : plan.domains) {
    expected.labels.push_back(domain.label);
  }
  std::sort(expected.labels.begin(), expected.labels.end());
  expected.classes = {{"grant", {"map_read", "map_write"}}, {"event", {"create", "send"}}};
  const auto control = static_cast<std::uint32_t>(
      std::find(expected.labels.begin(), expected.labels.end(), plan.domains[0].label) - expected.labels.begin());
  for (std::uint32_t i = 0; i < expected.labels.size(); ++i) {
    if (i != control) {
      expected.cells.push_back({control, i, 1, 3});
      expected.transitions.push_back({i, control, 2, i});
    }
  }
  for (std::uint32_t i = 0; i < expected.labels.size(); ++i) {
    if (i != control) {
      expected.cells.push_back({i, i, 2, 3});
    }
  }
  const auto order = [](const auto& a, const auto& b) {
    return std::tie(a.source, a.target, a.access_class) < std::tie(b.source, b.target, b.access_class);
  };
  std::sort(expected.cells.begin(), expected.cells.end(), order);
  std::sort(expected.transitions.begin(), expected.transitions.end(), order);
  return plan;
}

void put_nodes(test::FakeHost& host, const plan::Connection& connection) {
  const std::string front = plan::front_end_path(connection);
  const std::string back = plan::back_end_path(connection);
  const hypervisor::NodeAccess front_access{connection.frontend_domid, {0}, {}};
  const hypervisor::NodeAccess back_access{0, {connection.frontend_domid}, {}};
  (void)host.store.write(0, {{plan::domain_path(connection.frontend_domid), "", {0, {connection.frontend_domid}, {}}},
                             {front, "", front_access},
                             {front + "/backend", back, front_access},
                             {front + "/backend-id", "0", front_access},
                             {back, "", back_access},
                             {back + "/frontend", front, back_access},
                             {back + "/frontend-id", std::to_string(connection.frontend_domid), back_access},
                             {back + "/bridge", "br0", back_access}});
}

void put_domains(test::FakeHost& host, const plan::LaunchPlan& plan, std::size_t grants) {
  std::string table;
  for (std::size_t i = 0; i < grants; ++i) {
    table += std::string("\x01\0\0\0\x12\x34\0\0", 8);  // writable, to domain 0
  }
  for (const plan::Domain& domain : plan.domains) {
    if (domain.control) {
      continue;
    }
    test::FakeDomain made;
    made.made.domid = domain.domid;
    made.sid = *host.sid_of(domain.label);
    made.state = hypervisor::RunState::kRunning;
    made.made.vcpus = 1;
    made.table.entries = table;
    for (std::uint32_t i = 1; i <= 4; ++i) {
      made.channels.push_back({i, 0, i, domain.label});
      made.mapped.push_back({i, 0, true});
    }
    host.state[domain.domid] = std::move(made);
  }
  for (const plan::Connection& connection : plan.connections) {
    put_nodes(host, connection);
  }
}

std::string repeated(const std::string& text, std::size_t bytes) {
  std::string all;
  while (all.size() < bytes) {
    all += text;
  }
  return all;
}

template <typename Read>
void measure(const char* name, const std::string& text, Read read) {
  const Clock::time_point began = Clock::now();
  const std::size_t kept = read(text);
  const double took = seconds_since(began);
  fmt::print("{:<16} {:6.1f} MB in {:.3f} s: {:7.1f} MB/s ({} kept)\n", name, static_cast<double>(text.size()) / 1e6,
             took, static_cast<double>(text.size()) / 1e6 / took, kept);
}

void measure_readers() {
  constexpr std::size_t kBytes = 64U << 20U;
  std::string devices = "(XEN) ==== PCI devices ====\n(XEN) ==== segment 0000 ====\n";
  for (unsigned bdf = 0; bdf < 0x10000; ++bdf) {
    devices += fmt::format("(XEN) 0000:{:02x}:{:02x}.{:x} - d5 - node -1  - MSIs < 25 26 27 >\n", bdf >> 8,
                           bdf >> 3 & 31, bdf & 7);
  }
  std::string ranges = "(XEN) 'q' pressed -> dumping domain info (now = 1)\n";
  std::string channels = "(XEN) 'e' pressed -> dumping event-channel info\n";
  std::string grants = "(XEN) gnttab_usage_print_all [ key 'g' pressed\n";
  const std::string ports =
      repeated("(XEN)        3 [0/0/0]: s=3 n=1 x=0 d=1 p=1 Z=system_u:object_r:dom0_t_channel\n", kBytes / 1000);
  const std::string entries =
      repeated("(XEN) [0x008]      5 0x1fd404 0x00000100          5 0x1fd404 0x1d\n", kBytes / 1000);
  for (unsigned domid = 0; domid < 1000; ++domid) {
    ranges += fmt::format(
        "(XEN) General information for domain {0}:\n(XEN)     refcnt=3 dying=0 pause_count=0\n"
        "(XEN) Rangesets belonging to domain {0}:\n(XEN)     I/O Ports  {{ 0-1f, 22-3f, 44-60, 62-9f }}\n"
        "(XEN)     Interrupts {{ 1-15 }}\n(XEN)     I/O Memory {{ 0-fedff, fef00-ffffff }}\n"
        "(XEN) Memory pages belonging to domain {0}:\n(XEN) NODE affinity for domain {0}: [0]\n"
        "(XEN) VCPU information and callbacks for domain {0}:\n",
        domid);
    channels += fmt::format("(XEN) Event channel information for domain {}:\n(XEN)     port [p/m/s]\n", domid) + ports;
    grants += fmt::format("(XEN) grant-table for remote d{} (v1)\n", domid) + entries;
  }
  ranges += "(XEN) Notifying guest 0:0 (virq 1, port 0)\n";
  grants += "(XEN) gnttab_usage_print_all ] done\n";
  const std::string denials = repeated(
      "(XEN) avc:  denied  { map_read } for source=d2 target=d4 scontext=system_u:system_r:blue_t "
      "tcontext=system_u:system_r:green_t tclass=grant\n",
      kBytes);
  measure("key Q", devices, [](const std::string& text) { return verify::parse_pci_devices(text)->size(); });
  measure("key q", ranges, [](const std::string& text) { return verify::parse_domain_ranges(text)->size(); });
  measure("key e", channels, [](const std::string& text) { return verify::parse_event_channels(text)->blocks.size(); });
  measure("key g", grants, [](const std::string& text) { return verify::parse_mapped_grants(text)->blocks.size(); });
  measure("denials", denials, [](const std::string& text) { return verify::read_denials({text, 0, 0}).kinds.size(); });
  measure("grant tables", repeated(std::string("\x01\0\0\0\x12\x34\0\0", 8), kBytes), [](const std::string& text) {
    return verify::read_grant_table({1, text}).size();
  });
}

void measure_host(std::uint32_t guests, std::size_t grants) {
  const plan::LaunchPlan plan = make_plan(guests);
  test::FakeHost host(plan);
  put_domains(host, plan, grants);
  verify::ObserveOptions options;
  options.only_allowed = false;
  options.aspects.erase(verify::Aspect::kPolicy);  // grows with the square of the labels, and does not change by itself
  const Clock::time_point began = Clock::now();
  const verify::Observation seen = verify::observe(plan, options, host, host, host);
  const double observed = seconds_since(began);
  const auto findings = verify::conform(plan, seen);
  const double took = seconds_since(began);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print(
      "{} domains with {} grants each: {:.3f} s ({:.3f} s of it comparing), {} questions, {} findings, {} MB at "
      "most\n",
      guests, grants, took, took - observed, host.call_count(), findings.size(), usage.ru_maxrss / 1024);
}

}  // namespace

int main(int argc, char** argv) {
  const auto guests = static_cast<std::uint32_t>(argc > 1 ? std::atoi(argv[1]) : 1000);
  const auto grants = static_cast<std::size_t>(argc > 2 ? std::atoi(argv[2]) : 10000);
  measure_host(guests, grants);
  measure_readers();
  return 0;
}
