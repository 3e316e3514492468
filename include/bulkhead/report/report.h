// What a person reads of a compiled host, and what other programs take from it. In: the model, its privileges, the
// digests and the figures of the proof. Out: the content of the files of one output folder. Pure: the same input gives
// the same bytes everywhere. All of it grows with domains + connections, never with their square.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "bulkhead/base/files.h"
#include "bulkhead/base/source.h"
#include "bulkhead/catalogue/catalogue.h"
#include "bulkhead/model/model.h"
#include "bulkhead/privilege/privileges.h"

namespace bulkhead::report {

// What the comparison of the binary with the privileges covered (analysis/proof.h).
struct ProofFigures {
  std::uint64_t types = 0;
  std::uint64_t cells = 0;
  std::uint64_t allowed = 0;
  std::uint64_t permissions = 0;
  bool operator==(const ProofFigures&) const = default;
};

struct Inputs {
  const model::Model& model;
  const catalogue::Catalogue& catalogue;
  const privilege::Derived& derived;
  const SourceSet& sources;
  std::string spec_name;  // as the user named it
  std::string spec_sha256;
  std::string policy_sha256;  // of the binary
  std::optional<ProofFigures> proof;
};

// privileges.json (docs/privileges.schema.json): every permission that the policy grants, under the domain whose label
// holds it, with its reason and the place in the spec; what the hypervisor's own labels hold stands apart.
[[nodiscard]] std::string privileges_json(const Inputs& inputs);

// report.txt: the audit of what was compiled. Per domain: what it can, what it cannot, and why.
[[nodiscard]] std::string report_text(const Inputs& inputs);

// report.html: the same, one self-contained page with the matrix of privileges and a picture of the connections.
[[nodiscard]] std::string report_html(const Inputs& inputs);

// Both at once: they print the same audit, which is made only once.
struct Reports {
  std::string text;
  std::string html;
};
[[nodiscard]] Reports reports(const Inputs& inputs);

// "xl/web-1.cfg" and so on: each guest as xl takes it, with its labels.
[[nodiscard]] FileTree xl_configs(const Inputs& inputs);

// boot.cfg: the boot entry that the policy was made for, for GRUB.
[[nodiscard]] std::string boot_config(const Inputs& inputs);

}  // namespace bulkhead::report
