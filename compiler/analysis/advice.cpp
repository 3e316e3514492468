#include "bulkhead/analysis/advice.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/base/text.h"
#include "bulkhead/spec/language.h"

namespace bulkhead::analysis {
namespace {

// The connections that the compiler adds, and which keys of the spec ask for them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kAskedForBy{{
    {"build", "the control domain builds every other domain"},
    {"device-model", "`target` of a domain with the role `device-model`"},
    {"hardware-domain", "`hardware` of the host"},
    {"passthrough", "`devices` of the domain that drives the device"},
    {"pci", "`devices` of the domain that drives the device"},
    {"xenstore", "every domain is a client of the xenstore"},
    {"xenstore-domain", "a domain with the role `xenstore`"},
    {"console", "`console` of a domain"},
}};

const spec::Field* find_field(std::span<const spec::Field> fields, std::string_view key) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const spec::Field& field) { return field.key == key; });
  return found == fields.end() ? nullptr : &*found;
}

// The keys of a kind of connection in the language; nothing for one that the language does not have.
std::span<const spec::Field> keys_of(std::string_view kind) {
  const spec::Field* const connections = find_field(spec::spec_shape().fields, "connections");
  if (connections == nullptr || connections->shape->item == nullptr) {
    return {};
  }
  const spec::Field* const field = find_field(connections->shape->item->fields, kind);
  return field == nullptr ? std::span<const spec::Field>() : field->shape->fields;
}

std::string domain_or(const std::string& domain) {
  return domain.empty() ? "..." : domain;
}

// "- { disk: { backend: disk, frontend: web, target: /dev/sda1, device: xvda } }": the keys that must be there; the
// values of those that are not ends are the language's examples.
std::string statement(const WhyRemedy& remedy) {
  std::vector<std::string> parts;
  for (const spec::Field& field : keys_of(remedy.name)) {
    if (field.key == "between") {
      parts.push_back(fmt::format("between: [{}, {}]", domain_or(remedy.domains[0]), domain_or(remedy.domains[1])));
    } else if (field.key == remedy.ends[0]) {
      parts.push_back(fmt::format("{}: {}", field.key, domain_or(remedy.domains[0])));
    } else if (field.key == remedy.ends[1]) {
      parts.push_back(fmt::format("{}: {}", field.key, domain_or(remedy.domains[1])));
    } else if (field.required) {
      parts.emplace_back(field.example);
    }
  }
  return fmt::format("- {{ {}: {{ {} }} }}", remedy.name, join(parts, ", "));
}

std::string who(const WhyRemedy& remedy) {
  std::string out;
  for (std::size_t end = 0; end < 2; ++end) {
    if (!remedy.domains[end].empty()) {
      out += fmt::format("{}`{}` as its {}", out.empty() ? "" : " and ", remedy.domains[end], remedy.ends[end]);
    }
  }
  return out;
}

std::string asked_for_by(const WhyRemedy& remedy) {
  const auto* const found =
      std::find_if(kAskedForBy.begin(), kAskedForBy.end(), [&](const auto& each) { return each.first == remedy.name; });
  return found == kAskedForBy.end() ? std::string("the compiler adds it; a spec does not declare it")
                                    : fmt::format("the compiler adds it, from: {}", found->second);
}

Advice of_connection(const WhyRemedy& remedy) {
  Advice advice{fmt::format("a connection `{}` with {}", remedy.name, who(remedy)),
                remedy.unfit,
                {},
                remedy.declared,
                remedy.permissions};
  if (remedy.unfit.empty()) {
    advice.statement = remedy.declared ? statement(remedy) : asked_for_by(remedy);
  }
  return advice;
}

Advice of_role(const WhyRemedy& remedy, const WhyQuestion& question) {
  return {fmt::format("the role `{}` for `{}`", remedy.name, question.source), {}, {}, false, remedy.permissions};
}

bool same_place(const WhyRemedy& a, const WhyRemedy& b) {
  return a.is_role == b.is_role && a.name == b.name && a.domains[0] == b.domains[0] && a.domains[1] == b.domains[1];
}

}  // namespace

std::vector<Advice> advise(const std::vector<WhyRemedy>& remedies, const WhyQuestion& question) {
  std::vector<Advice> advices;
  const WhyRemedy* last = nullptr;
  for (const WhyRemedy& remedy : remedies) {
    if (last != nullptr && same_place(*last, remedy)) {
      advices.back().permissions.insert(advices.back().permissions.end(), remedy.permissions.begin(),
                                        remedy.permissions.end());
    } else {
      advices.push_back(remedy.is_role ? of_role(remedy, question) : of_connection(remedy));
    }
    last = &remedy;
  }
  return advices;
}

}  // namespace bulkhead::analysis
