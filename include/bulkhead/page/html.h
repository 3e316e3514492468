// A page of HTML as text: escaping, its beginning and its end, style and script. In: text of any origin. Out: HTML that
// is well-formed XML too, so that a strict parser can check it. Guaranteed: what goes through escaped() is never
// markup, and a page begun here loads nothing and runs nothing but the script below: its Content-Security-Policy allows
// the style and the script by their digests and all else not at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bulkhead::page {

// For text and for attribute values in double quotes; what cannot be seen is written out (\x1b), and so are characters
// that change the direction of the text around them.
[[nodiscard]] std::string escaped(std::string_view text);

enum class Script : std::uint8_t {
  kNone,
  kFilter,  // a field that hides what has other names, buttons that open and close all; the page works without
};

// From the document type to the opened body; `title` is plain text.
[[nodiscard]] std::string begin_page(std::string_view title, Script script);
[[nodiscard]] std::string end_page(Script script);

// The field and the buttons of Script::kFilter: hidden until the script runs.
[[nodiscard]] std::string filter_tools();

// "web-1" as the id of its part of the page and in links to it.
[[nodiscard]] std::string domain_id(std::string_view name);

}  // namespace bulkhead::page
