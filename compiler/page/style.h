// What every page looks like, and the one script that a page may have. Both are constant: a page's policy allows them
// by their digests. No `<` and no `&` in them: the page is well-formed XML.
#pragma once

#include <string_view>

namespace bulkhead::page {

[[nodiscard]] std::string_view style();
[[nodiscard]] std::string_view filter_script();

}  // namespace bulkhead::page
