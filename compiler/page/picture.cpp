#include "bulkhead/page/picture.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>

#include "bulkhead/page/html.h"
#include "bulkhead/page/names.h"

namespace bulkhead::page {

namespace {

constexpr int kBoxWidth = 220;
constexpr int kLineHeight = 16;
constexpr int kColumnStep = 370;
constexpr int kGap = 18;
constexpr int kMargin = 12;
constexpr int kSideRoom = 70;        // for arcs between boxes of one column
constexpr std::size_t kColumns = 3;  // control and hardware; services; guests
constexpr Limits kLimits{.one_by_one = 16, .groups = 60};

// Every domain is built by control: drawing that would hide the rest.
constexpr auto kNotDrawn = std::to_array<std::string_view>({"build", "hardware-domain", "xenstore-domain"});
// Nearly every domain has them from one server: said in its box.
constexpr auto kInBoxes = std::to_array<std::string_view>({"xenstore", "console"});

template <typename List>
bool is_in(const List& list, std::string_view kind) {
  return std::find(list.begin(), list.end(), kind) != list.end();
}

// What a box is wide enough for; a little more is squeezed, the rest cut off: the title has all names.
constexpr std::size_t kFits = 36;
constexpr std::size_t kSqueezed = 46;

std::string cut(std::string_view words) {
  if (words.size() <= kSqueezed) {
    return std::string(words);
  }
  std::size_t end = kSqueezed - 2;
  while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0U) == 0x80U) {
    --end;  // not within a character
  }
  return std::string(words.substr(0, end)) + "…";
}

struct Edge {
  std::string_view kind;
  std::size_t from = 0;  // groups
  std::size_t to = 0;
  auto operator<=>(const Edge&) const = default;
};

struct Box {
  int x = 0;
  int y = 0;
  int height = 0;
  std::vector<std::string> lines;  // below the name
  std::string mark;

  [[nodiscard]] int middle() const { return y + height / 2; }
};

struct Drawn {
  Edge edge;
  std::size_t count = 0;
  bool from_right = true;  // which side of the box each end is at
  bool to_right = false;
  int from_y = 0;
  int to_y = 0;
};

std::size_t column_of(const Groups::Group& group) {
  return group.column == 0 ? 0 : std::min(group.column, kColumns) - 1;
}

class Drawing {
 public:
  explicit Drawing(const Picture& picture);
  [[nodiscard]] std::string write();
  [[nodiscard]] std::string_view of() const { return groups_.of; }

 private:
  void make_boxes();
  void connect();
  void order();
  void place();
  void spread_ends();
  void write_box(std::size_t group);
  void write_line(const Drawn& line);
  [[nodiscard]] std::string key() const;
  [[nodiscard]] std::string devices_of(const Groups::Group& group) const;
  [[nodiscard]] std::size_t last_column() const;

  const Picture& picture_;
  Groups groups_;
  std::vector<Box> boxes_;  // by group
  std::vector<Drawn> lines_;
  std::array<std::vector<std::size_t>, kColumns> columns_;  // groups from top to bottom
  int width_ = 0;
  int height_ = 0;
  std::string out_;
};

Drawing::Drawing(const Picture& picture) : picture_(picture) {
  std::map<std::string_view, std::uint64_t> kinds;
  std::vector<Relation> relations;
  for (const Picture::Connection& connection : picture.connections) {
    if (!is_in(kNotDrawn, connection.kind)) {
      relations.push_back(
          {connection.server, connection.client, kinds.try_emplace(connection.kind, kinds.size()).first->second});
    }
  }
  std::vector<Member> members;
  for (const Picture::Domain& domain : picture.domains) {
    members.push_back(domain.member);
    // A domain with a device is looked for by its own name.
    members.back().stands_out = members.back().stands_out || !domain.devices.empty();
  }
  groups_ = group(members, relations, kLimits);
}

