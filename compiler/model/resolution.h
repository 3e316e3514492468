// What the parts of resolve() work on. In: the spec, the inventory and the catalogue. Out: the model, filled part by
// part in the order of resolve(). A reference that does not resolve is reported once, where it stands, and left out of
// the model.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "bulkhead/model/model.h"

namespace bulkhead::model {

// An entry of `domains:` and what became of it.
struct Family {
  const spec::Domain* entry = nullptr;
  const catalogue::Role* role = nullptr;  // null: there is no such role; reported
  DomainRange domains;
};

struct Resolution {
  const Inputs& inputs;
  Diagnostics& diagnostics;
  Model model;
  std::vector<Family> families;  // by name
};

// The entries of the spec by name, with the domains that `model` has for them.
[[nodiscard]] std::vector<Family> families_of(const Model& model, const Inputs& inputs);
[[nodiscard]] bool is_a(const catalogue::Catalogue& catalogue, const Family& family, std::string_view role);
// Some entry has a role that does not exist: what is missing may be just that one.
[[nodiscard]] bool has_unknown_role(const std::vector<Family>& families);

// Domains with their own settings, the places of control, hardware and xenstore, numbers (domains.cpp).
void add_domains(Resolution& resolution);
void choose_special_domains(Resolution& resolution);
void settle_domids(Resolution& resolution);
// Devices with their resources, and who owns them (devices.cpp). Where each is listed: index = DeviceId.
[[nodiscard]] std::vector<Span> add_devices(Resolution& resolution);
// `target`, `after`, `place`, names in assertions and accepted risks (references.cpp).
void resolve_references(Resolution& resolution);
// (console.cpp) Where each domain's console statement stands, for the links: index = DomainId; no place: the domain's
// entry.
[[nodiscard]] std::vector<Span> settle_consoles(Resolution& resolution);
// The statements that added links follow from.
struct Origins {
  std::vector<Span> devices;
  std::vector<Span> consoles;
};
// (links.cpp, implied_links.cpp)
void add_declared_links(Resolution& resolution);
void add_implied_links(Resolution& resolution, const Origins& origins);
void sort_links(Resolution& resolution);

// What a name stands for; none: reported. With `console` and the like exactly one is meant.
[[nodiscard]] DomainRange refer(Resolution& resolution, const spec::Text& name);
[[nodiscard]] std::optional<DomainId> refer_to_one(Resolution& resolution, const spec::Text& name);
[[nodiscard]] std::optional<DeviceId> refer_to_device(Resolution& resolution, const spec::Text& name);

// "did you mean", but only as long as the diagnostic will be kept: of a hopeless text it would cost minutes.
template <typename Names>
[[nodiscard]] std::string suggestion(const Diagnostics& diagnostics, std::string_view seen, const Names& names) {
  if (diagnostics.all().size() >= Diagnostics::kMaxStored) return {};
  return did_you_mean(seen, names());
}

}  // namespace bulkhead::model
