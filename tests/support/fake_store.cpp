#include "fake_store.h"

#include <algorithm>
#include <cerrno>

namespace bulkhead::test {

namespace {

bool holds(const std::vector<hypervisor::Domid>& domids, hypervisor::Domid domid) {
  return std::find(domids.begin(), domids.end(), domid) != domids.end();
}

bool can_write(const hypervisor::NodeAccess& access, hypervisor::Domid caller) {
  return caller == 0 || access.owner == caller || holds(access.writers, caller);
}

bool can_read(const hypervisor::NodeAccess& access, hypervisor::Domid caller) {
  return can_write(access, caller) || holds(access.readers, caller);
}

std::string parent(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool is_path(const std::string& path) {
  const bool characters = std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-/_@.:").find(c) != std::string_view::npos;
  });
  return characters && path.size() > 1 && path.size() <= 1024 && path.front() == '/' && path.back() != '/' &&
         path.find("//") == std::string::npos;
}

Error failure(const std::string& doing, const std::string& path, int errno_value) {
  return Error::from_errno(doing + " `" + path + "`", errno_value);
}

}  // namespace

FakeStore::FakeStore() {
  for (const char* path : {"/", "/local", "/local/domain", "/local/domain/0"}) {
    nodes_[path] = {};
  }
}

Result<std::optional<std::string>> FakeStore::read(Domid caller, const std::string& path) const {
  const auto found = nodes_.find(path);
  if (found == nodes_.end()) {
    return std::optional<std::string>();
  }
  if (!can_read(found->second.access, caller)) {
    return failure("read", path, EACCES);
  }
  return std::optional(found->second.value);
}

Result<std::optional<std::vector<std::string>>> FakeStore::list(Domid caller, const std::string& path) const {
  const auto found = nodes_.find(path);
  if (found == nodes_.end()) {
    return std::optional<std::vector<std::string>>();
  }
  if (!can_read(found->second.access, caller)) {
    return failure("list", path, EACCES);
  }
  std::vector<std::string> names;
  const std::string prefix = path == "/" ? path : path + "/";
  for (auto at = nodes_.upper_bound(prefix); at != nodes_.end() && at->first.starts_with(prefix);) {
    const std::size_t end = at->first.find('/', prefix.size());
    if (end == std::string::npos) {
      names.push_back(at->first.substr(prefix.size()));
      ++at;
    } else {
      at = nodes_.lower_bound(at->first.substr(0, end) + "0");  // '0' is next to '/': behind the child's own subtree
    }
  }
  return std::optional(std::move(names));
}

Result<std::optional<hypervisor::NodeAccess>> FakeStore::access(Domid caller, const std::string& path) const {
  const auto found = nodes_.find(path);
  if (found == nodes_.end()) {
    return std::optional<NodeAccess>();
  }
  if (!can_read(found->second.access, caller)) {
    return failure("read the rights of", path, EACCES);
  }
  return std::optional(found->second.access);
}

bool FakeStore::may_write(Domid caller, const std::string& path) const {
  for (std::string at = path;; at = parent(at)) {
    if (const auto found = nodes_.find(at); found != nodes_.end()) {
      return can_write(found->second.access, caller);
    }
  }
}

Result<void> FakeStore::put(Domid caller, const hypervisor::StoreNode& node, bool set_access) {
  if (!is_path(node.path) || node.value.size() > 4096) {
    return failure("write", node.path, EINVAL);
  }
  if (!may_write(caller, node.path)) {
    return failure("write", node.path, EACCES);
  }
  std::vector<std::string> missing;
  for (std::string at = node.path; !nodes_.contains(at); at = parent(at)) {
    missing.push_back(at);
  }
  std::reverse(missing.begin(), missing.end());
  for (const std::string& path : missing) {
    Content made{"", nodes_.at(parent(path)).access};
    if (caller != 0) {
      made.access.owner = caller;
    }
    nodes_[path] = std::move(made);
  }
  Content& content = nodes_.at(node.path);
  content.value = node.value;
  if (set_access) {
    content.access = node.access;
  }
  return {};
}

Result<void> FakeStore::write(Domid caller, const std::vector<hypervisor::StoreNode>& nodes) {
  const auto before = nodes_;
  for (const hypervisor::StoreNode& node : nodes) {
    if (auto done = put(caller, node, true); !done) {
      nodes_ = before;
      return done;
    }
  }
  return {};
}

Result<void> FakeStore::set(Domid caller, const std::string& path, const std::string& value) {
  return put(caller, {path, value, {}}, false);
}

Result<void> FakeStore::remove(Domid caller, const std::string& path) {
  if (!is_path(path)) {
    return failure("remove", path, EINVAL);
  }
  if (!nodes_.contains(path)) {
    return {};
  }
  if (!may_write(caller, path)) {
    return failure("remove", path, EACCES);
  }
  nodes_.erase(path);
  for (const std::string& other : below(path)) {
    nodes_.erase(other);
  }
  return {};
}

std::vector<hypervisor::StoreNode> FakeStore::all() const {
  std::vector<hypervisor::StoreNode> nodes;
  for (const auto& [path, content] : nodes_) {
    nodes.push_back({path, content.value, content.access});
  }
  return nodes;
}

std::vector<std::string> FakeStore::below(const std::string& folder) const {
  std::vector<std::string> paths;
  const std::string prefix = folder + "/";
  for (auto at = nodes_.lower_bound(prefix); at != nodes_.end() && at->first.starts_with(prefix); ++at) {
    paths.push_back(at->first);
  }
  return paths;
}

std::string FakeStore::value(const std::string& path) const {
  const auto found = nodes_.find(path);
  return found == nodes_.end() ? std::string() : found->second.value;
}

}  // namespace bulkhead::test
