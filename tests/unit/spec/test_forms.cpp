#include <regex>

#include <catch2/catch.hpp>

#include "forms.h"

using namespace bulkhead::spec;

namespace {

bool matches(Form form, const std::string& text) {
  // ECMAScript is the dialect of JSON Schema.
  return std::regex_match(text, std::regex(std::string(pattern(form))));
}

}  // namespace

TEST_CASE("the reader and the pattern of a form take the same texts") {
  const char* const texts[] = {"",
                               "a",
                               "a-1",
                               "A",
                               "1a",
                               "-a",
                               "a_b",
                               "a.b",
                               "net domain",
                               "512 MiB",
                               "512MiB",
                               "512  MiB",
                               "512 MB",
                               "512",
                               "0 MiB",
                               "012 MiB",
                               "1 TiB",
                               "1000000 TiB",
                               "999999 TiB",
                               "1 KiB ",
                               " 1 KiB",
                               "0x10",
                               "0x",
                               "0x1g",
                               "16",
                               "0x10-0x1f",
                               "16-31",
                               "16-0x1f",
                               "16-",
                               "-16",
                               "1-2-3",
                               "0xffffffffffffffff",
                               "0x10000000000000000",
                               "9999999999999999999",
                               "10000000000000000000",
                               "0X10",
                               "00:03.0",
                               "0000:00:03.0",
                               "0000:00:1f.7",
                               "0000:00:20.0",
                               "0000:00:03.8",
                               "000:00:03.0",
                               "0000:0:03.0",
                               "zz:03.0",
                               "00:03",
                               "0000:00:03.0 ",
                               "00:16:3e:5e:6c:01",
                               "00:16:3e:5e:6c",
                               "00:16:3e:5e:6c:01:02",
                               "00-16-3e-5e-6c-01",
                               "0:16:3e:5e:6c:01",
                               "AB:CD:EF:ab:cd:ef"};
  for (const std::string text : texts) {
    CAPTURE(text);
    CHECK(is_name(text) == matches(Form::kName, text));
    CHECK(is_word(text) == matches(Form::kWord, text));
    CHECK(is_mac(text) == matches(Form::kMac, text));
    CHECK(parse_size(text).has_value() == matches(Form::kSize, text));
    CHECK(parse_range(text).has_value() == matches(Form::kRange, text));
    CHECK(PciAddress::parse(text).has_value() == matches(Form::kPciAddress, text));
  }
  for (const std::size_t length : {1U, 32U, 33U, 64U, 65U}) {
    const std::string text(length, 'a');
    CHECK(is_name(text) == matches(Form::kName, text));
    CHECK(is_word(text) == matches(Form::kWord, text));
  }
}

TEST_CASE("a size is a number of bytes") {
  CHECK(parse_size("512 MiB") == std::uint64_t{512} << 20);
  CHECK(parse_size("1KiB") == 1024);
  CHECK(parse_size("999999 TiB") == std::uint64_t{999999} << 40);
  CHECK(parse_size("999999999999999 KiB") == std::uint64_t{999999999999999} << 10);
}

TEST_CASE("a range has two ends, and one number is a range of one") {
  CHECK(parse_range("0xfeb40-0xfeb5f") == Range{0xfeb40, 0xfeb5f});
  CHECK(parse_range("0xffffffffffffffff") == Range{UINT64_MAX, UINT64_MAX});
  CHECK(parse_range("9-3") == Range{9, 3});  // inverted: a matter of meaning, not of form
}

TEST_CASE("a PCI address has the hypervisor's number") {
  const std::optional<PciAddress> address = PciAddress::parse("0001:02:1f.3");
  REQUIRE(address.has_value());
  CHECK(address->text() == "0001:02:1f.3");
  CHECK(address->sbdf() == 0x000102fb);
  CHECK(PciAddress::parse("00:03.0") == PciAddress{0, 0, 3, 0});
}

TEST_CASE("a text is one visible line") {
  CHECK(is_line("a text, with \xc3\xbc"));
  CHECK_FALSE(is_line(""));
  CHECK_FALSE(is_line("   "));
  CHECK_FALSE(is_line("two\nlines"));
  CHECK_FALSE(is_line("tab\there"));
  CHECK_FALSE(is_line("\x1b[31m"));
  CHECK_FALSE(is_line("\x7f"));
  CHECK_FALSE(is_line("\xe2\x80\xae turned"));
  CHECK_FALSE(is_line("\xc2\x85"));
}
