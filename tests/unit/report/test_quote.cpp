#include <catch2/catch.hpp>

#include "quote.h"

namespace bulkhead::report {

TEST_CASE("a text for xl cannot leave its quotes") {
  CHECK(xl_quoted("plain /path") == "\"plain /path\"");
  CHECK(xl_quoted("a\"b\\c'd") == "\"a\\\"b\\\\c'd\"");
  CHECK(xl_quoted("line\nend\ttab") == "\"line\\x0aend\\x09tab\"");
  CHECK(xl_quoted("") == "\"\"");
}

TEST_CASE("a text that would become another entry of an xl list is found") {
  CHECK(is_xl_list_value("xenbr0"));
  CHECK(is_xl_list_value("00:16:3e:00:00:01"));
  CHECK_FALSE(is_xl_list_value("br0,backend=other"));
  CHECK_FALSE(is_xl_list_value("a b"));
  CHECK_FALSE(is_xl_list_value("a=b"));
  CHECK_FALSE(is_xl_list_value("a\nb"));
  CHECK_FALSE(is_xl_list_value(""));
}

TEST_CASE("words for GRUB are quoted when they need it") {
  CHECK(grub_words("console=hvc0  root=UUID=1-2 quiet") == "console=hvc0 root=UUID=1-2 quiet");
  CHECK(grub_words("a;b $x {c} 'd' \"e\" f\\g") == "'a;b' '$x' '{c}' ''\\''d'\\''' '\"e\"' 'f\\g'");
  CHECK(grub_words("one\ntwo\tthree") == "one two three");
  CHECK(grub_words("  ").empty());
  CHECK(grub_word("two words") == "'two words'");
  CHECK(grub_word("line\nend") == "'line end'");
}

TEST_CASE("a comment stays on its line") {
  CHECK(comment_text("a\nb") == "a\\x0ab");
}

}  // namespace bulkhead::report
