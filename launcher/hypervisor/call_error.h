// The text of an Error about a call into the hypervisor. In: what was asked, errno, what the tool libraries reported
// meanwhile. A refusal also says who may have refused, because errno does not tell FLASK from Xen's own rules.
#pragma once

#include <string_view>

#include "bulkhead/base/result.h"

namespace bulkhead::hypervisor {

[[nodiscard]] Error call_error(std::string_view what, int errno_value, std::string_view reported = {});

}  // namespace bulkhead::hypervisor
