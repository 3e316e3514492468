// How a reason is told, the same in every command: where it stands, which role or connection it is, when it holds; and
// how a log was read.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "bulkhead/analysis/obstacles.h"
#include "bulkhead/avc/avc_log.h"
#include "bulkhead/privilege/privileges.h"
#include "pipeline.h"

namespace bulkhead::driver {

// "host.yaml:41:5"; what has no place holds on every host.
[[nodiscard]] std::string place(const Host& host, const Span& span);
// ", while it is built": behind what else is said of a grant.
[[nodiscard]] std::string_view in_phase(privilege::Phase phase);

// "host.yaml:13:7: connection `network`, while it is built", for any of the reasons of analysis/.
template <typename Reason>
[[nodiscard]] std::string reason_line(const Reason& reason, const Host& host) {
  return place(host, reason.origin) + (reason.is_role ? ": role `" : ": connection `") + reason.via + '`' +
         std::string(in_phase(reason.phase));
}

// The same as {"connection": "network", "phase": "running", "origin": "host.yaml:13:7"}.
template <typename Reason>
[[nodiscard]] nlohmann::ordered_json reason_json(const Reason& reason, const Host& host) {
  return {{reason.is_role ? "role" : "connection", reason.via},
          {"phase", privilege::name(reason.phase)},
          {"origin", place(host, reason.origin)}};
}

[[nodiscard]] nlohmann::ordered_json obstacle_json(const analysis::Obstacle& obstacle, const Host& host);

// "serial.log: 334 lines, 331 messages of the access vector cache, 1 cut (line 334), …".
[[nodiscard]] std::string log_line(const std::string& name, const avc::Log& log);
[[nodiscard]] nlohmann::ordered_json log_json(const std::string& name, const avc::Log& log);

[[nodiscard]] std::string printed(const nlohmann::ordered_json& json);

}  // namespace bulkhead::driver
