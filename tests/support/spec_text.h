// A spec read, resolved and checked from a text, for tests of what comes after reading. In: the spec, and the inventory
// when it names one. Out: the model, and the diagnostics as a user sees them. The files are called host.yaml and
// inventory.yaml.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/base/render.h"
#include "bulkhead/base/yaml_reader.h"
#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/model/model.h"
#include "bulkhead/model/risks.h"
#include "bulkhead/spec/read.h"

namespace bulkhead::test {

class SpecText {
 public:
  explicit SpecText(std::string text, std::string inventory_text = {}, std::string name = "host.yaml",
                    std::string inventory_name = "inventory.yaml") {
    const auto document = read_document(sources, sources.add(std::move(name), std::move(text)), diagnostics);
    if (!document) return;
    spec = spec::read_spec(*document, diagnostics).spec;
    if (!inventory_text.empty()) read_inventory(std::move(inventory_name), std::move(inventory_text));
    if (!diagnostics.has_errors()) resolve();
  }

  // For a spec that no text gives.
  explicit SpecText(spec::Spec made) : spec(std::move(made)) { resolve(); }

  [[nodiscard]] std::string rendered() const { return render_text(diagnostics, sources, false); }
  [[nodiscard]] model::Inputs inputs() const { return {spec, inventory ? &*inventory : nullptr, *catalogue}; }

  SourceSet sources;
  Diagnostics diagnostics;
  spec::Spec spec;
  std::optional<spec::Inventory> inventory;
  std::unique_ptr<catalogue::Catalogue> catalogue;  // links point into it, so it stays where it is
  model::Model model;

 private:
  void read_inventory(std::string name, std::string text) {
    const auto document = read_document(sources, sources.add(std::move(name), std::move(text)), diagnostics);
    if (document) inventory = spec::read_inventory(*document, diagnostics);
  }

  void resolve() {
    catalogue = std::make_unique<catalogue::Catalogue>(catalogue::Catalogue::shipped(sources));
    if (const auto version = abi::XenVersion::parse(spec.host.xen.value)) {
      if (const abi::Abi* const abi = abi::find_abi(*version)) catalogue->add_roles(spec.roles, *abi, diagnostics);
    }
    model = model::resolve(inputs(), diagnostics);
    model::check(model, inputs(), diagnostics);
  }
};

// What is wrong with a spec, as far as its model goes: risks of devices are judged, those of privileges are not yet
// known.
[[nodiscard]] inline std::string findings(std::string text, std::string inventory_text = {}) {
  SpecText read(std::move(text), std::move(inventory_text));
  if (!read.diagnostics.has_errors()) {
    std::vector<std::string> names;
    for (const DiagnosticInfo& known : all_diagnostics()) {
      if (known.group == DiagnosticGroup::kRisk) names.emplace_back(known.id);
    }
    model::report_risks(read.model, model::device_risks(read.model), names, read.diagnostics);
  }
  return read.rendered();
}

}  // namespace bulkhead::test
