#include <algorithm>
#include <cerrno>
#include <climits>
#include <mutex>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bulkhead/base/text.h"
#include "bulkhead/hypervisor/libxen.h"
#include "call_error.h"
#include "handles.h"
#include "store_permissions.h"

namespace bulkhead::hypervisor {

namespace {

constexpr unsigned kMaxValue = 4096;
// A transaction is refused when somebody wrote what it read or wrote; domains that start write all the time, but
// hardly ever below what we write.
constexpr int kMaxAttempts = 50;

class LibxenStore final : public Xenstore {
 public:
  explicit LibxenStore(StoreHandle store) : store_(std::move(store)) {}

  Result<std::optional<std::string>> read(const std::string& path) override;
  Result<std::optional<std::vector<std::string>>> list(const std::string& path) override;
  Result<std::optional<NodeAccess>> access(const std::string& path) override;
  Result<void> write(const std::vector<StoreNode>& nodes) override;
  Result<void> remove(const std::string& path) override;
  Result<void> introduce(Domid domid, Frame ring, EventPort port) override;
  Result<bool> await_domain_event(std::chrono::nanoseconds patience) override;

 private:
  enum class Outcome : std::uint8_t { kDone, kTryAgain };
  [[nodiscard]] Result<Outcome> write_once(const std::vector<StoreNode>& nodes);
  [[nodiscard]] Result<void> write_node(xs_transaction_t transaction, const StoreNode& node, int& reason);

  StoreHandle store_;
  StoreHandle events_;  // a connection of its own: requests must not take its notices
  // libxenstore changes the process's handling of SIGPIPE around each request, before it takes its own lock.
  std::mutex mutex_;
};

Result<std::optional<std::string>> LibxenStore::read(const std::string& path) {
  const std::lock_guard lock(mutex_);
  unsigned length = 0;
  const Allocated<void> value(xs_read(store_.get(), XBT_NULL, path.c_str(), &length));
  if (value == nullptr) {
    const int reason = errno;
    if (reason == ENOENT) {
      return std::optional<std::string>();
    }
    return call_error(fmt::format("read {} of the xenstore", quoted(path)), reason);
  }
  if (length > kMaxValue) {
    return Error(fmt::format("read {} of the xenstore: more than {} bytes", quoted(path), kMaxValue));
  }
  return std::optional(std::string(static_cast<const char*>(value.get()), length));
}

Result<std::optional<std::vector<std::string>>> LibxenStore::list(const std::string& path) {
  const std::lock_guard lock(mutex_);
  unsigned count = 0;
  const Allocated<char*> names(xs_directory(store_.get(), XBT_NULL, path.c_str(), &count));
  if (names == nullptr) {
    const int reason = errno;
    if (reason == ENOENT) {
      return std::optional<std::vector<std::string>>();
    }
    return call_error(fmt::format("list {} of the xenstore", quoted(path)), reason);
  }
  const std::span<char*> all(names.get(), count);
  return std::optional(std::vector<std::string>(all.begin(), all.end()));
}

Result<std::optional<NodeAccess>> LibxenStore::access(const std::string& path) {
  const std::lock_guard lock(mutex_);
  unsigned count = 0;
  const Allocated<xs_permissions> permissions(xs_get_permissions(store_.get(), XBT_NULL, path.c_str(), &count));
  if (permissions == nullptr) {
    const int reason = errno;
    if (reason == ENOENT) {
      return std::optional<NodeAccess>();
    }
    return call_error(fmt::format("ask who may use {} of the xenstore", quoted(path)), reason);
  }
  return std::optional(to_access(std::span<const xs_permissions>(permissions.get(), count)));
}

Result<void> LibxenStore::write_node(xs_transaction_t transaction, const StoreNode& node, int& reason) {
  if (!xs_write(store_.get(), transaction, node.path.c_str(), node.value.data(),
                static_cast<unsigned>(node.value.size()))) {
    reason = errno;
    return call_error(fmt::format("write {} of the xenstore", quoted(node.path)), reason);
  }
  std::vector<xs_permissions> permissions = to_permissions(node.access);
  if (!xs_set_permissions(store_.get(), transaction, node.path.c_str(), permissions.data(),
                          static_cast<unsigned>(permissions.size()))) {
    reason = errno;
    return call_error(fmt::format("set who may use {} of the xenstore", quoted(node.path)), reason);
  }
  return {};
}

Result<LibxenStore::Outcome> LibxenStore::write_once(const std::vector<StoreNode>& nodes) {
  constexpr bool kAbort = true;
  const xs_transaction_t transaction = xs_transaction_start(store_.get());
  if (transaction == XBT_NULL) {
    return call_error("begin a transaction of the xenstore", errno);
  }
  for (const StoreNode& node : nodes) {
    int reason = 0;
    if (auto written = write_node(transaction, node, reason); !written) {
      xs_transaction_end(store_.get(), transaction, kAbort);
      if (reason == EAGAIN) {
        return Outcome::kTryAgain;
      }
      return written.error();
    }
  }
  if (xs_transaction_end(store_.get(), transaction, !kAbort)) {
    return Outcome::kDone;
  }
  const int reason = errno;
  if (reason == EAGAIN) {
    return Outcome::kTryAgain;
  }
  return call_error(fmt::format("end the transaction that writes {} and others", quoted(nodes.front().path)), reason);
}

Result<void> LibxenStore::write(const std::vector<StoreNode>& nodes) {
  if (nodes.empty()) {
    return {};
  }
  const std::lock_guard lock(mutex_);
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    auto outcome = write_once(nodes);
    if (!outcome) {
      return outcome.error();
    }
    if (*outcome == Outcome::kDone) {
      return {};
    }
  }
  return Error(fmt::format("write {} and others of the xenstore: others wrote in between, {} times",
                           quoted(nodes.front().path), kMaxAttempts));
}

Result<void> LibxenStore::remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!xs_rm(store_.get(), XBT_NULL, path.c_str()) && errno != ENOENT) {
    return call_error(fmt::format("remove {} of the xenstore", quoted(path)), errno);
  }
  return {};
}

