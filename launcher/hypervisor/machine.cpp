#include "bulkhead/hypervisor/machine.h"

#include <cerrno>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <sys/io.h>

#include "bulkhead/base/files.h"
#include "bulkhead/hypervisor/libxen.h"
#include "call_error.h"

namespace bulkhead::hypervisor {

namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 30U;

// The right to use ports belongs to the thread that asks for it, and ends with this object.
class PortAccess {
 public:
  PortAccess() : held_(::iopl(3) == 0), reason_(errno) {}
  PortAccess(const PortAccess&) = delete;
  PortAccess& operator=(const PortAccess&) = delete;
  PortAccess(PortAccess&&) = delete;
  PortAccess& operator=(PortAccess&&) = delete;
  ~PortAccess() {
    if (held_) {
      ::iopl(0);
    }
  }
  [[nodiscard]] bool held() const { return held_; }
  [[nodiscard]] int reason() const { return reason_; }

 private:
  bool held_;
  int reason_;
};

std::uint32_t read_configuration(Sbdf device, std::uint32_t offset) {
  constexpr unsigned short kAddressPort = 0xCF8;
  constexpr unsigned short kDataPort = 0xCFC;
  constexpr std::uint32_t kEnable = 0x80000000;
  ::outl(kEnable | std::uint32_t{device.bus} << 16U | std::uint32_t{device.device} << 11U |
             std::uint32_t{device.function} << 8U | offset,
         kAddressPort);
  return ::inl(kDataPort);
}

std::uint16_t low_half(std::uint32_t value) {
  return static_cast<std::uint16_t>(value & 0xFFFFU);
}
std::uint16_t high_half(std::uint32_t value) {
  return static_cast<std::uint16_t>(value >> 16U);
}

class RealMachine final : public Machine {
 public:
  Result<Bytes> read_file(const std::string& path) override {
    auto content = bulkhead::read_file(path, kMaxFileBytes);
    if (!content) {
      return content.error();
    }
    return std::make_shared<const std::string>(std::move(*content));
  }

  Result<std::optional<PciIdentity>> pci_identity(Sbdf device) override {
    const std::string what = fmt::format("read the identity of device {}", to_text(device));
    if (device.segment != 0 || device.device > 31 || device.function > 7) {
      return Error(what + ": ports 0xCF8 and 0xCFC reach segment 0 only");
    }
    const std::lock_guard lock(ports_);  // address and data belong together
    const PortAccess access;
    if (!access.held()) {
      return call_error(what + ": iopl", access.reason());
    }
    const std::uint32_t id = read_configuration(device, 0x00);
    constexpr std::uint16_t kNobody = 0xFFFF;
    if (low_half(id) == kNobody) {
      return std::optional<PciIdentity>();
    }
    PciIdentity identity{
        .vendor = low_half(id), .device = high_half(id), .class_code = read_configuration(device, 0x08) >> 8U};
    const std::uint32_t header_type = read_configuration(device, 0x0C) >> 16U & 0x7FU;
    if (header_type == 0) {  // bridges have something else there
      const std::uint32_t subsystem = read_configuration(device, 0x2C);
      identity.subsystem_vendor = low_half(subsystem);
      identity.subsystem_device = high_half(subsystem);
    }
    return std::optional(identity);
  }

  Time now() override { return std::chrono::steady_clock::now().time_since_epoch(); }
  void sleep(Time duration) override { std::this_thread::sleep_for(duration); }

 private:
  std::mutex ports_;
};

}  // namespace

std::unique_ptr<Machine> open_machine() {
  return std::make_unique<RealMachine>();
}

}  // namespace bulkhead::hypervisor
