// The files by which Linux shows the machine (/sys, /proc), below a root. Whatever is wrong with one is kept as a
// problem with its path, and reading goes on, so that one run names everything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::inventory {

class ShownFiles {
 public:
  // An attribute of sysfs is at most a page.
  static constexpr std::size_t kMaxAttribute = 4096;

  explicit ShownFiles(std::string_view root);

  [[nodiscard]] bool has(std::string_view path) const;
  // Nothing, and a problem, when the file is missing or not as it should be. The line end is removed from `line`.
  [[nodiscard]] std::optional<std::string> bytes(std::string_view path, std::size_t max_bytes);
  [[nodiscard]] std::optional<std::string> line(std::string_view path);
  [[nodiscard]] std::optional<std::uint64_t> hexadecimal(std::string_view path, std::uint64_t maximum);  // "0x8086"
  [[nodiscard]] std::optional<std::int64_t> decimal(std::string_view path);
  [[nodiscard]] std::optional<std::vector<std::uint64_t>> list(std::string_view path);  // "0-3,8"
  // The last part of where a symbolic link points to.
  [[nodiscard]] std::optional<std::string> link(std::string_view path);
  // Names in a folder, sorted.
  [[nodiscard]] std::vector<std::string> names(std::string_view path);

  void problem(std::string_view path, std::string_view what);
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

 private:
  [[nodiscard]] std::string full(std::string_view path) const;

  std::string root_;  // without a slash at its end
  std::vector<std::string> problems_;
};

// Whole texts only; nothing when it is no such number or does not fit.
[[nodiscard]] std::optional<std::uint64_t> parse_hexadecimal(std::string_view text);  // with 0x
[[nodiscard]] std::optional<std::int64_t> parse_decimal(std::string_view text);

// A text of the machine's for a message: backticks, control characters made visible, cut when it is long.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace bulkhead::inventory
