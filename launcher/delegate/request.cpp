#include "bulkhead/delegate/request.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace bulkhead::delegate {

namespace {

constexpr std::size_t kMaxReason = 256;
constexpr std::string_view kDone = "done";
constexpr std::string_view kRefused = "refused: ";

bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

// Decimal as to_text writes it: no sign, no leading zero.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool leading_zero = text.size() > 1 && text.front() == '0';
  if (failed != std::errc() || end != text.data() + text.size() || leading_zero) {
    return std::nullopt;
  }
  return number;
}

struct Halves {
  std::uint64_t number = 0;
  std::string_view rest;
};

std::optional<Halves> halve(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) {
    return std::nullopt;
  }
  const auto number = parse_number<std::uint64_t>(text.substr(0, blank));
  if (!number) {
    return std::nullopt;
  }
  return Halves{*number, text.substr(blank + 1)};
}

}  // namespace

std::string to_text(const Request& request) {
  return fmt::format("{} {}", request.number, request.domid);
}

std::string to_text(const Answer& answer) {
  if (!answer.refused) {
    return fmt::format("{} {}", answer.number, kDone);
  }
  std::string reason = answer.refused->substr(0, kMaxReason);
  std::replace_if(
      reason.begin(), reason.end(), [](char c) { return !is_printable(c); }, '?');
  return fmt::format("{} {}{}", answer.number, kRefused, reason.empty() ? "no reason" : reason);
}

std::optional<Request> parse_request(std::string_view text) {
  const auto halves = halve(text);
  if (!halves) {
    return std::nullopt;
  }
  const auto domid = parse_number<hypervisor::Domid>(halves->rest);
  return domid ? std::optional(Request{halves->number, *domid}) : std::nullopt;
}

std::optional<Answer> parse_answer(std::string_view text) {
  const auto halves = halve(text);
  if (!halves) {
    return std::nullopt;
  }
  if (halves->rest == kDone) {
    return Answer{halves->number, std::nullopt};
  }
  if (!halves->rest.starts_with(kRefused)) {
    return std::nullopt;
  }
  const std::string_view reason = halves->rest.substr(kRefused.size());
  if (reason.empty() || reason.size() > kMaxReason || !std::all_of(reason.begin(), reason.end(), is_printable)) {
    return std::nullopt;
  }
  return Answer{halves->number, std::string(reason)};
}

std::string folder(hypervisor::Domid hardware_domid) {
  return fmt::format("/local/domain/{}/data/delegate", hardware_domid);
}

}  // namespace bulkhead::delegate
