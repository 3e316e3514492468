// The xenstore, as the toolstack of domain 0 sees it. What other domains wrote there is hostile: a value is bytes of
// any content, at most 4096 of them, and is never used as a path.
//
// As with Hypervisor: several threads may call, tests use a fake.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/hypervisor/hypervisor.h"

namespace bulkhead::hypervisor {

// The owner reads and writes whatever else is said; the control domain reads and writes everything.
struct NodeAccess {
  Domid owner = 0;
  std::vector<Domid> readers;
  std::vector<Domid> writers;  // read and write
  bool others_read = false;    // every domain that is not named; never what the launcher wants, but it must show
  bool others_write = false;
  bool operator==(const NodeAccess&) const = default;
};

struct StoreNode {
  std::string path;  // absolute
  std::string value;
  NodeAccess access;
  bool operator==(const StoreNode&) const = default;
};

class Xenstore {
 public:
  virtual ~Xenstore() = default;
  Xenstore() = default;
  Xenstore(const Xenstore&) = delete;
  Xenstore& operator=(const Xenstore&) = delete;
  Xenstore(Xenstore&&) = delete;
  Xenstore& operator=(Xenstore&&) = delete;

  // Nothing: there is no such node.
  [[nodiscard]] virtual Result<std::optional<std::string>> read(const std::string& path) = 0;
  [[nodiscard]] virtual Result<std::optional<std::vector<std::string>>> list(const std::string& path) = 0;
  [[nodiscard]] virtual Result<std::optional<NodeAccess>> access(const std::string& path) = 0;

  // All nodes in one transaction, in this order, each with its access; or none.
  [[nodiscard]] virtual Result<void> write(const std::vector<StoreNode>& nodes) = 0;
  // With everything below; a node that is not there is no error.
  [[nodiscard]] virtual Result<void> remove(const std::string& path) = 0;

  // Tells xenstored about a new client: its ring and its port. xenstored maps the ring by the grant that the build
  // entered (GNTTAB_RESERVED_XENSTORE).
  [[nodiscard]] virtual Result<void> introduce(Domid domid, Frame ring, EventPort port) = 0;

  // Whether a domain was introduced or ended since the last call (watches @introduceDomain and @releaseDomain), waiting
  // for at most `patience`. The first call says that it was, at once.
  [[nodiscard]] virtual Result<bool> await_domain_event(std::chrono::nanoseconds patience) = 0;
};

}  // namespace bulkhead::hypervisor
