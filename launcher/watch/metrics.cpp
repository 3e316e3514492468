// The text format of Prometheus, which node_exporter's textfile collector reads.
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "bulkhead/watch/watcher.h"

namespace bulkhead::watch {

namespace {

using verify::Severity;

constexpr std::array kSeverities{Severity::kBreach, Severity::kDegraded, Severity::kAttempt, Severity::kNotice};

class Page {
 public:
  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    fmt::format_to(std::back_inserter(text_), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  // Names of domains are [a-z][a-z0-9-]*, so no value of a label needs to be escaped.
  template <typename Value>
  void add(std::string_view labels, Value value) {
    fmt::format_to(std::back_inserter(text_), "{}{} {}\n", name_, labels, value);
  }
  std::string take() && { return std::move(text_); }

 private:
  std::string_view name_;
  std::string text_;
};

std::uint64_t count_of(const std::map<Severity, std::uint64_t>& findings, Severity severity) {
  const auto found = findings.find(severity);
  return found == findings.end() ? 0 : found->second;
}

}  // namespace

std::string metrics_text(const Watcher& watcher, double looked_at) {
  const HostRecord& host = watcher.host();
  Page page;
  const auto add_each = [&](auto value) {
    for (const auto& [name, record] : watcher.domains()) {
      page.add(fmt::format("{{domain=\"{}\"}}", name), value(record));
    }
  };
  page.begin("bulkhead_domain_up", "gauge", "Whether the domain runs.");
  add_each([](const DomainRecord& record) { return record.up ? 1 : 0; });
  page.begin("bulkhead_domain_restarts_total", "counter", "Times the domain was built anew since the watch began.");
  add_each([](const DomainRecord& record) { return record.restarts; });
  page.begin("bulkhead_domain_denials_total", "counter", "Denials whose source was the domain.");
  add_each([](const DomainRecord& record) { return record.denials; });
  page.begin("bulkhead_domain_findings", "gauge", "Findings about the domain in the last look.");
  for (const auto& [name, record] : watcher.domains()) {
    for (const Severity severity : kSeverities) {
      page.add(fmt::format("{{domain=\"{}\",severity=\"{}\"}}", name, to_text(severity)),
               count_of(record.findings, severity));
    }
  }
  page.begin("bulkhead_host_findings", "gauge", "Findings about no domain of the plan in the last look.");
  for (const Severity severity : kSeverities) {
    page.add(fmt::format("{{severity=\"{}\"}}", to_text(severity)), count_of(host.findings, severity));
  }
  page.begin("bulkhead_denials_total", "counter", "Denials since the watch began.");
  page.add("", host.denials);
  page.begin("bulkhead_denials_lost_bytes_total", "counter", "Bytes of Xen's console that nobody read in time.");
  page.add("", host.denials_lost_bytes);
  page.begin("bulkhead_verify_unseen", "gauge", "Questions of the last look that were not answered.");
  page.add("", host.unseen);
  page.begin("bulkhead_verify_total", "counter", "Looks since the watch began.");
  page.add("", host.looks);
  page.begin("bulkhead_verify_timestamp_seconds", "gauge", "When the last look ended.");
  page.add("", fmt::format("{:.3f}", looked_at));
  page.begin("bulkhead_verify_duration_seconds", "gauge", "How long the last look took.");
  page.add("", fmt::format("{:.6f}", std::chrono::duration<double>(host.took).count()));
  return std::move(page).take();
}

}  // namespace bulkhead::watch
