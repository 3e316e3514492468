#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "html.h"

namespace bulkhead::report {

namespace {

constexpr int kBoxWidth = 170;
constexpr int kBoxHeight = 44;
constexpr int kColumnStep = 300;
constexpr int kRowStep = 62;
constexpr int kMargin = 24;

// Every domain is built by control: drawing that would hide the rest.
constexpr auto kNotDrawn = std::to_array<std::string_view>({"build", "hardware-domain", "xenstore-domain"});

struct Edge {
  std::string_view kind;
  std::size_t from = 0;
  std::size_t to = 0;
  auto operator<=>(const Edge&) const = default;
};

struct Box {
  int x = 0;
  int y = 0;
};

class Picture {
 public:
  Picture(const Index& index, const Groups& groups) : index_(index), groups_(groups) {}
  [[nodiscard]] std::string write();

 private:
  void place();
  void write_box(std::size_t group);
  void write_edge(const Edge& edge, std::size_t count, int offset);
  [[nodiscard]] std::map<Edge, std::size_t> edges() const;
  [[nodiscard]] std::string devices_of(const Groups::Group& group) const;

  const Index& index_;
  const Groups& groups_;
  std::vector<Box> boxes_;
  int width_ = 0;
  int height_ = 0;
  std::string out_;
};

// Columns that hold nothing take no room.
void Picture::place() {
  std::array<int, 4> columns{};
  for (const Groups::Group& group : groups_.all) {
    columns[group.column] = 1;
  }
  std::array<int, 4> x{};
  int used = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    x[i] = kMargin + used * kColumnStep;
    used += columns[i];
  }
  std::array<int, 4> rows{};
  for (const Groups::Group& group : groups_.all) {
    boxes_.push_back({x[group.column], kMargin + rows[group.column]++ * kRowStep});
  }
  width_ = 2 * kMargin + (used - 1) * kColumnStep + kBoxWidth + 60;  // room for arcs within the last column
  height_ = 2 * kMargin + *std::max_element(rows.begin(), rows.end()) * kRowStep;
}

std::map<Edge, std::size_t> Picture::edges() const {
  std::map<Edge, std::size_t> edges;
  for (const model::Link& link : index_.model().links) {
    const std::string_view kind = link.kind->name;
    if (link.ends[0] != link.ends[1] && std::find(kNotDrawn.begin(), kNotDrawn.end(), kind) == kNotDrawn.end()) {
      ++edges[{kind, groups_.of_domain[model::index(link.ends[0])], groups_.of_domain[model::index(link.ends[1])]}];
    }
  }
  return edges;
}

std::string Picture::devices_of(const Groups::Group& group) const {
  std::vector<std::string> names;
  for (const model::DomainId id : group.members) {
    for (const model::DeviceId device : index_.model().at(id).devices) {
      names.push_back(index_.model().at(device).name);
    }
  }
  constexpr std::size_t kShown = 3;
  if (names.size() > kShown) {
    const std::size_t more = names.size() - kShown;
    names.resize(kShown);
    names.push_back(fmt::format("+{}", more));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

void Picture::write_box(std::size_t group) {
  const Groups::Group& of = groups_.all[group];
  const Box& box = boxes_[group];
  const std::string devices = devices_of(of);
  const model::Domain& first = index_.model().at(of.members.front());
  const std::string count = of.members.size() > 1 ? fmt::format(" × {}", of.members.size()) : "";
  fmt::format_to(std::back_inserter(out_),
                 "<g><title>{}{}: {}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>",
                 escaped(of.name), count, escaped(first.role), box.x, box.y, kBoxWidth, kBoxHeight);
  fmt::format_to(std::back_inserter(out_), "<text x=\"{}\" y=\"{}\">{}{}</text>", box.x + 10, box.y + 19,
                 escaped(of.name), count);
  fmt::format_to(std::back_inserter(out_), "<text class=\"small\" x=\"{}\" y=\"{}\">{}{}{}</text></g>\n", box.x + 10,
                 box.y + 35, escaped(first.role), devices.empty() ? "" : " · ", escaped(devices));
}

void Picture::write_edge(const Edge& edge, std::size_t count, int offset) {
  const Box& from = boxes_[edge.from];
  const Box& to = boxes_[edge.to];
  const int y0 = from.y + kBoxHeight / 2 + offset;
  const int y1 = to.y + kBoxHeight / 2 + offset;
  std::string path;
  if (from.x == to.x) {
    const int x = from.x + kBoxWidth;
    path = fmt::format("M{} {} C{} {} {} {} {} {}", x, y0, x + 55, y0, x + 55, y1, x, y1);
  } else {
    const bool forward = from.x < to.x;
    const int x0 = forward ? from.x + kBoxWidth : from.x;
    const int x1 = forward ? to.x : to.x + kBoxWidth;
    const int bend = (x1 - x0) / 2;
    path = fmt::format("M{} {} C{} {} {} {} {} {}", x0, y0, x0 + bend, y0, x1 - bend, y1, x1, y1);
  }
  fmt::format_to(std::back_inserter(out_), "<path class=\"{}\" d=\"{}\"><title>{}: {} serves {}{}</title></path>\n",
                 escaped(edge.kind), path, escaped(edge.kind), escaped(groups_.all[edge.from].name),
                 escaped(groups_.all[edge.to].name), count > 1 ? fmt::format(" ({} connections)", count) : "");
}

std::string Picture::write() {
  place();
  fmt::format_to(std::back_inserter(out_),
                 "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"domains and connections\">\n", width_, height_);
  std::map<std::pair<std::size_t, std::size_t>, int> seen;  // kinds between the same two are drawn side by side
  for (const auto& [edge, count] : edges()) {
    const int place = seen[std::minmax(edge.from, edge.to)]++;
    write_edge(edge, count, (place % 5) * 6 - 12);
  }
  for (std::size_t group = 0; group < groups_.all.size(); ++group) {
    write_box(group);
  }
  out_ += "</svg>\n";
  return std::move(out_);
}

}  // namespace

std::string html_picture(const Index& index, const Groups& groups) {
  return Picture(index, groups).write();
}

}  // namespace bulkhead::report
