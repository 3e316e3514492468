#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "sample_plan.h"

namespace bulkhead::plan {

namespace {

// Texts that a spec may hold: what JSON must escape, what is not ASCII, what looks like JSON.
std::string any_text() {
  static const std::vector<std::string> kPieces = {
      "a", "\"", "\\", "\n", "\t", "\xC3\xA9", "\xF0\x9F\x94\x92", "{\"x\": 1}", "\x01", "\x7F", "/", "'", " "};
  std::string text;
  const int count = *rc::gen::inRange(0, 6);
  for (int i = 0; i < count; ++i) {
    text += *rc::gen::elementOf(kPieces);
  }
  return text;
}

std::string name_text(std::string_view base, std::size_t number) {
  return std::string(base) + "-" + std::to_string(number);
}

std::uint64_t number(std::uint64_t first, std::uint64_t last) {
  return first + *rc::gen::arbitrary<std::uint64_t>() % (last - first + 1);
}
std::uint32_t small(std::uint64_t first, std::uint64_t last) {
  return static_cast<std::uint32_t>(number(first, last));
}
bool flip() {
  return *rc::gen::arbitrary<bool>();
}

Range any_range(std::uint64_t limit) {
  const std::uint64_t first = number(0, limit);
  return {first, number(first, limit)};
}

// The sample with more guests, each arbitrary in everything that nothing else refers to.
void add_guest(LaunchPlan& plan, std::size_t i) {
  Domain guest = plan.domains[3];
  guest.name = name_text("guest", i);
  guest.domid = static_cast<std::uint32_t>(100 + i);
  guest.command_line = any_text();
  guest.memory_kib = number(1, std::uint64_t{1} << 42U);
  guest.vcpus = small(1, 8192);
  guest.max_grant_frames = small(1, 0x7FFFFFFF);
  guest.type = *rc::gen::element(DomainType::kPv, DomainType::kPvh, DomainType::kHvm);
  guest.restart = *rc::gen::element(Restart::kNever, Restart::kOnFailure, Restart::kAlways);
  guest.start = *rc::gen::element(Start::kBoot, Start::kOnDemand);
  guest.console_domid = flip() ? std::optional<std::uint32_t>(2) : std::nullopt;
  if (flip()) {
    guest.placement = Placement{.near = std::nullopt, .node = small(0, 65535), .cpus = any_range(65535)};
  }
  plan.domains.push_back(guest);
}

void add_device(LaunchPlan& plan, std::size_t i) {
  Device device = plan.devices[0];
  device.name = name_text("device", i);
  device.owner_domid = flip() ? std::optional<std::uint32_t>(2) : std::nullopt;
  device.iomem.assign(small(0, 3), any_range((std::uint64_t{1} << 52U) - 1));
  device.ioports.assign(small(0, 3), any_range(0xFFFF));
  device.irqs.assign(small(0, 3), small(0, 1023));
  device.iommu_group = flip() ? std::optional(small(0, 0xFFFFFFFF)) : std::nullopt;
  if (flip()) {
    device.sbdf.reset();
    device.identity.reset();
  }
  plan.devices.push_back(device);
}

void add_connection(LaunchPlan& plan, std::size_t domains) {
  Connection disk = plan.connections[2];
  disk.frontend_domid = plan.domains[small(0, domains - 1)].domid;
  disk.disk = DiskPart{"/dev/" + name_text("disk", small(0, 99)), "xvda", small(0, 0xFFFFFFFF),
                       flip() ? Access::kReadOnly : Access::kReadWrite};
  plan.connections.push_back(disk);
}

LaunchPlan any_plan() {
  LaunchPlan plan = sample_plan();
  plan.host.name = flip() ? std::optional<std::string>("caf\xC3\xA9 \"1\" \\") : std::nullopt;
  plan.host.iommu = *rc::gen::element(IommuStrength::kRequired, IommuStrength::kNoRemapping, IommuStrength::kNone);
  const std::size_t guests = small(0, 6);
  for (std::size_t i = 0; i < guests; ++i) {
    add_guest(plan, i);
    add_device(plan, i);
    add_connection(plan, plan.domains.size());
  }
  plan.expectations.cells.clear();
  for (std::uint32_t source = 0; source < plan.expectations.labels.size(); ++source) {
    if (flip()) {
      plan.expectations.cells.push_back({source, small(0, 10), 2, small(1, 15)});
    }
  }
  return plan;
}

}  // namespace

TEST_CASE("reading undoes writing, for any plan") {
  CHECK(rc::check([] {
    const LaunchPlan plan = any_plan();
    const std::string text = write_launch_plan(plan);
    const auto read = read_launch_plan(text);
    if (!read.has_value()) {
      RC_FAIL(read.error().message());
    }
    RC_ASSERT(*read == plan);
    RC_ASSERT(write_launch_plan(*read) == text);
  }));
}

TEST_CASE("a plan that is cut short is refused, wherever it ends") {
  const std::string text = write_launch_plan(sample_plan());
  for (std::size_t length = 0; length + 2 < text.size(); length += 7) {
    CHECK_FALSE(read_launch_plan(std::string_view(text).substr(0, length)).has_value());
  }
}

}  // namespace bulkhead::plan
