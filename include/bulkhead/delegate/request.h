// What the launcher and the delegation agent in the hardware domain say to each other through the xenstore, under
// /local/domain/<hardware>/data/delegate/<device>. The launcher writes `request`, the agent answers in `answer`:
//
//   request  "<number> <domid>"                 number: another one each time, so that an old answer is not taken
//   answer   "<number> done" or "<number> refused: <reason>"
//
// The device is a name of the plan. What it stands for (frames, ports, interrupts, who may get it) the agent takes from
// its own list, never from the request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/hypervisor/hypervisor.h"

namespace bulkhead::delegate {

struct Request {
  std::uint64_t number = 0;
  hypervisor::Domid domid = 0;
  bool operator==(const Request&) const = default;
};
struct Answer {
  std::uint64_t number = 0;
  std::optional<std::string> refused;  // why; printable, at most 256 bytes
  bool operator==(const Answer&) const = default;
};

[[nodiscard]] std::string to_text(const Request& request);
[[nodiscard]] std::string to_text(const Answer& answer);
// Nothing: not of this form. Both are read from what another domain wrote.
[[nodiscard]] std::optional<Request> parse_request(std::string_view text);
[[nodiscard]] std::optional<Answer> parse_answer(std::string_view text);

[[nodiscard]] std::string folder(hypervisor::Domid hardware_domid);  // "/local/domain/1/data/delegate"

}  // namespace bulkhead::delegate
