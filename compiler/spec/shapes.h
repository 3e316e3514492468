// The shapes that several parts of the table share, and the parts that language.cpp puts together.
#pragma once

#include "bulkhead/spec/language.h"

namespace bulkhead::spec {

inline constexpr Shape kTextShape{.form = Form::kText};
inline constexpr Shape kNameShape{.form = Form::kName};
inline constexpr Shape kWordShape{.form = Form::kWord};
inline constexpr Shape kBoolShape{.form = Form::kBool};
inline constexpr Shape kNumberShape{.form = Form::kInteger};
inline constexpr Shape kPositiveShape{.form = Form::kInteger, .minimum = 1};
inline constexpr Shape kId16Shape{.form = Form::kInteger, .maximum = 0xFFFF, .hexadecimal = true};
inline constexpr Shape kSizeShape{.form = Form::kSize};
inline constexpr Shape kPciAddressShape{.form = Form::kPciAddress};
inline constexpr Shape kRangeShape{.form = Form::kRange};

inline constexpr Shape kNamesShape{.form = Form::kList, .minimum = 1, .item = &kNameShape};
inline constexpr Shape kAnyNamesShape{.form = Form::kList, .item = &kNameShape};
inline constexpr Shape kTwoNamesShape{.form = Form::kList, .minimum = 2, .maximum = 2, .item = &kNameShape};
inline constexpr Shape kWordsShape{.form = Form::kList, .minimum = 1, .item = &kWordShape};
inline constexpr Shape kRangesShape{.form = Form::kList, .minimum = 1, .item = &kRangeShape};
inline constexpr Shape kNumbersShape{.form = Form::kList, .minimum = 1, .item = &kNumberShape};

// language_hosts.cpp
[[nodiscard]] const Shape& host_shape();
[[nodiscard]] const Shape& device_shape();
[[nodiscard]] const Shape& domain_shape();
// language_policies.cpp
[[nodiscard]] const Shape& connection_shape();
[[nodiscard]] const Shape& role_shape();
[[nodiscard]] const Shape& assertion_shape();
[[nodiscard]] const Shape& accept_shape();

}  // namespace bulkhead::spec
