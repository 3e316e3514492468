// SHA-256 (libnettle), as 64 lower-case hexadecimal digits.
#pragma once

#include <string>
#include <string_view>

namespace bulkhead {

[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace bulkhead