std::string Drawing::devices_of(const Groups::Group& group) const {
  std::vector<std::string> names;
  for (const std::size_t member : group.members) {
    const auto& devices = picture_.domains[member].devices;
    names.insert(names.end(), devices.begin(), devices.end());
  }
  constexpr std::size_t kShown = 3;
  if (names.size() > kShown) {
    const std::size_t more = names.size() - kShown;
    names.resize(kShown);
    names.push_back(fmt::format("+{}", more));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

void Drawing::make_boxes() {
  // "xenstore from store": by group, kind and server.
  std::map<std::size_t, std::map<std::string_view, std::set<std::size_t>>> served;
  for (const Picture::Connection& connection : picture_.connections) {
    if (is_in(kInBoxes, connection.kind)) {
      served[groups_.of_member[connection.client]][connection.kind].insert(groups_.of_member[connection.server]);
    }
  }
  for (std::size_t i = 0; i < groups_.all.size(); ++i) {
    const Groups::Group& group = groups_.all[i];
    Box box;
    const std::string devices = devices_of(group);
    const std::string& role = picture_.domains[group.members.front()].member.role;
    box.lines.push_back(devices.empty() ? role : fmt::format("{} · drives {}", role, devices));
    std::map<std::set<std::size_t>, std::string> by_servers;
    for (const auto& [kind, servers] : served[i]) {
      std::string& kinds = by_servers[servers];
      kinds += (kinds.empty() ? "" : ", ") + std::string(kind);
    }
    for (const auto& [servers, kinds] : by_servers) {
      box.lines.push_back(
          fmt::format("{} from {}{}", kinds, groups_.all[*servers.begin()].name, servers.size() > 1 ? " …" : ""));
    }
    for (const std::size_t member : group.members) {
      box.mark = box.mark.empty() ? picture_.domains[member].member.mark : box.mark;
    }
    const std::size_t rows = 1 + box.lines.size() + (box.mark.empty() ? 0 : 1);
    box.height = static_cast<int>(rows) * kLineHeight + 12;
    boxes_.push_back(std::move(box));
    columns_[column_of(group)].push_back(i);
  }
}

void Drawing::connect() {
  std::map<Edge, std::size_t> edges;
  for (const Picture::Connection& connection : picture_.connections) {
    if (connection.server != connection.client && !is_in(kNotDrawn, connection.kind) &&
        !is_in(kInBoxes, connection.kind)) {
      ++edges[{connection.kind, groups_.of_member[connection.server], groups_.of_member[connection.client]}];
    }
  }
  for (const auto& [edge, count] : edges) {
    const std::size_t from = column_of(groups_.all[edge.from]);
    const std::size_t to = column_of(groups_.all[edge.to]);
    const bool outside = from == to && (from == 0 || from == last_column());
    lines_.push_back(
        {.edge = edge, .count = count, .from_right = from < to || outside, .to_right = from > to || outside});
  }
}

std::size_t Drawing::last_column() const {
  std::size_t last = 0;
  for (std::size_t i = 0; i < kColumns; ++i) {
    last = columns_[i].empty() ? last : i;
  }
  return last;
}

// Each box near the boxes that it is joined to: a few rounds of ordering a column by the mean height of the others'
// ends.
void Drawing::order() {
  constexpr int kRounds = 4;
  for (int round = 0; round < kRounds; ++round) {
    place();
    for (auto& column : columns_) {
      std::map<std::size_t, std::pair<long, long>> ends;  // sum and count
      for (const Drawn& line : lines_) {
        ends[line.edge.from].first += boxes_[line.edge.to].middle();
        ends[line.edge.to].first += boxes_[line.edge.from].middle();
        ++ends[line.edge.from].second;
        ++ends[line.edge.to].second;
      }
      const auto height = [&](std::size_t group) {
        const auto found = ends.find(group);
        return found == ends.end() ? boxes_[group].middle()
                                   : static_cast<int>(found->second.first / found->second.second);
      };
      std::stable_sort(column.begin(), column.end(),
                       [&](std::size_t a, std::size_t b) { return height(a) < height(b); });
    }
  }
  place();
}

// Columns that hold nothing take no room; the shorter ones stand in the middle.
void Drawing::place() {
  std::array<int, kColumns> heights{};
  height_ = 0;
  for (std::size_t i = 0; i < kColumns; ++i) {
    for (const std::size_t group : columns_[i]) {
      heights[i] += boxes_[group].height + kGap;
    }
    height_ = std::max(height_, heights[i]);
  }
  int x = kMargin;
  for (std::size_t i = 0; i < kColumns; ++i) {
    int y = kMargin + (height_ - heights[i]) / 2;
    for (const std::size_t group : columns_[i]) {
      boxes_[group].x = x;
      boxes_[group].y = y;
      y += boxes_[group].height + kGap;
    }
    x += columns_[i].empty() ? 0 : kColumnStep;
  }
  width_ = x - kColumnStep + kBoxWidth + kSideRoom;
  height_ += 2 * kMargin;
}

// The ends at one side of a box, each at a height of its own, in the order of the boxes that they come from.
void Drawing::spread_ends() {
  struct End {
    int other = 0;
    std::size_t line = 0;
    bool is_from = false;
  };
  std::map<std::pair<std::size_t, bool>, std::vector<End>> sides;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const Drawn& line = lines_[i];
    sides[{line.edge.from, line.from_right}].push_back({boxes_[line.edge.to].middle(), i, true});
    sides[{line.edge.to, line.to_right}].push_back({boxes_[line.edge.from].middle(), i, false});
  }
  for (auto& [side, ends] : sides) {
    std::stable_sort(ends.begin(), ends.end(), [](const End& a, const End& b) { return a.other < b.other; });
    const Box& box = boxes_[side.first];
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const int y = box.y + box.height * static_cast<int>(i + 1) / static_cast<int>(ends.size() + 1);
      (ends[i].is_from ? lines_[ends[i].line].from_y : lines_[ends[i].line].to_y) = y;
    }
  }
}

