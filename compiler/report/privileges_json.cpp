#include <algorithm>
#include <map>
#include <tuple>

#include "bulkhead/base/json_text.h"
#include "index.h"

namespace bulkhead::report {

namespace {

using Layout = JsonText::Layout;
using privilege::Grant;
using privilege::TypeId;

// What the entries say of a type, as JSON.
struct Piece {
  std::string type;
  std::string name;
};

// Entries are put together from pieces of JSON that were escaped once: there are a hundred thousands of entries, and
// few different types, reasons and places.
class Document {
 public:
  explicit Document(const Index& index) : index_(index), json_(out_) {
    pieces_.reserve(index.set().types.size());
    for (std::size_t i = 0; i < index.set().types.size(); ++i) {
      pieces_.push_back({quote(index.set().types[i].name), quote(index.name(static_cast<TypeId>(i)))});
    }
    out_.reserve(index.set().allow.size() * 320 + 4096);
  }

  std::string write();

 private:
  static std::string quote(std::string_view text) {
    std::string json;
    JsonText::append_text(json, text);
    return json;
  }

  void text(std::string_view key, std::string_view value) {
    json_.key(key);
    json_.text(value);
  }
  void accepted();
  void domain(model::DomainId id);
  void entries(const std::vector<TypeId>& sources);
  void entry(const Grant& grant, const ReasonGroup& group);
  const std::string& middle(const Grant& grant, const ReasonGroup& group);
  void devices(const model::Domain& domain);
  void resources(const model::Domain& domain);
  void unreviewed(model::DomainId id);
  std::string_view origin(const Span& span);

  const Index& index_;
  std::string out_;
  JsonText json_;
  std::vector<Piece> pieces_;  // by TypeId
  std::map<std::tuple<const char*, abi::AccessVector, abi::ClassId, privilege::Phase>, std::string> middles_;
  std::vector<privilege::UnreviewedOperation> unreviewed_;
  Span last_span_{};
  std::string last_origin_;
};

std::string Document::write() {
  const Inputs& inputs = index_.inputs();
  unreviewed_ = privilege::unreviewed_operations(inputs.model, inputs.catalogue, inputs.derived);
  json_.begin_object();
  json_.key("format_version");
  json_.number(1);
  text("xen", inputs.model.abi->version.text());
  text("spec_sha256", inputs.spec_sha256);
  text("policy_sha256", inputs.policy_sha256);
  accepted();
  json_.key("domains");
  json_.begin_array();
  for (std::size_t i = 0; i < inputs.model.domains.size(); ++i) {
    domain(static_cast<model::DomainId>(i));
  }
  json_.end();
  json_.key("hypervisor");
  json_.begin_object();
  entries(index_.hypervisor_types());
  json_.end();
  json_.end();
  out_ += '\n';
  return std::move(out_);
}

void Document::accepted() {
  json_.key("accepted");
  json_.begin_array();
  for (const spec::Accept& accept : index_.model().accepts) {
    const auto names = [&](std::string_view key, const std::vector<spec::Text>& list) {
      json_.key(key);
      json_.begin_array();
      for (const spec::Text& name : list) {
        json_.text(name.value);
      }
      json_.end();
    };
    json_.begin_object(Layout::kInline);
    text("finding", accept.finding.value);
    names("domains", accept.domains);
    names("devices", accept.devices);
    text("reason", accept.reason.value);
    text("origin", index_.origin(accept.span));
    json_.end();
  }
  json_.end();
}

void Document::domain(model::DomainId id) {
  const model::Domain& domain = index_.model().at(id);
  json_.begin_object();
  text("name", domain.name);
  text("role", domain.role);
  text("label", privilege::context(index_.type(index_.types(id).running)));
  entries(index_.types_of(id));
  devices(domain);
  resources(domain);
  unreviewed(id);
  json_.end();
}

void Document::entries(const std::vector<TypeId>& sources) {
  json_.key("privileges");
  json_.begin_array();
  for (const TypeId source : sources) {
    for (const Grant& grant : index_.grants(source)) {
      for (const ReasonGroup& group : index_.reasons(grant)) {
        entry(grant, group);
      }
    }
  }
  json_.end();
}

// The middle of an entry: the same for all grants of a rule in a phase.
const std::string& Document::middle(const Grant& grant, const ReasonGroup& group) {
  const auto [place, is_new] =
      middles_.try_emplace({group.reason.data(), group.permissions, grant.access_class, grant.phase});
  std::string& middle = place->second;
  if (is_new) {
    const abi::AccessClass& access_class = index_.access_class(grant.access_class);
    middle += ", \"class\": " + quote(access_class.name) + ", \"permissions\": [";
    std::string_view separator;
    for (const std::string& permission : permission_names(access_class, group.permissions)) {
      middle.append(separator).append(quote(permission));
      separator = ", ";
    }
    middle.append("], \"phase\": ").append(quote(privilege::name(grant.phase)));
    middle.append(", \"reason\": ").append(quote(group.reason)).append(", \"origin\": ");
  }
  return middle;
}

void Document::entry(const Grant& grant, const ReasonGroup& group) {
  json_.raw("{\"source_type\": ");
  out_.append(pieces_[privilege::index(grant.source)].type);
  out_.append(", \"target\": ").append(pieces_[privilege::index(grant.target)].name);
  out_.append(", \"target_type\": ").append(pieces_[privilege::index(grant.target)].type);
  out_.append(middle(grant, group)).append(origin(grant.origin)).append("}");
}

// Grants of one statement stand together, so remembering one place is enough.
std::string_view Document::origin(const Span& span) {
  if (last_origin_.empty() || span != last_span_) {
    last_span_ = span;
    last_origin_ = quote(index_.origin(span));
  }
  return last_origin_;
}

void Document::devices(const model::Domain& domain) {
  json_.key("devices");
  json_.begin_array(Layout::kInline);
  for (const model::DeviceId id : domain.devices) {
    json_.text(index_.model().at(id).name);
  }
  json_.end();
}

void Document::resources(const model::Domain& domain) {
  const auto ranges = [&](std::string_view key, auto member) {
    json_.key(key);
    json_.begin_array();
    for (const model::DeviceId id : domain.devices) {
      for (const auto& range : index_.model().at(id).*member) {
        json_.begin_array();
        json_.number(range.value.first);
        json_.number(range.value.last);
        json_.end();
      }
    }
    json_.end();
  };
  json_.key("io");
  json_.begin_object(Layout::kInline);
  json_.key("irqs");
  json_.begin_array();
  for (const model::DeviceId id : domain.devices) {
    for (const auto& irq : index_.model().at(id).irqs) {
      json_.number(irq.value);
    }
  }
  json_.end();
  ranges("ioports", &model::Device::ioports);
  ranges("iomem", &model::Device::iomem);
  json_.end();
}

void Document::unreviewed(model::DomainId id) {
  json_.key("xsa77");
  json_.begin_array();
  const auto [first, last] =
      std::equal_range(unreviewed_.begin(), unreviewed_.end(), privilege::UnreviewedOperation{id, {}, {}, 0},
                       [](const auto& a, const auto& b) { return a.domain < b.domain; });
  for (auto operation = first; operation != last; ++operation) {
    const abi::AccessClass& access_class = index_.access_class(operation->access_class);
    json_.begin_object(Layout::kInline);
    text("operation", operation->operation);
    text("class", access_class.name);
    text("permission", access_class.permissions[operation->bit]);
    json_.end();
  }
  json_.end();
}

}  // namespace

std::string privileges_json(const Inputs& inputs) {
  const Index index(inputs);
  return Document(index).write();
}

}  // namespace bulkhead::report
