// The xenstore's tree in memory, with the rights of its nodes: who calls is always said. Not thread-safe; FakeHost
// locks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/hypervisor/xenstore.h"

namespace bulkhead::test {

class FakeStore {
 public:
  using Domid = hypervisor::Domid;
  using NodeAccess = hypervisor::NodeAccess;

  FakeStore();

  [[nodiscard]] Result<std::optional<std::string>> read(Domid caller, const std::string& path) const;
  [[nodiscard]] Result<std::optional<std::vector<std::string>>> list(Domid caller, const std::string& path) const;
  [[nodiscard]] Result<std::optional<NodeAccess>> access(Domid caller, const std::string& path) const;
  // All or none. A parent that is missing is made with the rights of its own parent, as xenstored does.
  [[nodiscard]] Result<void> write(Domid caller, const std::vector<hypervisor::StoreNode>& nodes);
  // As a domain writes: the rights stay, or are those of the parent.
  [[nodiscard]] Result<void> set(Domid caller, const std::string& path, const std::string& value);
  [[nodiscard]] Result<void> remove(Domid caller, const std::string& path);

  [[nodiscard]] std::vector<hypervisor::StoreNode> all() const;  // by path
  // Every path below `folder`, without it.
  [[nodiscard]] std::vector<std::string> below(const std::string& folder) const;
  [[nodiscard]] std::string value(const std::string& path) const;  // empty: not there
  [[nodiscard]] bool may_write(Domid caller, const std::string& path) const;

 private:
  struct Content {
    std::string value;
    NodeAccess access;
  };
  [[nodiscard]] Result<void> put(Domid caller, const hypervisor::StoreNode& node, bool set_access);

  std::map<std::string, Content> nodes_;
};

}  // namespace bulkhead::test
