#include <catch2/catch.hpp>

#include "bulkhead/delegate/request.h"

namespace bulkhead::delegate {

TEST_CASE("a request reads back as it was written") {
  const Request request{18446744073709551615U, 32751};
  CHECK(to_text(request) == "18446744073709551615 32751");
  CHECK(parse_request(to_text(request)) == request);
  CHECK(parse_request("0 0") == Request{});
}

TEST_CASE("what is not a request is none") {
  for (const char* text : {"", " ", "1", "1 ", " 1 2", "1 2 ", "1  2", "01 2", "1 02", "+1 2", "-1 2", "1 -2", "a 2",
                           "1 b", "1 2 3", "18446744073709551616 2", "1 4294967296", "1\t2", "1 2\n"}) {
    INFO(text);
    CHECK(parse_request(text) == std::nullopt);
  }
}

TEST_CASE("an answer reads back as it was written") {
  for (const Answer& answer : {Answer{7, std::nullopt}, Answer{8, "no such device in the list"}}) {
    CHECK(parse_answer(to_text(answer)) == answer);
  }
  CHECK(to_text(Answer{7, std::nullopt}) == "7 done");
  CHECK(to_text(Answer{8, "why"}) == "8 refused: why");
}

TEST_CASE("a reason is written so that it can be read: printable, not empty, not too long") {
  CHECK(to_text(Answer{8, "a\nb\x1b"}) == "8 refused: a?b?");
  CHECK(to_text(Answer{8, ""}) == "8 refused: no reason");
  CHECK(to_text(Answer{8, std::string(300, 'x')}) == "8 refused: " + std::string(256, 'x'));
}

TEST_CASE("what is not an answer is none") {
  for (const std::string& text :
       {std::string("7"), std::string("7 "), std::string("7 done "), std::string("7 Done"), std::string("done"),
        std::string("7 refused: "), std::string("7 refused"), std::string("7 refused: a\n"), std::string("07 done"),
        "7 refused: " + std::string(257, 'x'), std::string("7 refused: \0", 12)}) {
    INFO(text);
    CHECK(parse_answer(text) == std::nullopt);
  }
}

TEST_CASE("the folder is the hardware domain's own") {
  CHECK(folder(1) == "/local/domain/1/data/delegate");
}

}  // namespace bulkhead::delegate
