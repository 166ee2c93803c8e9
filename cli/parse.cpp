#include <holdfast/cli/parse.h>

#include <algorithm>
#include <deque>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <holdfast/cli/options.h>
#include <holdfast/model/duration_text.h>
#include <holdfast/sim/input/nearest_name.h>
#include <holdfast/sim/input/scalar.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {
namespace {

// Whatever stands behind it is an operand.
constexpr std::string_view end_of_options = "--";

std::string with_suggestion(std::string message, std::string_view text,
                            const std::vector<std::string>& candidates) {
  const std::string hint = did_you_mean(text, candidates);
  return hint.empty() ? message : message + "; " + hint;
}

std::string unknown_option(std::string_view word, const std::vector<OptionInfo>& options) {
  const std::string_view name = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const OptionInfo& option : options) names.emplace_back(option.name);
  return with_suggestion(fmt::format("unknown option {}", in_quotes(name)), name, names);
}

std::string word_fault(std::string_view what, std::string_view value,
                       const std::vector<std::string>& words) {
  if (std::find(words.begin(), words.end(), value) != words.end()) return {};
  return with_suggestion(
      fmt::format("{} takes {}, not {}", what, fmt::join(words, ", "), in_quotes(value)), value,
      words);
}

std::string count_fault(const OptionInfo& option, std::string_view value) {
  const TextResult<std::int64_t> number = parse_integer(value);
  if (number.value && *number.value >= option.low && *number.value <= option.high) return {};
  return fmt::format("{} takes an integer from {} to {}, not {}", option.name, option.low,
                     option.high, in_quotes(value));
}

std::string value_fault(const OptionInfo& option, std::string_view value) {
  if (value.empty()) return fmt::format("{} needs a value: {}", option.name, option.value);
  switch (option.takes) {
    case Takes::nothing:
    case Takes::text:
    case Takes::file: return {};
    case Takes::words: return word_fault(option.name, value, option.words());
    case Takes::count: return count_fault(option, value);
    case Takes::duration: {
      const TextResult<std::int64_t> duration = parse_duration(value);
      if (duration.value && *duration.value > 0) return {};
      if (duration.value == 0) return fmt::format("{} takes more than {}", option.name, value);
      return fmt::format("{} takes a duration such as 5m or 1h30m, not {}", option.name,
                         in_quotes(value));
    }
    case Takes::instant: {
      const TextResult<std::int64_t> instant = parse_instant(value);
      if (instant.value) return {};
      return fmt::format("{} takes an instant such as 2025-11-08T15:50:00Z, not {}", option.name,
                         in_quotes(value));
    }
  }
  return {};
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string operand_fault(const Command& command, const std::vector<std::string>& operands) {
  const OperandInfo& operand = command.operand;
  if (operands.size() > operand.most) {
    return fmt::format("{} is one argument too many", in_quotes(operands[operand.most]));
  }
  if (operands.size() < operand.least) return fmt::format("{} is missing", operand.name);
  if (operand.takes != Takes::words) return {};
  for (const std::string& value : operands) {
    const std::vector<std::string> words = operand.words();
    if (std::find(words.begin(), words.end(), value) != words.end()) continue;
    return with_suggestion(
        fmt::format("there is no {} {}", lower_case(operand.name), in_quotes(value)), value, words);
  }
  return {};
}

// A value may not look like an option: `--log --quiet` forgot the file.
std::string missing_value(const std::vector<OptionInfo>& options,
                          std::span<const std::string> words) {
  for (std::size_t i = 0; i < words.size() && words[i] != end_of_options; ++i) {
    const auto option = std::find_if(options.begin(), options.end(), [&](const OptionInfo& one) {
      return one.name == words[i] && one.takes != Takes::nothing;
    });
    if (option == options.end()) continue;
    if (i + 1 == words.size() || words[i + 1].starts_with("--")) {
      return fmt::format("{} needs a value: {}", option->name, option->value);
    }
    ++i;
  }
  return {};
}

struct Parsed {
  std::deque<std::vector<std::string>> values;   // by option; a switch has one empty value
  std::vector<std::string> operands;
  std::vector<std::string> rest;
};

// What CLI11 makes of the words. Empty, or its complaint.
std::string split(const std::vector<OptionInfo>& options, std::span<const std::string> words,
                  Parsed& parsed) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::deque<bool> switches;
  for (const OptionInfo& option : options) {
    std::string names(option.name);
    if (names == "--help") names = "-h," + names;
    parsed.values.emplace_back();
    switches.push_back(false);
    if (option.takes == Takes::nothing) {
      app.add_flag(names, switches.back());
    } else {
      app.add_option(names, parsed.values.back())
          ->expected(1)
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
          ->allow_extra_args(false);
    }
  }
  app.add_option("operands", parsed.operands);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (switches[i]) parsed.values[i].emplace_back();
  }
  parsed.rest = app.remaining();
  return {};
}

}  // namespace

std::string parse_arguments(const Command& command, std::span<const std::string> words,
                            Arguments& arguments) {
  const std::vector<OptionInfo> options = options_of(command);
  std::string fault = missing_value(options, words);
  if (!fault.empty()) return fault;
  Parsed parsed;
  fault = split(options, words, parsed);
  // A file called -x is ./-x.
  for (const std::string& word : parsed.rest) {
    if (word == end_of_options) break;
    if (word.size() > 1 && word.starts_with('-')) return unknown_option(word, options);
  }
  if (!fault.empty()) return fault;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const OptionInfo& option = options[i];
    const std::vector<std::string>& values = parsed.values[i];
    if (values.size() > 1 && !option.repeatable && option.takes != Takes::nothing) {
      return fmt::format("{} is given {} times", option.name, values.size());
    }
    for (const std::string& value : values) {
      if (option.takes != Takes::nothing) fault = value_fault(option, value);
      if (!fault.empty()) return fault;
      arguments.add(option.name, value);
    }
  }
  for (const std::string& value : parsed.operands) arguments.add_operand(value);
  for (const std::string& value : parsed.rest) {
    if (value != end_of_options) arguments.add_operand(value);
  }
  if (arguments.has("--help")) return {};
  return operand_fault(command, arguments.operands());
}

}  // namespace holdfast
