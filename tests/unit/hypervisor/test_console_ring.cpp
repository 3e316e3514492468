#include <algorithm>

#include <catch2/catch.hpp>

#include "console_ring.h"

namespace bulkhead::hypervisor {

namespace {

// Xen's ring (read_console_ring): bytes are counted for ever, the last `capacity` of them are there.
struct Ring {
  std::size_t capacity = 16;
  std::uint32_t end = 0;
  std::string kept{};
  std::size_t reads = 0;
  std::string written_at_next_read{};

  void write(std::string_view text) {
    kept += text;
    end += static_cast<std::uint32_t>(text.size());
    if (kept.size() > capacity) {
      kept.erase(0, kept.size() - capacity);
    }
  }
  ReadRing reader() {
    return [this](std::string& buffer, std::uint32_t& index) -> Result<std::size_t> {
      ++reads;
      const auto size = static_cast<std::uint32_t>(kept.size());
      const std::uint32_t behind = end - index;
      const std::uint32_t from = behind <= size ? size - behind : 0;
      const std::size_t count = std::min<std::size_t>(buffer.size(), size - from);
      std::copy_n(kept.begin() + from, count, buffer.begin());
      index = end - (size - from) + static_cast<std::uint32_t>(count);
      write(std::exchange(written_at_next_read, {}));
      return count;
    };
  }
};

constexpr std::string_view kOverwritten =
    "read Xen's console ring: what was written is overwritten already; boot Xen with a larger `conring_size`";

}  // namespace

TEST_CASE("only what is written after the index is read") {
  Ring ring;
  ring.write("before");
  const auto end = ring_end(ring.reader(), 0);
  REQUIRE(end);
  CHECK(*end == 6);
  ring.write("after");
  std::uint32_t index = *end;
  auto text = ring_since(ring.reader(), index);
  REQUIRE(text);
  CHECK(*text == "after");
  CHECK(index == 11);
  text = ring_since(ring.reader(), index);
  REQUIRE(text);
  CHECK(text->empty());
}

TEST_CASE("an answer that fills the ring exactly is whole, one byte more is a loss") {
  for (const std::size_t length : {std::size_t{16}, std::size_t{17}}) {
    Ring ring;
    ring.write("before");
    std::uint32_t index = 6;
    ring.write(std::string(length, 'x'));
    const auto text = ring_since(ring.reader(), index);
    REQUIRE(text.has_value() == (length == 16));
    if (text) {
      CHECK(*text == std::string(16, 'x'));
    } else {
      CHECK(text.error().message() == kOverwritten);
    }
  }
}

TEST_CASE("the count of bytes may pass 32 bits") {
  Ring ring{.end = 0xFFFFFFFC};
  const auto end = ring_end(ring.reader(), 0xFFFFFFFC);
  REQUIRE(end);
  std::uint32_t index = *end;
  ring.write("12345678");
  const auto text = ring_since(ring.reader(), index);
  REQUIRE(text);
  CHECK(*text == "12345678");
  CHECK(index == 4);
}

TEST_CASE("the end is found although what stands before it is overwritten") {
  Ring ring;
  ring.write(std::string(100, 'x'));
  const auto end = ring_end(ring.reader(), 0);
  REQUIRE(end);
  CHECK(*end == 100);
}

TEST_CASE("a ring larger than one read is read whole") {
  Ring ring{.capacity = 200'000};
  std::string all;
  for (int line = 0; all.size() < 150'000; ++line) {
    all += std::to_string(line) + "\n";
  }
  ring.write(all);
  std::uint32_t index = 0;
  const auto text = ring_since(ring.reader(), index);
  REQUIRE(text);
  CHECK(*text == all);
  CHECK(ring.reads == 3);
}

TEST_CASE("bytes that are overwritten between two reads are a loss") {
  Ring ring{.capacity = 100'000};
  ring.write(std::string(100'000, 'a'));
  ring.written_at_next_read = std::string(70'000, 'b');
  std::uint32_t index = 0;
  const auto text = ring_since(ring.reader(), index);
  REQUIRE_FALSE(text);
  CHECK(text.error().message() == kOverwritten);
}

TEST_CASE("the whole ring is what stands in it without a gap") {
  Ring ring;
  ring.write("0123456789abcdefghij");
  auto text = ring_all(ring.reader());
  REQUIRE(text);
  CHECK(*text == "456789abcdefghij");

  Ring large{.capacity = 100'000};
  large.write(std::string(100'000, 'a'));
  large.written_at_next_read = std::string(70'000, 'b');
  text = ring_all(large.reader());
  REQUIRE(text);
  CHECK(*text == std::string(30'000, 'a') + std::string(70'000, 'b'));
}

TEST_CASE("reading ends although somebody writes all the time") {
  const ReadRing flood = [](std::string& buffer, std::uint32_t& index) -> Result<std::size_t> {
    index += static_cast<std::uint32_t>(buffer.size());
    return buffer.size();
  };
  std::uint32_t index = 0;
  const auto text = ring_since(flood, index);
  REQUIRE_FALSE(text);
  CHECK(text.error().message() == "read Xen's console ring: it fills faster than it can be read");
}

TEST_CASE("a refused read is the result") {
  const ReadRing refused = [](std::string&, std::uint32_t&) -> Result<std::size_t> { return Error("refused"); };
  std::uint32_t index = 0;
  CHECK(ring_end(refused, 0).error().message() == "refused");
  CHECK(ring_since(refused, index).error().message() == "refused");
  CHECK(ring_all(refused).error().message() == "refused");
}

}  // namespace bulkhead::hypervisor
