// An observation in which everything that a guest, a file or a broken hypervisor could have a say in is one text.
#pragma once

#include <string>

#include "audited.h"

namespace bulkhead::test {

inline constexpr const char* kMarkup =
    "</title></td></p><script>window.owned=1</script><img src=x onerror=\"window.owned=1\">\"' onmouseover='x' "
    "javascript:alert(1) --> ]]> &lt;";

[[nodiscard]] audit::Observed all_fields(const std::string& text, const std::string& domain);
// Reasons, places and accepted risks likewise; names stay, they are the plan's.
[[nodiscard]] audit::Privileges all_fields(audit::Privileges privileges, const std::string& text);
[[nodiscard]] audit::Usage all_fields_of_usage(const std::string& text, const std::string& domain);
[[nodiscard]] audit::Audit audit_of_all_fields(const Compiled& compiled, const std::string& text);

}  // namespace bulkhead::test
