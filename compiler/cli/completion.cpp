// The table of commands as a completion for bash.
#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/cli/common.h"
#include "bulkhead/cli/help.h"

namespace bulkhead::cli {
namespace {

std::string spellings(const Option& option) {
  const std::string longer = fmt::format("--{}", option.name);
  return option.letter == '\0' ? longer : fmt::format("-{}|{}", option.letter, longer);
}

std::string compgen(ValueKind kind, std::span<const std::string_view> choices) {
  switch (kind) {
    case ValueKind::kChoice:
      return fmt::format("compgen -W '{}'", join(std::vector<std::string>(choices.begin(), choices.end()), " "));
    case ValueKind::kFile:
      return "compgen -f";
    case ValueKind::kFolder:
      return "compgen -d";
    case ValueKind::kCommand:
      return "compgen -W \"$commands\"";
    case ValueKind::kText:
    case ValueKind::kNumber:
    case ValueKind::kNone:
      break;
  }
  return {};
}

std::string case_of(const Command& command) {
  std::string words = "--help";
  std::string out = fmt::format("    {})\n      case \"$previous\" in\n", command.name);
  for (const Option& option : command.options) {
    words += fmt::format(" --{}", option.name);
    if (const std::string values = compgen(option.kind, option.choices); !values.empty()) {
      out += fmt::format("        {}) mapfile -t COMPREPLY < <({} -- \"$current\"); return ;;\n", spellings(option),
                         values);
    }
  }
  out += "      esac\n";
  if (!command.arguments.empty() && command.arguments[0].kind == ValueKind::kCommand) {
    return out +
           fmt::format("      mapfile -t COMPREPLY < <({} -- \"$current\") ;;\n", compgen(ValueKind::kCommand, {}));
  }
  out += fmt::format(
      "      if [[ $current == -* ]]; then\n        mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$current\")\n",
      words);
  if (!command.arguments.empty()) {
    out += "      else\n        mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n";
  }
  return out + "      fi ;;\n";
}

}  // namespace

std::string bash_completion(const Program& program) {
  std::string names;
  std::string cases;
  for (const Command& command : program.commands) {
    names += (names.empty() ? "" : " ") + std::string(command.name);
    cases += case_of(command);
  }
  std::string function(program.name);
  std::replace(function.begin(), function.end(), '-', '_');
  std::string program_words;
  for (const Option& option : kProgramOptions) {
    program_words += fmt::format(" --{}", option.name);
  }
  return fmt::format(
      "# bash completion for {0}; made by `{0} --generate bash-completion`\n"
      "_{4}() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}\n"
      "  local commands='{1}'\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$commands{2}\" -- \"$current\")\n"
      "    return\n"
      "  fi\n"
      "  case \"${{COMP_WORDS[1]}}\" in\n"
      "{3}"
      "  esac\n"
      "}}\n"
      "complete -o filenames -F _{4} {0}\n",
      program.name, names, program_words, cases, function);
}

}  // namespace bulkhead::cli
