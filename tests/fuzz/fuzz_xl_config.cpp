// Any bytes as a configuration of xl: what is taken becomes a spec that is YAML without anything that the reader
// refuses as bytes or syntax; what is refused is refused at a place of the text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "bulkhead/base/check.h"
#include "bulkhead/base/yaml_reader.h"
#include "bulkhead/xl/import.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  SourceSet sources;
  Diagnostics diagnostics;
  const FileId file = sources.add("x.cfg", {reinterpret_cast<const char*>(data), size});
  const auto config = xl::read_config(sources, file, diagnostics);
  const auto guest = config ? xl::guest_of(*config, diagnostics) : std::nullopt;
  const std::string& text = sources.file(file).text;
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    BULKHEAD_CHECK(diagnostic.span.line >= 1 && diagnostic.span.line <= lines, "a place is a line of the text");
    BULKHEAD_CHECK(diagnostic.span.column >= 1 && diagnostic.span.column <= sources.line(diagnostic.span).size() + 2,
                   "a place is in its line, or where it ends");
  }
  BULKHEAD_CHECK(guest.has_value() != diagnostics.has_errors(), "a guest, or a reason why there is none");
  if (guest) {
    const FileId made = sources.add("made.yaml", xl::write_spec({*guest}, {"4.17", {"x.cfg"}}, diagnostics));
    (void)read_document(sources, made, diagnostics);
    BULKHEAD_CHECK(!diagnostics.has_errors(), "what is made of one guest is YAML");
  }
  return 0;
}
