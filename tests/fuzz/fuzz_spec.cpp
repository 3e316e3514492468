// Whatever bytes a spec or an inventory is made of: diagnostics or a tree, never a crash; and what is accepted prints
// as something that is accepted and prints the same.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "bulkhead/base/check.h"
#include "bulkhead/base/render.h"
#include "bulkhead/base/yaml_reader.h"
#include "bulkhead/spec/read.h"

namespace {

using bulkhead::Diagnostics;
using bulkhead::SourceSet;

std::optional<std::string> printed(const std::string& text) {
  SourceSet sources;
  Diagnostics diagnostics;
  const auto document = read_document(sources, sources.add("fuzz.yaml", text), diagnostics);
  std::optional<std::string> out;
  if (document) {
    const bulkhead::spec::Reading reading = bulkhead::spec::read_spec(*document, diagnostics);
    if (reading.complete) {
      out = print_spec(reading.spec);
    }
    Diagnostics ignored;
    (void)bulkhead::spec::read_inventory(*document, ignored);
    (void)render_json(ignored, sources);
  }
  (void)render_text(diagnostics, sources, false);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::optional<std::string> once = printed(std::string(reinterpret_cast<const char*>(data), size));
  BULKHEAD_CHECK(!once || printed(*once) == once, "what is printed reads back as the same spec");
  return 0;
}
