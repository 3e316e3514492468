#include "wording.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "actions.h"
#include "bulkhead/base/render.h"

namespace bulkhead::driver {
namespace {

constexpr std::size_t kMaxLinesShown = 10;

}  // namespace

std::string place(const Host& host, const Span& span) {
  return span.is_known() ? host.sources.describe(span) : std::string("every host");
}

std::string_view in_phase(privilege::Phase phase) {
  switch (phase) {
    case privilege::Phase::kBuilding:
      return ", while it is built";
    case privilege::Phase::kBooting:
      return ", until the host is sealed";
    case privilege::Phase::kRunning:
      return "";
  }
  return "";
}

nlohmann::ordered_json obstacle_json(const analysis::Obstacle& obstacle, const Host& host) {
  nlohmann::ordered_json json{{"kind", analysis::name(obstacle.kind)}, {"text", obstacle.text}};
  if (!obstacle.name.empty()) {
    json["name"] = obstacle.name;
  }
  if (obstacle.place.is_known()) {
    json["place"] = host.sources.describe(obstacle.place);
  }
  return json;
}

std::string log_line(const std::string& name, const avc::Log& log) {
  std::string out = fmt::format("{}: {}, {} of the access vector cache", printable(name), counted(log.lines, "line"),
                                counted(log.messages, "message"));
  if (log.cut_count != 0) {
    const auto shown = std::span(log.cut).first(std::min(log.cut.size(), kMaxLinesShown));
    out += fmt::format(", {} cut (line {}{})", log.cut_count, fmt::join(shown, ", "),
                       shown.size() < log.cut_count ? ", …" : "");
  }
  if (log.of_guests != 0) {
    out += fmt::format(", {} in guests' output and not believed", log.of_guests);
  }
  if (log.long_lines != 0) {
    out += fmt::format(", {} of more than {} bytes and not read to the end", counted(log.long_lines, "line"),
                       avc::kMaxLineBytes);
  }
  return out + '\n';
}

nlohmann::ordered_json log_json(const std::string& name, const avc::Log& log) {
  return {{"log", name},
          {"lines", log.lines},
          {"messages", log.messages},
          {"cut", log.cut},
          {"cut_count", log.cut_count},
          {"of_guests", log.of_guests},
          {"long_lines", log.long_lines}};
}

std::string printed(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace bulkhead::driver
