// Writing free text (paths, command lines) into other programs' configuration files, so that it cannot become syntax.
#pragma once

#include <string>
#include <string_view>

namespace bulkhead::report {

// A string of xl.cfg in double quotes; xl knows C's escapes (tools/libs/util/libxlu_cfg.c).
[[nodiscard]] std::string xl_quoted(std::string_view text);

// Whether a text can stand in a comma-separated list of xl.cfg (vif, disk), which has no way to quote.
[[nodiscard]] bool is_xl_list_value(std::string_view text);

// One word of GRUB's shell: a title, a path. What is not seen becomes a blank.
[[nodiscard]] std::string grub_word(std::string_view word);

// The words of a command line as GRUB's shell takes them, quoted where needed. What is not seen separates words.
[[nodiscard]] std::string grub_words(std::string_view command_line);

// For comments: one line, nothing that is not seen.
[[nodiscard]] std::string comment_text(std::string_view text);

}  // namespace bulkhead::report
