// The words of the language for values of the spec.
#pragma once

#include <string>
#include <string_view>

#include "bulkhead/spec/spec.h"

namespace bulkhead::model {

[[nodiscard]] std::string_view word(spec::DomainType type);
[[nodiscard]] std::string_view word(spec::Restart restart);
[[nodiscard]] std::string_view word(spec::Start start);
[[nodiscard]] std::string_view word(spec::Access access);
[[nodiscard]] std::string_view word(spec::IommuStrength strength);
// In the largest unit that divides it: "512 MiB"; what is no whole number of KiB in bytes.
[[nodiscard]] std::string size_text(std::uint64_t bytes);

}  // namespace bulkhead::model