Result<void> LibxenStore::introduce(Domid domid, Frame ring, EventPort port) {
  const std::lock_guard lock(mutex_);
  if (!xs_introduce_domain(store_.get(), domid, ring, port)) {
    return call_error(fmt::format("introduce domain {} to xenstored", domid), errno);
  }
  return {};
}

Result<bool> LibxenStore::await_domain_event(std::chrono::nanoseconds patience) {
  if (events_ == nullptr) {
    StoreHandle events(xs_open(0));
    if (events == nullptr) {
      return call_error("open a second connection to xenstored", errno);
    }
    for (const char* path : {"@introduceDomain", "@releaseDomain"}) {
      if (!xs_watch(events.get(), path, path)) {
        return call_error(fmt::format("watch `{}` of the xenstore", path), errno);
      }
    }
    events_ = std::move(events);
  }
  pollfd ready{.fd = xs_fileno(events_.get()), .events = POLLIN, .revents = 0};
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(patience).count();
  const int count = ::poll(&ready, 1, static_cast<int>(std::clamp<std::int64_t>(milliseconds, 0, INT_MAX)));
  if (count < 0 && errno != EINTR) {
    return call_error("wait for xenstored", errno);
  }
  bool happened = false;
  while (const Allocated<char*> event{xs_check_watch(events_.get())}) {
    happened = true;
  }
  return happened;
}

}  // namespace

namespace {

// The library takes the kernel's way when nobody listens at the daemon's socket; a request by that way is never
// answered when the daemon is gone.
Result<void> ask_for_daemon() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string_view path = xs_daemon_socket();
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool listens = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const int reason = errno;
  ::close(socket);
  if (!listens) {
    return call_error(fmt::format("reach xenstored at {}; start it before the launcher", quoted(path)), reason);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Xenstore>> open_xenstore(StoreRoute route) {
  if (route == StoreRoute::kDaemonHere) {
    if (const auto listens = ask_for_daemon(); !listens) {
      return listens.error();
    }
  }
  StoreHandle store(xs_open(0));
  if (store == nullptr) {
    return call_error("open the connection to xenstored (is it running?)", errno);
  }
  return std::unique_ptr<Xenstore>(std::make_unique<LibxenStore>(std::move(store)));
}

}  // namespace bulkhead::hypervisor
