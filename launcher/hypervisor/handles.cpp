#include "handles.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>

#include "call_error.h"

namespace bulkhead::hypervisor {

namespace {
constexpr std::size_t kMaxLogged = 2048;  // a failing build reports each layer once; more would bury the reason
}

ToolLog::ToolLog() : xentoollog_logger{.vmessage = &ToolLog::message, .progress = nullptr, .destroy = nullptr} {}

void ToolLog::message(xentoollog_logger* logger, xentoollog_level level, int /*errno_value*/, const char* /*context*/,
                      const char* format, va_list arguments) {
  if (level < XTL_ERROR) {
    return;
  }
  std::string& text = static_cast<ToolLog*>(logger)->text_;
  std::array<char, 512> line{};
  std::vsnprintf(line.data(), line.size(), format, arguments);
  if (text.size() + line.size() > kMaxLogged) {
    return;
  }
  if (!text.empty()) {
    text += "; ";
  }
  text += line.data();
}

Result<std::unique_ptr<XenHandle>> XenHandle::open() {
  auto log = std::make_unique<ToolLog>();
  xc_interface* xch = xc_interface_open(log.get(), log.get(), 0);
  if (xch == nullptr) {
    return call_error("open the interface to Xen (/dev/xen/privcmd)", errno, log->text());
  }
  return std::unique_ptr<XenHandle>(new XenHandle(std::move(log), xch));
}

Lease::~Lease() {
  if (handle_ != nullptr) {
    pool_->give_back(std::move(handle_));
  }
}

Error Lease::error(std::string_view what, int errno_value) const {
  return call_error(what, errno_value, handle_->log().text());
}

Result<Lease> HandlePool::lease() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto handle = std::move(idle_.back());
      idle_.pop_back();
      handle->log().clear();
      return Lease(*this, std::move(handle));
    }
  }
  auto opened = XenHandle::open();
  if (!opened) {
    return opened.error();
  }
  return Lease(*this, std::move(*opened));
}

void HandlePool::give_back(std::unique_ptr<XenHandle> handle) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(handle));
}

HypercallBuffer::HypercallBuffer(xc_interface* xch, std::size_t bytes) : xch_(xch) {
  data_ = static_cast<std::uint8_t*>(xc__hypercall_buffer_alloc(xch_, &buffer_, bytes));
  if (data_ != nullptr) {
    std::fill_n(data_, bytes, std::uint8_t{0});
  }
}

HypercallBuffer::~HypercallBuffer() {
  if (data_ != nullptr) {
    xc__hypercall_buffer_free(xch_, &buffer_);
  }
}

}  // namespace bulkhead::hypervisor
