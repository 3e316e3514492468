#include <catch2/catch.hpp>

#include "bulkhead/base/digest.h"
#include "bulkhead/base/text.h"

TEST_CASE("split keeps empty parts, and join undoes it") {
  CHECK(bulkhead::split("a,,b,", ',') == std::vector<std::string_view>{"a", "", "b", ""});
  CHECK(bulkhead::split("", ',') == std::vector<std::string_view>{""});
  CHECK(bulkhead::join({"a", "", "b", ""}, ",") == "a,,b,");
  CHECK(bulkhead::join({}, ",").empty());
}

TEST_CASE("edit distance counts insertions, deletions and substitutions") {
  CHECK(bulkhead::edit_distance("", "") == 0);
  CHECK(bulkhead::edit_distance("abc", "") == 3);
  CHECK(bulkhead::edit_distance("kernal", "kernel") == 1);
  CHECK(bulkhead::edit_distance("kitten", "sitting") == 3);
}

// The examples of FIPS 180-2, appendix B.
TEST_CASE("SHA-256 gives the digests of its standard") {
  CHECK(bulkhead::sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(bulkhead::sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(bulkhead::sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
