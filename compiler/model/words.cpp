#include "words.h"

#include <fmt/core.h>

namespace bulkhead::model {

std::string_view word(spec::DomainType type) {
  switch (type) {
    case spec::DomainType::kPv:
      return "pv";
    case spec::DomainType::kPvh:
      return "pvh";
    case spec::DomainType::kHvm:
      return "hvm";
  }
  return {};
}

std::string_view word(spec::Restart restart) {
  switch (restart) {
    case spec::Restart::kNever:
      return "never";
    case spec::Restart::kOnFailure:
      return "on-failure";
    case spec::Restart::kAlways:
      return "always";
  }
  return {};
}

std::string_view word(spec::Start start) {
  switch (start) {
    case spec::Start::kBoot:
      return "boot";
    case spec::Start::kOnDemand:
      return "on-demand";
  }
  return {};
}

std::string_view word(spec::Access access) {
  switch (access) {
    case spec::Access::kReadWrite:
      return "read-write";
    case spec::Access::kReadOnly:
      return "read-only";
  }
  return {};
}

std::string_view word(spec::IommuStrength strength) {
  switch (strength) {
    case spec::IommuStrength::kRequired:
      return "required";
    case spec::IommuStrength::kNoRemapping:
      return "no-remapping";
    case spec::IommuStrength::kNone:
      return "none";
  }
  return {};
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::string_view kUnits[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (unit + 1 < std::size(kUnits) && bytes % 1024 == 0 && bytes != 0) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{} {}", bytes, kUnits[unit]);
}

}  // namespace bulkhead::model
