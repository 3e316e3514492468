// Text to Document. The one file that knows yaml-cpp is yaml_reader.cpp; its event interface is used because the Node
// interface accepts a key twice.
#pragma once

#include <optional>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/document.h"
#include "bulkhead/base/source.h"

namespace bulkhead {

inline constexpr std::size_t kMaxDocumentBytes = std::size_t{16} << 20;

// Nothing when the text is not YAML that we take; the reasons are in `diagnostics` (group kYaml). Duplicate keys,
// aliases, anchors and tags are all reported in one run; a syntax error ends the reading, because what follows it means
// nothing.
[[nodiscard]] std::optional<Document> read_document(const SourceSet& sources, FileId file, Diagnostics& diagnostics);

}  // namespace bulkhead
