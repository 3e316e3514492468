#include "bulkhead/base/json_text.h"
#include "bulkhead/plan/launch_plan.h"
#include "fields.h"

namespace bulkhead::plan {

namespace {

using Layout = JsonText::Layout;

// Says what a text, number, … is like; called between begin_object and end of the schema of one key.
class Schema {
 public:
  explicit Schema(std::string& out) : json_(out) {}

  void version(std::string_view key, std::uint32_t value, std::string_view about) {
    begin(key, about, Layout::kInline);
    json_.key("const");
    json_.number(value);
    json_.end();
  }

  template <typename T>
  void text(std::string_view key, const T&, Form form, std::string_view about) {
    begin(key, about, Layout::kInline);
    type("string");
    pattern_of(form);
    json_.end();
  }
  template <typename T>
  void optional_text(std::string_view key, const T&, Form form, std::string_view about) {
    begin(key, about, Layout::kInline);
    type_or_null("string");
    pattern_of(form);
    json_.end();
  }
  template <typename T>
  void number(std::string_view key, const T&, Bounds bounds, std::string_view about) {
    begin(key, about, Layout::kInline);
    type("integer");
    bounds_of(bounds);
    json_.end();
  }
  template <typename T>
  void optional_number(std::string_view key, const T&, Bounds bounds, std::string_view about) {
    begin(key, about, Layout::kInline);
    type_or_null("integer");
    bounds_of(bounds);
    json_.end();
  }
  void flag(std::string_view key, const bool&, std::string_view about) {
    begin(key, about, Layout::kInline);
    type("boolean");
    json_.end();
  }
  template <typename Enum>
  void choice(std::string_view key, const Enum&, std::string_view about) {
    begin(key, about, Layout::kInline);
    json_.key("enum");
    json_.begin_array(Layout::kInline);
    for (const std::string_view name : kNames<Enum>) {
      json_.text(name);
    }
    json_.end();
    json_.end();
  }
  template <typename T>
  void object(std::string_view key, const T& value, std::string_view about) {
    begin(key, about, Layout::kLines);
    members(value);
    json_.end();
  }
  template <typename T>
  void part(std::string_view key, const std::optional<T>&, std::string_view about) {
    object(key, T{}, about);
  }
  template <typename T>
  void optional_object(std::string_view key, const std::optional<T>&, std::string_view about) {
    begin(key, about, Layout::kLines);
    json_.key("anyOf");
    json_.begin_array();
    json_.begin_object(Layout::kInline);
    type("null");
    json_.end();
    json_.begin_object();
    members(T{});
    json_.end();
    json_.end();
    json_.end();
  }
  template <typename T>
  void list(std::string_view key, const std::vector<T>&, std::string_view about) {
    begin(key, about, Layout::kLines);
    type("array");
    json_.key("items");
    json_.begin_object();
    members(T{});
    json_.end();
    json_.end();
  }
  template <typename T>
  void texts(std::string_view key, const T&, Form form, std::string_view about) {
    begin(key, about, Layout::kInline);
    type("array");
    json_.key("items");
    json_.begin_object();
    type("string");
    pattern_of(form);
    json_.end();
    json_.end();
  }
  template <typename T>
  void numbers(std::string_view key, const T&, Bounds bounds, std::string_view about) {
    begin(key, about, Layout::kInline);
    type("array");
    json_.key("items");
    integer(bounds);
    json_.end();
  }
  template <typename T>
  void range(std::string_view key, const T&, Bounds bounds, std::string_view about) {
    begin(key, about, Layout::kInline);
    json_.key("type");
    json_.begin_array();
    json_.text("array");
    json_.text("null");
    json_.end();
    tuple_of(2, bounds);
    json_.end();
  }
  template <typename T>
  void ranges(std::string_view key, const T&, Bounds bounds, std::string_view about) {
    begin(key, about, Layout::kInline);
    type("array");
    json_.key("items");
    json_.begin_object();
    type("array");
    tuple_of(2, bounds);
    json_.end();
    json_.end();
  }
  template <typename T>
  void rows(std::string_view key, const T&, std::string_view about) {
    begin(key, about, Layout::kInline);
    type("array");
    json_.key("items");
    json_.begin_object();
    type("array");
    tuple_of(kColumns, kAny32);
    json_.end();
    json_.end();
  }

  template <typename T>
  void members(const T& value);

  JsonText& json() { return json_; }

 private:
  void begin(std::string_view key, std::string_view about, Layout layout) {
    json_.key(key);
    json_.begin_object(layout);
    json_.key("description");
    json_.text(about);
  }
  void type(std::string_view name) {
    json_.key("type");
    json_.text(name);
  }
  void type_or_null(std::string_view name) {
    json_.key("type");
    json_.begin_array();
    json_.text(name);
    json_.text("null");
    json_.end();
  }
  void pattern_of(Form form) {
    json_.key("pattern");
    json_.text(pattern(form));
  }
  void bounds_of(Bounds bounds) {
    json_.key("minimum");
    json_.number(bounds.first);
    json_.key("maximum");
    json_.number(bounds.last);
  }
  void integer(Bounds bounds) {
    json_.begin_object(Layout::kInline);
    type("integer");
    bounds_of(bounds);
    json_.end();
  }
  void tuple_of(std::size_t size, Bounds bounds) {
    json_.key("items");
    integer(bounds);
    json_.key("minItems");
    json_.number(size);
    json_.key("maxItems");
    json_.number(size);
  }

  JsonText json_;
};

// The keys that must be there: all but parts.
class Required {
 public:
  explicit Required(JsonText& json) : json_(json) {}
  template <typename... Rest>
  void part(Rest&&...) {}
#define BULKHEAD_REQUIRED(method)                     \
  template <typename... Rest>                         \
  void method(std::string_view key, const Rest&...) { \
    json_.text(key);                                  \
  }
  BULKHEAD_REQUIRED(version)
  BULKHEAD_REQUIRED(text)
  BULKHEAD_REQUIRED(optional_text)
  BULKHEAD_REQUIRED(number)
  BULKHEAD_REQUIRED(optional_number)
  BULKHEAD_REQUIRED(flag)
  BULKHEAD_REQUIRED(choice)
  BULKHEAD_REQUIRED(object)
  BULKHEAD_REQUIRED(optional_object)
  BULKHEAD_REQUIRED(list)
  BULKHEAD_REQUIRED(texts)
  BULKHEAD_REQUIRED(numbers)
  BULKHEAD_REQUIRED(range)
  BULKHEAD_REQUIRED(ranges)
  BULKHEAD_REQUIRED(rows)
#undef BULKHEAD_REQUIRED

 private:
  JsonText& json_;
};

template <typename T>
void Schema::members(const T& value) {
  type("object");
  json_.key("additionalProperties");
  json_.flag(false);
  json_.key("required");
  json_.begin_array(Layout::kInline);
  Required required(json_);
  fields(required, value);
  json_.end();
  json_.key("properties");
  json_.begin_object();
  fields(*this, value);
  json_.end();
}

}  // namespace

std::string launch_plan_schema() {
  std::string out;
  Schema schema(out);
  JsonText& json = schema.json();
  json.begin_object();
  json.key("$schema");
  json.text("http://json-schema.org/draft-07/schema#");
  json.key("title");
  json.text("Bulkhead launch plan");
  schema.members(LaunchPlan{});
  json.end();
  out += '\n';
  return out;
}

}  // namespace bulkhead::plan