void Drawing::write_box(std::size_t group) {
  const Groups::Group& of = groups_.all[group];
  const Box& box = boxes_[group];
  const auto text = [&](std::string_view style, int row, std::string_view all_words) {
    const std::string words = cut(all_words);
    const bool long_words = words.size() > kFits;
    fmt::format_to(
        std::back_inserter(out_), "<text{} x=\"{}\" y=\"{}\"{}>{}</text>", style, box.x + 10,
        box.y + 18 + row * kLineHeight,
        long_words ? fmt::format(" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", kBoxWidth - 20) : "",
        escaped(words));
  };
  std::vector<std::string> names;
  for (const std::size_t member : of.members) {
    names.push_back(picture_.domains[member].member.name);
  }
  fmt::format_to(std::back_inserter(out_),
                 "<g><title>{}: {}</title><rect{} x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>",
                 escaped(join_some(names)), escaped(picture_.domains[of.members.front()].member.role),
                 box.mark.empty() ? "" : " class=\"marked\"", box.x, box.y, kBoxWidth, box.height);
  text("", 0, of.name);
  int row = 1;
  for (const std::string& line : box.lines) {
    text(" class=\"small\"", row++, line);
  }
  if (!box.mark.empty()) {
    text(" class=\"mark\"", row, "! " + box.mark);
  }
  out_ += "</g>\n";
}

void Drawing::write_line(const Drawn& line) {
  const Box& from = boxes_[line.edge.from];
  const Box& to = boxes_[line.edge.to];
  const int x0 = from.x + (line.from_right ? kBoxWidth : 0);
  const int x1 = to.x + (line.to_right ? kBoxWidth : 0);
  const int bend = from.x == to.x ? kSideRoom : std::abs(x1 - x0) / 2;
  fmt::format_to(std::back_inserter(out_),
                 "<path class=\"{}\" d=\"M{} {} C{} {} {} {} {} {}\"><title>{}: {} serves {}{}</title></path>\n",
                 escaped(line.edge.kind), x0, line.from_y, x0 + (line.from_right ? bend : -bend), line.from_y,
                 x1 + (line.to_right ? bend : -bend), line.to_y, x1, line.to_y, escaped(line.edge.kind),
                 escaped(groups_.all[line.edge.from].name), escaped(groups_.all[line.edge.to].name),
                 line.count > 1 ? fmt::format(" ({} connections)", line.count) : "");
}

std::string Drawing::key() const {
  std::set<std::string_view> kinds;
  for (const Drawn& line : lines_) {
    kinds.insert(line.edge.kind);
  }
  std::string out;
  for (const std::string_view kind : kinds) {
    fmt::format_to(std::back_inserter(out),
                   "<li><svg class=\"key\" viewBox=\"0 0 48 12\" aria-hidden=\"true\"><path class=\"{}\" d=\"M0 6 "
                   "L48 6\"/></svg> {}</li>",
                   escaped(kind), escaped(kind));
  }
  return out.empty() ? out : "<ul class=\"key\">" + out + "</ul>\n";
}

std::string Drawing::write() {
  make_boxes();
  connect();
  order();
  spread_ends();
  std::map<std::string_view, std::size_t> kinds;
  for (const Drawn& line : lines_) {
    kinds[line.edge.kind] += line.count;
  }
  std::vector<std::string> counts;
  counts.reserve(kinds.size());
  for (const auto& [kind, count] : kinds) {
    counts.push_back(fmt::format("{} {}", count, kind));
  }
  fmt::format_to(std::back_inserter(out_),
                 "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"picture of the host\"><svg "
                 "class=\"host\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{} domains and their connections: "
                 "{}\">\n",
                 width_, height_, picture_.domains.size(),
                 counts.empty() ? "none" : escaped(fmt::format("{}", fmt::join(counts, ", "))));
  for (const Drawn& line : lines_) {
    write_line(line);
  }
  for (std::size_t group = 0; group < groups_.all.size(); ++group) {
    write_box(group);
  }
  out_ += "</svg></div>\n" + key();
  return std::move(out_);
}

}  // namespace

PictureHtml picture_html(const Picture& picture) {
  Drawing drawing(picture);
  std::string html = drawing.write();
  return {drawing.of(), std::move(html)};
}

}  // namespace bulkhead::page
