// HTML as text: escaping, and the parts of the page. Everything is well-formed XML too, so that a strict parser can
// check it.
#pragma once

#include <string>
#include <string_view>

#include "audit.h"
#include "groups.h"

namespace bulkhead::report {

// For text and for attribute values in double quotes; what cannot be seen is written out (\x1b).
[[nodiscard]] std::string escaped(std::string_view text);

[[nodiscard]] std::string_view html_style();
[[nodiscard]] std::string html_matrix(const Index& index, const Groups& groups);
[[nodiscard]] std::string html_picture(const Index& index, const Groups& groups);
[[nodiscard]] std::string html_section(const Index& index, const Section& section, bool open);

}  // namespace bulkhead::report
