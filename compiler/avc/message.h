// One message of the AVC. In: a text that begins with "avc:". Out: the event and how much of the text it took, or
// nothing when the text is not a whole message. The order of the parts is that of avc_audit().
#pragma once

#include <optional>
#include <string_view>

#include "bulkhead/avc/avc_log.h"

namespace bulkhead::avc {

inline constexpr std::string_view kMessageStart = "avc:";

struct Message {
  Event event;  // without a line
  std::size_t length = 0;
};

[[nodiscard]] std::optional<Message> parse_message(std::string_view text);

}  // namespace bulkhead::avc
