#include "shown_files.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "bulkhead/base/files.h"
#include "bulkhead/base/render.h"
#include "bulkhead/base/text.h"

namespace bulkhead::inventory {
namespace {

constexpr std::size_t kMaxListed = 4096;  // CPUs or nodes; Linux ends at 8192 and 1024
constexpr std::size_t kMaxShown = 40;

// "3" or "0-3"; nothing when it is neither.
std::optional<std::pair<std::int64_t, std::int64_t>> parse_span(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = parse_decimal(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_decimal(text.substr(dash + 1));
  if (!first || !last || *first < 0 || *last < *first) return std::nullopt;
  return std::pair(*first, *last);
}

}  // namespace

std::optional<std::uint64_t> parse_hexadecimal(std::string_view text) {
  if (!text.starts_with("0x")) return std::nullopt;
  text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return error == std::errc{} && stop == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> parse_decimal(std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && stop == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::string shown(std::string_view text) {
  const std::string cut(text.substr(0, kMaxShown));
  return quoted(printable(cut)) + (text.size() > kMaxShown ? "…" : "");
}

ShownFiles::ShownFiles(std::string_view root) : root_(root) {
  while (root_.ends_with('/')) root_.pop_back();
}

std::string ShownFiles::full(std::string_view path) const {
  return root_ + std::string(path);
}

void ShownFiles::problem(std::string_view path, std::string_view what) {
  problems_.push_back(fmt::format("{}: {}", quoted(printable(full(path))), what));
}

bool ShownFiles::has(std::string_view path) const {
  std::error_code ignored;  // what cannot even be looked at is not there for us
  return std::filesystem::exists(std::filesystem::symlink_status(full(path), ignored));
}

std::optional<std::string> ShownFiles::bytes(std::string_view path, std::size_t max_bytes) {
  Result<std::string> content = read_file(full(path), max_bytes);
  if (content) return *std::move(content);
  problems_.push_back(content.error().message());
  return std::nullopt;
}

std::optional<std::string> ShownFiles::line(std::string_view path) {
  std::optional<std::string> text = bytes(path, kMaxAttribute);
  if (text && text->ends_with('\n')) text->pop_back();
  return text;
}

std::optional<std::uint64_t> ShownFiles::hexadecimal(std::string_view path, std::uint64_t maximum) {
  const std::optional<std::string> text = line(path);
  if (!text) return std::nullopt;
  const std::optional<std::uint64_t> value = parse_hexadecimal(*text);
  if (value && *value <= maximum) return value;
  problem(path, fmt::format("{} is no hexadecimal number from 0x0 to {:#x}", shown(*text), maximum));
  return std::nullopt;
}

std::optional<std::int64_t> ShownFiles::decimal(std::string_view path) {
  const std::optional<std::string> text = line(path);
  if (!text) return std::nullopt;
  const std::optional<std::int64_t> value = parse_decimal(*text);
  if (!value) problem(path, fmt::format("{} is no whole number", shown(*text)));
  return value;
}

std::optional<std::vector<std::uint64_t>> ShownFiles::list(std::string_view path) {
  const std::optional<std::string> text = line(path);
  if (!text) return std::nullopt;
  std::vector<std::uint64_t> numbers;
  for (const std::string_view part : split(*text, ',')) {
    const auto span = parse_span(part);
    if (!span || span->second - span->first >= static_cast<std::int64_t>(kMaxListed - numbers.size())) {
      problem(path, fmt::format("{} is no list of numbers as in `0-3,8`", shown(*text)));
      return std::nullopt;
    }
    for (std::int64_t i = span->first; i <= span->second; ++i) numbers.push_back(static_cast<std::uint64_t>(i));
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

std::optional<std::string> ShownFiles::link(std::string_view path) {
  std::error_code error;
  const std::filesystem::path target = std::filesystem::read_symlink(full(path), error);
  if (!error) return target.filename().string();
  problem(path, error.message());
  return std::nullopt;
}

std::vector<std::string> ShownFiles::names(std::string_view path) {
  std::vector<std::string> found;
  std::error_code error;
  std::filesystem::directory_iterator entry(full(path), error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    found.push_back(entry->path().filename().string());
  }
  if (error) problem(path, error.message());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace bulkhead::inventory
