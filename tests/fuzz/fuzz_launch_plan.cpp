// Any bytes as a launch plan: refused with words, or a plan that reads back as itself.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bulkhead/base/check.h"
#include "bulkhead/plan/launch_plan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using bulkhead::plan::read_launch_plan;
  using bulkhead::plan::write_launch_plan;
  const auto plan = read_launch_plan({reinterpret_cast<const char*>(data), size});
  if (!plan.has_value()) {
    BULKHEAD_CHECK(!plan.error().message().empty(), "a refusal says what is wrong");
    return 0;
  }
  const auto again = read_launch_plan(write_launch_plan(*plan));
  BULKHEAD_CHECK(again.has_value() && *again == *plan, "an accepted plan can be written and reads back as itself");
  return 0;
}
