// What Xen 4.17 prints for its debug keys, from the fake's state.
#include <fmt/format.h>

#include "fake_host.h"

namespace bulkhead::test {

namespace {

std::string range_text(const hypervisor::Range& range, bool hex) {
  if (range.first == range.last) {
    return hex ? fmt::format("{:x}", range.first) : fmt::format("{}", range.first);
  }
  return hex ? fmt::format("{:x}-{:x}", range.first, range.last) : fmt::format("{}-{}", range.first, range.last);
}

std::string rangeset_line(const std::string& name, const std::vector<hypervisor::Range>& ranges, bool hex) {
  std::string text = fmt::format("(XEN)     {:<10} {{", name);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    text += (i == 0 ? " " : ", ") + range_text(ranges[i], hex);
  }
  return text + " }\n";
}

std::vector<hypervisor::Range> as_ranges(const std::set<std::uint32_t>& numbers) {
  std::vector<hypervisor::Range> ranges;
  for (const std::uint32_t number : numbers) {
    if (!ranges.empty() && ranges.back().last + 1 == number) {
      ranges.back().last = number;
    } else {
      ranges.push_back({number, number});
    }
  }
  return ranges;
}

std::string print_domain(hypervisor::Domid domid, const FakeDomain& domain) {
  const bool all = domain.holds_all;
  std::string text;
  text += fmt::format("(XEN) General information for domain {}:\n", domid);
  text +=
      fmt::format("(XEN)     refcnt=3 dying=0 pause_count={}\n", domain.state == hypervisor::RunState::kPaused ? 1 : 0);
  text += fmt::format("(XEN)     nr_pages={} xenheap_pages=5 dirty_cpus={{}} max_pages={}\n",
                      domain.built ? domain.made.memory_kib / 4 : 0, domain.made.memory_kib / 4);
  text += "(XEN)     handle=00000000-0000-0000-0000-000000000000 vm_assist=00000000\n";
  text += fmt::format("(XEN) Rangesets belonging to domain {}:\n", domid);
  text += rangeset_line("I/O Ports", all ? std::vector<hypervisor::Range>{{0, 0x1F}, {0x22, 0xFFFF}} : domain.ioports,
                        true);
  text += rangeset_line("Interrupts", all ? std::vector<hypervisor::Range>{{1, 55}} : as_ranges(domain.irqs), false);
  text += rangeset_line("I/O Memory",
                        all ? std::vector<hypervisor::Range>{{0, 0xFEDFF}, {0xFEF00, 0xFFFFFFF}} : domain.iomem, true);
  text += fmt::format("(XEN) Memory pages belonging to domain {}:\n", domid);
  text += "(XEN)     DomPage list too long to display\n";
  text += fmt::format("(XEN) NODE affinity for domain {}: [0]\n", domid);
  text += fmt::format("(XEN) VCPU information and callbacks for domain {}:\n", domid);
  for (std::uint32_t vcpu = 0; vcpu < domain.made.vcpus; ++vcpu) {
    text += fmt::format("(XEN)   UNIT{} affinities: hard={{0-3}} soft={{0-3}}\n", vcpu);
    text += fmt::format("(XEN)     VCPU{}: CPU0 [has=F] poll=0 upcall_pend=00 upcall_mask=01 \n", vcpu);
    text += "(XEN)     pause_count=0 pause_flags=1\n";
    text += "(XEN) No periodic timer\n";
  }
  return text;
}

}  // namespace

std::string FakeHost::print_devices() const {
  std::string text = "(XEN) ==== PCI devices ====\n(XEN) ==== segment 0000 ====\n";
  for (const auto& [sbdf, owner] : pci_owner) {
    const std::string who = owner ? fmt::format("d{}", *owner) : std::string("DomIO:8001");
    text += fmt::format("(XEN) {} - {} - node {:<3}\n", hypervisor::to_text(sbdf), who, -1);
  }
  return text;
}

std::string FakeHost::print_domains() const {
  std::string text = "(XEN) 'q' pressed -> dumping domain info (now = 123456789)\n";
  for (const auto& [domid, domain] : state) {
    text += print_domain(domid, domain);
  }
  for (const auto& [domid, domain] : state) {
    for (std::uint32_t vcpu = 0; vcpu < domain.made.vcpus; ++vcpu) {
      text += fmt::format("(XEN) Notifying guest {}:{} (virq 1, port 0)\n", domid, vcpu);
    }
  }
  return text + "(XEN) Shared frames 0 -- Saved frames 0\n";
}

std::string FakeHost::print_channels() const {
  std::string text = "(XEN) 'e' pressed -> dumping event-channel info\n";
  for (const auto& [domid, domain] : state) {
    text += fmt::format("(XEN) Event channel information for domain {}:\n(XEN) Polling vCPUs: {{}}\n", domid);
    text += "(XEN)     port [p/m/s]\n";
    for (const FakeChannel& channel : domain.channels) {
      text += fmt::format("(XEN)     {:4} [0/0/0]: s={} n=0 x=0 d={}", channel.port, channel.remote_port ? 3 : 2,
                          channel.remote);
      text += channel.remote_port ? fmt::format(" p={}", *channel.remote_port) : std::string();
      text += (channel.label.empty() ? std::string() : " Z=" + channel.label) + "\n";
    }
  }
  return text;
}

std::string FakeHost::print_grants() const {
  std::string text = "(XEN) gnttab_usage_print_all [ key 'g' pressed\n";
  for (const auto& [domid, domain] : state) {
    text += "(XEN)       -------- active --------       -------- shared --------\n";
    text += "(XEN) [ref] localdom mfn      pin          localdom gmfn     flags\n";
    text += fmt::format("(XEN) grant-table for remote d{} (v1)\n", domid);
    text += "(XEN)   4 frames (64 max), 1 maptrack frames (1024 max)\n";
    for (const FakeMapping& one : domain.mapped) {
      text += fmt::format("(XEN) [0x{:03x}]  {:5} 0x1fd402 0x{:08x}      {:5} 0x1fd402 0x{:02x}\n", one.ref, one.mapper,
                          one.writable ? 2 : 0x100, one.mapper, one.writable ? 0x19 : 0x1d);
    }
    text += domain.mapped.empty() ? "(XEN) no active grant table entries\n" : "";
  }
  return text + "(XEN) gnttab_usage_print_all ] done\n";
}

}  // namespace bulkhead::test
