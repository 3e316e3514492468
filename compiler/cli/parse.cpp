#include "bulkhead/cli/parse.h"

#include <algorithm>
#include <charconv>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/text.h"

namespace bulkhead::cli {
namespace {

namespace po = boost::program_options;

constexpr const char* kPositional = "arguments";

po::options_description describe(const Command& command) {
  po::options_description described;
  const auto add = [&](const Option& option) {
    std::string names(option.name);
    if (option.letter != '\0') {
      names += fmt::format(",{}", option.letter);
    }
    if (option.value.empty()) {
      described.add_options()(names.c_str(), "");
    } else {
      described.add_options()(names.c_str(), po::value<std::vector<std::string>>(), "");
    }
  };
  for (const Option& option : command.options) {
    add(option);
  }
  add(Option{"help", 'h', "", ""});
  described.add_options()(kPositional, po::value<std::vector<std::string>>(), "");
  return described;
}

Parsed refuse(std::string problem) {
  return Parsed{std::nullopt, std::move(problem)};
}

// "--outptu": "; did you mean `--output`?"
std::string suggestion(const Command& command, std::string_view seen) {
  std::vector<std::string> names{"--help"};
  for (const Option& option : command.options) {
    names.push_back(fmt::format("--{}", option.name));
  }
  return did_you_mean(seen, names);
}

std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string refusal_of_number(const Option& option, const std::string& value) {
  const std::optional<std::uint32_t> number = whole_number(value);
  if (number && *number >= option.numbers.first && *number <= option.numbers.last) {
    return {};
  }
  return fmt::format("option `--{}` is a whole number from {} to {}, not {}", option.name, option.numbers.first,
                     option.numbers.last, quoted(value));
}

std::string refusal_of(const Option& option, const std::vector<std::string>& values) {
  if (values.size() > 1) {
    return fmt::format("option `--{}` is given more than once", option.name);
  }
  const std::string& value = values.front();
  if (value.empty()) {
    return fmt::format("option `--{}` needs a value", option.name);
  }
  if (!option.choices.empty() &&
      std::find(option.choices.begin(), option.choices.end(), value) == option.choices.end()) {
    std::vector<std::string> choices(option.choices.begin(), option.choices.end());
    return fmt::format("option `--{}` is one of {}, not {}{}", option.name, join(choices, ", "), quoted(value),
                       did_you_mean(value, choices));
  }
  return option.kind == ValueKind::kNumber ? refusal_of_number(option, value) : std::string();
}

// Fills in what was given and the defaults; the first thing that is wrong, or nothing.
std::string take_options(const po::variables_map& given, Invocation& invocation) {
  for (const Option& option : invocation.command->options) {
    const std::string name(option.name);
    if (!given.contains(name)) {
      if (!option.choices.empty()) {
        invocation.options.emplace(name, option.choices.front());
      } else if (option.kind == ValueKind::kNumber) {
        invocation.options.emplace(name, fmt::format("{}", option.numbers.preset));
      } else if (option.required) {
        return option.letter == '\0' ? fmt::format("option `--{} {}` is missing", option.name, option.value)
                                     : fmt::format("option `-{} {}` is missing", option.letter, option.value);
      }
      continue;
    }
    if (option.value.empty()) {
      invocation.options.emplace(name, "");
      continue;
    }
    const auto& values = given[name].as<std::vector<std::string>>();
    if (std::string refusal = refusal_of(option, values); !refusal.empty()) {
      return refusal;
    }
    invocation.options.emplace(name, values.front());
  }
  return {};
}

std::string check_arguments(const Command& command, const std::vector<std::string>& arguments) {
  const bool is_open = !command.arguments.empty() && command.arguments.back().repeated;
  if (arguments.size() > command.arguments.size() && !is_open) {
    return fmt::format("unexpected argument {}", quoted(arguments[command.arguments.size()]));
  }
  if (arguments.size() < command.arguments.size() && command.arguments[arguments.size()].required) {
    return fmt::format("argument {} is missing", command.arguments[arguments.size()].name);
  }
  return {};
}

// Boost's errors in our words; those that cannot come from this table keep Boost's.
std::string refusal_of(const po::error_with_option_name& error) {
  const std::string name = quoted(error.get_option_name());
  if (dynamic_cast<const po::multiple_occurrences*>(&error) != nullptr) {
    return fmt::format("option {} is given more than once", name);
  }
  const auto* const syntax = dynamic_cast<const po::invalid_syntax*>(&error);
  if (syntax == nullptr) {
    return error.what();
  }
  switch (syntax->kind()) {
    case po::invalid_syntax::missing_parameter:
    case po::invalid_syntax::empty_adjacent_parameter:
      return fmt::format("option {} needs a value", name);
    case po::invalid_syntax::extra_parameter:
      return fmt::format("option {} takes no value", name);
    case po::invalid_syntax::long_not_allowed:
    case po::invalid_syntax::long_adjacent_not_allowed:
    case po::invalid_syntax::short_adjacent_not_allowed:
    case po::invalid_syntax::unrecognized_line:
      break;
  }
  return error.what();
}

Parsed take(const Program& program, const Command& command, const po::variables_map& given) {
  Invocation invocation;
  invocation.program = &program;
  invocation.command = &command;
  invocation.wants_help = given.contains("help");
  if (invocation.wants_help) {
    return Parsed{std::move(invocation), {}};
  }
  if (given.contains(kPositional)) {
    invocation.arguments = given[kPositional].as<std::vector<std::string>>();
  }
  if (std::string problem = check_arguments(command, invocation.arguments); !problem.empty()) {
    return refuse(std::move(problem));
  }
  if (std::string problem = take_options(given, invocation); !problem.empty()) {
    return refuse(std::move(problem));
  }
  return Parsed{std::move(invocation), {}};
}

}  // namespace

std::string Invocation::value(std::string_view option) const {
  const auto found = options.find(option);
  return found == options.end() ? std::string() : found->second;
}

std::uint32_t Invocation::number(std::string_view option) const {
  const std::optional<std::uint32_t> number = whole_number(value(option));
  BULKHEAD_CHECK(number.has_value(), "only an option of the command that is a number is asked for as one");
  return *number;
}

std::string Invocation::argument(std::size_t position) const {
  return position < arguments.size() ? arguments[position] : std::string();
}

Parsed parse(const Program& program, const Command& command, std::span<const std::string> words) {
  const po::options_description described = describe(command);
  po::positional_options_description positional;
  positional.add(kPositional, -1);
  // Nothing is guessed: `--out` is not `--output`.
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  try {
    const std::vector<std::string> copied(words.begin(), words.end());
    po::variables_map given;
    po::store(po::command_line_parser(copied).options(described).positional(positional).style(style).run(), given);
    return take(program, command, given);
  } catch (const po::unknown_option& error) {
    const std::string given = error.get_option_name();
    const std::string seen = given.substr(0, given.find('='));
    return refuse(fmt::format("unknown option {}{}", quoted(seen), suggestion(command, seen)));
  } catch (const po::error_with_option_name& error) {
    return refuse(refusal_of(error));
  } catch (const po::error& error) {
    return refuse(error.what());
  }
}

}  // namespace bulkhead::cli
