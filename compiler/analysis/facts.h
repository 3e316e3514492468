// How what is neither a cell nor a transition is called when two policies are compared; the same words for a binary and
// for what a spec derives, so that a spec equals its own compilation.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/flask/binary_policy.h"

namespace bulkhead::analysis {

// `names` may be empty: then the number is all there is.
[[nodiscard]] std::string initial_sid_key(std::uint32_t number, std::span<const std::string> names);
[[nodiscard]] std::string device_key(const flask::DeviceContext& device);
[[nodiscard]] std::string role_type_key(std::string_view role, std::string_view type);
[[nodiscard]] std::string user_role_key(std::string_view user, std::string_view role);
[[nodiscard]] std::string class_key(std::string_view name);
[[nodiscard]] std::string class_value(std::size_t number, std::span<const std::string> permissions);
inline constexpr std::string_view kUnknownKey = "operations that the policy does not know";
inline constexpr std::string_view kDeny = "deny";

}  // namespace bulkhead::analysis
