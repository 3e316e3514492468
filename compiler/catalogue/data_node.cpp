#include "data_node.h"

#include <algorithm>

#include <fmt/core.h>

#include "bulkhead/base/check.h"

namespace bulkhead::catalogue {

void DataNode::fault(std::string_view what) const {
  const std::string message = fmt::format("{}: {}", sources_->describe(span()), what);
  check_failed(__FILE__, __LINE__, message.c_str(), "the data of policy/ are well-formed");
}

DataNode DataNode::at(std::string_view key) const {
  const Node found = node_.find(key);
  if (!found) fault(fmt::format("`{}` is missing", key));
  return {*sources_, found};
}

std::string DataNode::text() const {
  if (node_.kind() != NodeKind::kText) fault("expected text");
  return std::string(node_.scalar());
}

bool DataNode::truth() const {
  if (node_.kind() != NodeKind::kBool) fault("expected true or false");
  return node_.scalar() == "true";
}

unsigned DataNode::number() const {
  const auto value = node_.integer();
  if (!value || *value < 0) fault("expected a number");
  return static_cast<unsigned>(*value);
}

std::vector<DataNode> DataNode::items() const {
  if (!is_list()) fault("expected a list");
  std::vector<DataNode> result;
  for (const Node item : node_.items()) result.emplace_back(*sources_, item);
  return result;
}

std::vector<std::string> DataNode::texts() const {
  std::vector<std::string> result;
  for (const DataNode& item : items()) result.push_back(item.text());
  return result;
}

std::vector<DataNode::Field> DataNode::fields() const {
  if (node_.kind() != NodeKind::kMapping) fault("expected a mapping");
  std::vector<Field> result;
  for (const Entry& entry : node_.entries()) {
    result.push_back({std::string(entry.key.scalar()), entry.key.span(), DataNode(*sources_, entry.value)});
  }
  return result;
}

void DataNode::only_keys(std::initializer_list<std::string_view> keys) const {
  for (const Field& field : fields()) {
    if (std::find(keys.begin(), keys.end(), field.key) == keys.end()) {
      field.value.fault(fmt::format("key `{}` is not part of this form", field.key));
    }
  }
}

}  // namespace bulkhead::catalogue
