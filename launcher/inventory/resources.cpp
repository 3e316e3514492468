#include "resources.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "shown_files.h"

namespace bulkhead::inventory {
namespace {

constexpr std::size_t kBars = 6;
constexpr std::size_t kBridgeBars = 2;
constexpr std::size_t kRom = 6;
constexpr unsigned kFrameShift = 12;
constexpr std::uint64_t kMaxPort = 0xFFFF;
// Linux' include/linux/ioport.h. Prefetchable and 64-bit are flags of their own that change nothing here: a frame is a
// frame.
constexpr std::uint64_t kIsPorts = 0x100;
constexpr std::uint64_t kIsMemory = 0x200;
constexpr std::uint64_t kIsUnset = 0x20000000;  // it has a size, but nobody gave it an address

struct Bar {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t flags = 0;
};

std::optional<Bar> parse_bar(std::string_view line) {
  const std::vector<std::string_view> parts = split(line, ' ');
  if (parts.size() != 3) return std::nullopt;
  const auto first = parse_hexadecimal(parts[0]);
  const auto last = parse_hexadecimal(parts[1]);
  const auto flags = parse_hexadecimal(parts[2]);
  if (!first || !last || !flags || *last < *first) return std::nullopt;
  return Bar{*first, *last, *flags};
}

Range frames(const Bar& bar) {
  return {bar.first >> kFrameShift, bar.last >> kFrameShift};
}

void take_bar(std::size_t number, const Bar& bar, Resources& resources) {
  if ((bar.flags & (kIsPorts | kIsMemory)) == 0) return;  // no such BAR
  if ((bar.flags & kIsUnset) != 0 || bar.first == 0) {
    resources.notes.push_back(fmt::format("BAR {} has no address and is left out", number));
  } else if ((bar.flags & kIsMemory) != 0) {
    resources.iomem.push_back(frames(bar));
  } else if (bar.last > kMaxPort) {
    resources.problems.push_back(fmt::format("line {}: ports {:#x}-{:#x}; the last there can be is {:#x}", number + 1,
                                             bar.first, bar.last, kMaxPort));
  } else {
    resources.ioports.push_back({bar.first, bar.last});
  }
}

void take_rom(const Bar& bar, Resources& resources) {
  if ((bar.flags & kIsMemory) == 0 || (bar.flags & kIsUnset) != 0 || bar.first == 0) return;
  const Range rom = frames(bar);
  resources.notes.push_back(fmt::format("its ROM, page frames {:#x}-{:#x}, is left out", rom.first, rom.last));
}

// BARs smaller than a page can share a frame, which is then one entry. Neighbours stay apart, a BAR each.
void sort_and_join(std::vector<Range>& ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<Range> joined;
  for (const Range& range : ranges) {
    if (!joined.empty() && range.first <= joined.back().last) {
      joined.back().last = std::max(joined.back().last, range.last);
    } else {
      joined.push_back(range);
    }
  }
  ranges = std::move(joined);
}

}  // namespace

Resources parse_resources(std::string_view text, bool is_bridge) {
  Resources resources;
  if (text.ends_with('\n')) text.remove_suffix(1);
  const std::vector<std::string_view> lines = split(text, '\n');
  const std::size_t bars = is_bridge ? kBridgeBars : kBars;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::optional<Bar> bar = parse_bar(lines[i]);
    if (!bar) {
      resources.problems.push_back(fmt::format("line {}: {} is no range and flags", i + 1, shown(lines[i])));
    } else if (i < bars) {
      take_bar(i, *bar, resources);
    } else if (i == kRom) {
      take_rom(*bar, resources);
    }
  }
  if (lines.size() <= kRom && resources.problems.empty()) {
    resources.problems.push_back(fmt::format("{} lines, and a device has {}", lines.size(), kRom + 1));
  }
  sort_and_join(resources.iomem);
  sort_and_join(resources.ioports);
  return resources;
}

}  // namespace bulkhead::inventory
