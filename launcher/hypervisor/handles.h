// Owners of what Xen's tool libraries hand out. A handle of libxenctrl serves one thread at a time, so calls lease one
// from a pool; what the libraries report as errors during a lease becomes part of the call's Error and goes nowhere
// else.
#pragma once

#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <sys/mman.h>

#include "bulkhead/base/result.h"
#include "compat.h"

namespace bulkhead::hypervisor {

class ToolLog : public xentoollog_logger {
 public:
  ToolLog();
  ToolLog(const ToolLog&) = delete;
  ToolLog& operator=(const ToolLog&) = delete;
  ToolLog(ToolLog&&) = delete;
  ToolLog& operator=(ToolLog&&) = delete;
  ~ToolLog() = default;
  [[nodiscard]] const std::string& text() const { return text_; }
  void clear() { text_.clear(); }

 private:
  static void message(xentoollog_logger* logger, xentoollog_level level, int errno_value, const char* context,
                      const char* format, va_list arguments);
  std::string text_;
};

class XenHandle {
 public:
  static Result<std::unique_ptr<XenHandle>> open();
  [[nodiscard]] xc_interface* get() const { return xch_.get(); }
  [[nodiscard]] ToolLog& log() { return *log_; }

 private:
  struct Close {
    void operator()(xc_interface* xch) const { xc_interface_close(xch); }
  };
  XenHandle(std::unique_ptr<ToolLog> log, xc_interface* xch) : log_(std::move(log)), xch_(xch) {}
  std::unique_ptr<ToolLog> log_;  // outlives the handle, which writes to it while closing
  std::unique_ptr<xc_interface, Close> xch_;
};

class HandlePool;

class Lease {
 public:
  Lease(HandlePool& pool, std::unique_ptr<XenHandle> handle) : pool_(&pool), handle_(std::move(handle)) {}
  Lease(Lease&&) noexcept = default;
  Lease& operator=(Lease&&) = delete;
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

  [[nodiscard]] xc_interface* xch() const { return handle_->get(); }
  // Of the call that has just failed.
  [[nodiscard]] Error error(std::string_view what, int errno_value) const;

 private:
  HandlePool* pool_;
  std::unique_ptr<XenHandle> handle_;
};

class HandlePool {
 public:
  Result<Lease> lease();

 private:
  friend class Lease;
  void give_back(std::unique_ptr<XenHandle> handle);
  std::mutex mutex_;
  std::vector<std::unique_ptr<XenHandle>> idle_;  // as many as calls ever ran at a time
};

// Memory that a hypercall may read and write; zeroed.
class HypercallBuffer {
 public:
  HypercallBuffer(xc_interface* xch, std::size_t bytes);
  HypercallBuffer(const HypercallBuffer&) = delete;
  HypercallBuffer& operator=(const HypercallBuffer&) = delete;
  HypercallBuffer(HypercallBuffer&&) = delete;
  HypercallBuffer& operator=(HypercallBuffer&&) = delete;
  ~HypercallBuffer();
  [[nodiscard]] std::uint8_t* data() const { return data_; }  // null: no memory

 private:
  xc_interface* xch_;
  xc_hypercall_buffer_t buffer_{};
  std::uint8_t* data_;
};

struct ReleaseImage {
  void operator()(xc_dom_image* image) const { xc_dom_release(image); }
};
using DomainImage = std::unique_ptr<xc_dom_image, ReleaseImage>;

struct UnmapFrame {
  void operator()(void* frame) const { ::munmap(frame, XC_PAGE_SIZE); }
};
using MappedFrame = std::unique_ptr<void, UnmapFrame>;

struct CloseStore {
  void operator()(xs_handle* store) const { xs_close(store); }
};
using StoreHandle = std::unique_ptr<xs_handle, CloseStore>;

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
template <typename T>
using Allocated = std::unique_ptr<T, Free>;  // from malloc, by a C library

}  // namespace bulkhead::hypervisor
