// Diagnostics as a person or a program reads them. In: what a run collected and the texts it is about. Out: text with
// the line and a caret, or JSON. Whatever stands in the user's text, the output holds no control characters, so that a
// spec cannot write to a terminal.
#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/source.h"

namespace bulkhead {

// "host.yaml:41:5: error: message [id]", the line, a caret, and the notes likewise; sorted by place.
[[nodiscard]] std::string render_text(const Diagnostics& diagnostics, const SourceSet& sources, bool color);

// {"format_version": 1, "diagnostics": [{id, group, severity, message, file, line, column, length, notes}]}
[[nodiscard]] std::string render_json(const Diagnostics& diagnostics, const SourceSet& sources);

// "yaml", "shape", "meaning", "risk", "assertion", "xl".
[[nodiscard]] std::string_view describe(DiagnosticGroup group);

// `text` with control characters and bytes that are not UTF-8 written as \x1b.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace bulkhead
