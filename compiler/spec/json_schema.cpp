// The table as a JSON Schema (draft-07). What a schema cannot say is nowhere in the table.
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/abi/abi.h"
#include "bulkhead/spec/expectations.h"
#include "bulkhead/spec/language.h"
#include "forms.h"

namespace bulkhead::spec {
namespace {

using Json = nlohmann::ordered_json;

Json schema_of(const Shape& shape);

Json strings(std::span<const std::string_view> values) {
  Json list = Json::array();
  for (const std::string_view value : values) {
    list.push_back(value);
  }
  return list;
}

Json text_schema(Form form) {
  return {{"type", "string"}, {"pattern", pattern(form)}};
}

Json integer_schema(const Shape& shape) {
  return {{"type", "integer"}, {"minimum", shape.minimum}, {"maximum", shape.maximum}};
}

Json version_schema() {
  Json versions = Json::array();
  for (const abi::Abi& abi : abi::known_abis()) {
    versions.push_back(abi.version.text());
  }
  return {{"enum", std::move(versions)}};
}

Json list_schema(const Shape& shape) {
  Json json{{"type", "array"}, {"items", schema_of(*shape.item)}};
  if (shape.minimum > 0) {
    json["minItems"] = shape.minimum;
  }
  if (shape.maximum < std::numeric_limits<std::int64_t>::max()) {
    json["maxItems"] = shape.maximum;
  }
  if (shape.unique) {
    json["uniqueItems"] = true;
  }
  return json;
}

// [{"required": [key]}, …]
Json each_required(std::span<const std::string_view> keys) {
  Json list = Json::array();
  for (const std::string_view key : keys) {
    list.push_back(Json{{"required", Json::array({key})}});
  }
  return list;
}

Json properties(std::span<const Field> fields) {
  Json json = Json::object();
  for (const Field& field : fields) {
    Json property = schema_of(*field.shape);
    property["description"] = field.default_value.empty()
                                  ? std::string(field.meaning)
                                  : fmt::format("{} Default: {}.", field.meaning, field.default_value);
    json[std::string(field.key)] = std::move(property);
  }
  return json;
}

Json struct_schema(const Shape& shape) {
  Json json{{"type", "object"}, {"properties", properties(shape.fields)}, {"additionalProperties", false}};
  Json required = Json::array();
  Json dependencies = Json::object();
  for (const Field& field : shape.fields) {
    if (field.required) {
      required.push_back(field.key);
    }
    if (!field.needs.empty()) {
      dependencies[std::string(field.key)] = Json::array({field.needs});
    }
  }
  if (!required.empty()) {
    json["required"] = std::move(required);
  }
  if (!dependencies.empty()) {
    json["dependencies"] = std::move(dependencies);
  }
  if (!shape.at_least_one_of.empty()) {
    json["anyOf"] = each_required(shape.at_least_one_of);
  }
  if (!shape.exactly_one_of.empty()) {
    json["oneOf"] = each_required(shape.exactly_one_of);
  }
  return json;
}

Json either_schema(const Shape& shape) {
  Json list = Json::array();
  for (const Shape* alternative : shape.alternatives) {
    list.push_back(schema_of(*alternative));
  }
  return {{"anyOf", std::move(list)}};
}

Json schema_of(const Shape& shape) {
  switch (shape.form) {
    case Form::kText:
    case Form::kName:
    case Form::kWord:
    case Form::kSize:
    case Form::kPciAddress:
    case Form::kMac:
      return text_schema(shape.form);
    case Form::kInteger:
      return integer_schema(shape);
    case Form::kBool:
      return {{"type", "boolean"}};
    case Form::kRange:
      return {{"anyOf", Json::array({text_schema(Form::kRange), integer_schema({.form = Form::kInteger})})}};
    case Form::kXenVersion:
      return version_schema();
    case Form::kChoice:
      return {{"enum", strings(shape.choices)}};
    case Form::kList:
      return list_schema(shape);
    case Form::kNamed:
      return {{"type", "object"},
              {"propertyNames", {{"pattern", kNamePattern}}},
              {"additionalProperties", schema_of(*shape.item)}};
    case Form::kStruct:
      return struct_schema(shape);
    case Form::kOneKey: {
      Json json = struct_schema(shape);
      json["minProperties"] = 1;
      json["maxProperties"] = 1;
      return json;
    }
    case Form::kEither:
      return either_schema(shape);
  }
  return {};
}

std::string whole(const Shape& shape, std::string_view title) {
  Json json{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", title}};
  json.update(schema_of(shape));
  return json.dump(2) + '\n';
}

}  // namespace

std::string json_schema() {
  return whole(spec_shape(), "bulkhead spec, version 1");
}
std::string expectations_schema() {
  return whole(expectations_shape(), "bulkhead expectations, version 1");
}
std::string inventory_schema() {
  return whole(inventory_shape(), "bulkhead inventory, version 1");
}

}  // namespace bulkhead::spec
