// Where output goes: the product to one stream, diagnostics to the other, and nothing else writes to either.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "bulkhead/base/result.h"

namespace bulkhead::cli {

class Console {
 public:
  // `program` stands before each error.
  Console(std::string_view program, std::FILE* out, std::FILE* err) : program_(program), out_(out), err_(err) {}

  void print(std::string_view product);
  void complain(std::string_view diagnostics);
  void fail(const Error& error);  // "bulkhead: error: …"

  // `when` is auto, always or never.
  void choose_color(std::string_view when);
  [[nodiscard]] bool color() const { return color_; }
  [[nodiscard]] bool is_terminal() const;  // that diagnostics go to

  // A full disk shows here at the latest.
  [[nodiscard]] Result<void> flush();

 private:
  std::string program_;
  std::FILE* out_;
  std::FILE* err_;
  bool color_ = false;
  int failed_errno_ = 0;  // of the first write of the product that failed
};

}  // namespace bulkhead::cli
