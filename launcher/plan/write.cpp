#include "bulkhead/base/json_text.h"
#include "bulkhead/plan/delegation_list.h"
#include "bulkhead/plan/launch_plan.h"
#include "fields.h"

namespace bulkhead::plan {

namespace {

using Layout = JsonText::Layout;

class Writer {
 public:
  explicit Writer(std::string& out) : json_(out) {}

  void version(std::string_view key, std::uint32_t value, std::string_view) { number(key, value, Bounds{}, {}); }

  void text(std::string_view key, const std::string& value, Form, std::string_view) {
    json_.key(key);
    json_.text(value);
  }

  void optional_text(std::string_view key, const std::optional<std::string>& value, Form, std::string_view) {
    json_.key(key);
    if (value) {
      json_.text(*value);
    } else {
      json_.null();
    }
  }

  template <typename Number>
  void number(std::string_view key, Number value, Bounds, std::string_view) {
    json_.key(key);
    json_.number(value);
  }

  template <typename Number>
  void optional_number(std::string_view key, const std::optional<Number>& value, Bounds, std::string_view) {
    json_.key(key);
    if (value) {
      json_.number(*value);
    } else {
      json_.null();
    }
  }

  void flag(std::string_view key, bool value, std::string_view) {
    json_.key(key);
    json_.flag(value);
  }

  template <typename Enum>
  void choice(std::string_view key, Enum value, std::string_view) {
    json_.key(key);
    json_.text(kNames<Enum>.at(static_cast<std::size_t>(value)));
  }

  template <typename T>
  void object(std::string_view key, const T& value, std::string_view) {
    json_.key(key);
    write(value);
  }

  template <typename T>
  void optional_object(std::string_view key, const std::optional<T>& value, std::string_view) {
    json_.key(key);
    if (value) {
      write(*value);
    } else {
      json_.null();
    }
  }

  template <typename T>
  void part(std::string_view key, const std::optional<T>& value, std::string_view about) {
    if (value) {
      object(key, *value, about);
    }
  }

  template <typename T>
  void list(std::string_view key, const std::vector<T>& values, std::string_view) {
    json_.key(key);
    json_.begin_array();
    for (const T& value : values) {
      write(value);
    }
    json_.end();
  }

  void texts(std::string_view key, const std::vector<std::string>& values, Form, std::string_view) {
    json_.key(key);
    json_.begin_array();
    for (const std::string& value : values) {
      json_.text(value);
    }
    json_.end();
  }

  void numbers(std::string_view key, const std::vector<std::uint32_t>& values, Bounds, std::string_view) {
    json_.key(key);
    json_.begin_array(Layout::kInline);
    for (const std::uint32_t value : values) {
      json_.number(value);
    }
    json_.end();
  }

  void range(std::string_view key, const std::optional<Range>& value, Bounds, std::string_view) {
    json_.key(key);
    if (value) {
      write_range(*value);
    } else {
      json_.null();
    }
  }

  void ranges(std::string_view key, const std::vector<Range>& values, Bounds, std::string_view) {
    json_.key(key);
    json_.begin_array(Layout::kInline);
    for (const Range& value : values) {
      write_range(value);
    }
    json_.end();
  }

  template <typename Row>
  void rows(std::string_view key, const std::vector<Row>& values, std::string_view) {
    json_.key(key);
    json_.begin_array();
    for (const Row& value : values) {
      json_.begin_array(Layout::kInline);
      std::apply([this](auto... column) { (json_.number(column), ...); }, columns(value));
      json_.end();
    }
    json_.end();
  }

  template <typename T>
  void write(const T& value) {
    json_.begin_object();
    fields(*this, value);
    json_.end();
  }

 private:
  void write_range(const Range& value) {
    json_.begin_array(Layout::kInline);
    json_.number(value.first);
    json_.number(value.last);
    json_.end();
  }

  JsonText json_;
};

}  // namespace

std::string write_launch_plan(const LaunchPlan& plan) {
  std::string out;
  Writer(out).write(plan);
  out += '\n';
  return out;
}

std::string write_delegation_list(const DelegationList& list) {
  std::string out;
  Writer(out).write(list);
  out += '\n';
  return out;
}

const Domain* find_domain(const LaunchPlan& plan, std::uint32_t domid) {
  for (const Domain& domain : plan.domains) {
    if (domain.domid == domid) {
      return &domain;
    }
  }
  return nullptr;
}

const Domain* find_domain(const LaunchPlan& plan, std::string_view name) {
  for (const Domain& domain : plan.domains) {
    if (domain.name == name) {
      return &domain;
    }
  }
  return nullptr;
}

}  // namespace bulkhead::plan
