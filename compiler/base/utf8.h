// UTF-8, as far as the reader and the renderer need it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bulkhead {

// Length 0: there is no well-formed sequence at that place (Unicode 15, table 3-7).
struct CodePoint {
  std::size_t length = 0;
  std::uint32_t value = 0;
};

[[nodiscard]] CodePoint decode_utf8(std::string_view text, std::size_t at);

// Characters that are not seen, or that make a line look like another one: C0 and C1 controls, line and paragraph
// separators, the byte order mark, and the marks that turn the direction of writing.
[[nodiscard]] bool is_deceptive(std::uint32_t value);

}  // namespace bulkhead
