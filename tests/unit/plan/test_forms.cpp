// The checks of forms.cpp against the patterns that the JSON Schema prints, on the same texts.
#include <regex>

#include <catch2/catch.hpp>

#include "forms.h"

namespace bulkhead::plan {

namespace {

constexpr Form kForms[] = {Form::kName,       Form::kIdentifier, Form::kLabel, Form::kSha256, Form::kVersion,
                           Form::kPciAddress, Form::kMac,        Form::kText,  Form::kAnyText};

std::vector<std::string> texts() {
  using namespace std::string_literals;
  return {"",
          "a",
          "web-1",
          "Web",
          "1web",
          "web_1_t",
          std::string(48, 'a'),
          std::string(49, 'a'),
          "-",
          "a b",
          "system_u:system_r:web_1_t",
          "system_u:object_r:nic0_dev_t",
          "system_u:staff_r:web_t",
          "user_u:system_r:web_t",
          "system_u:system_r:",
          "system_u:system_r:web_t:s0",
          "system_u:system_r:1_t",
          std::string(64, 'f'),
          std::string(64, 'F'),
          std::string(63, '0'),
          std::string(64, 'g'),
          "4.17",
          "4",
          "4.",
          ".17",
          "4.17.5",
          "4444.1",
          "a.b",
          "0000:00:03.0",
          "00:03.0",
          "0000:00:23.0",
          "0000:00:03.8",
          "0000:00:1f.7",
          "0000:00:1F.7",
          "00:16:3e:00:00:01",
          "00:16:3E:aa:BB:01",
          "0:16:3e:00:00:01",
          "00:16:3e:00:00",
          "zz:16:3e:00:00:01",
          "tab\there",
          "line\nend",
          "nul\0here"s,
          "\x7F",
          "\xC3\xA9t\xC3\xA9"};
}

}  // namespace

TEST_CASE("check and pattern of a form accept the same texts") {
  for (const Form form : kForms) {
    const std::regex expression{std::string(pattern(form)), std::regex::ECMAScript};
    for (const std::string& text : texts()) {
      INFO(pattern(form) << " on `" << text << "`");
      CHECK(has_form(text, form) == std::regex_match(text, expression));
    }
  }
}

TEST_CASE("every form accepts and refuses something") {
  for (const Form form : kForms) {
    std::size_t accepted = 0;
    for (const std::string& text : texts()) {
      accepted += has_form(text, form) ? 1 : 0;
    }
    INFO(description(form));
    CHECK(accepted > 0);
    CHECK(accepted < texts().size());
  }
}

}  // namespace bulkhead::plan
