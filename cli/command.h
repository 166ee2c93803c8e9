// A command as a value: its name, what it takes and what runs it. The parser, --help, the man page
// and the shell completion are all made from these tables, so they cannot differ.
//
// A new command is a file with a `const Command` and a line in commands.cpp.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <holdfast/cli/exit_status.h>

namespace holdfast {

class Terminal;

// What an option or an operand takes. The parser checks it before the command runs.
enum class Takes : std::uint8_t {
  nothing,    // an option that is there or not
  text,
  file,       // a path
  words,      // one of `words`
  count,      // an integer from `low` to `high`
  duration,   // more than 0
  instant
};

struct OptionInfo {
  std::string_view name;          // "--seed"
  std::string_view value;         // how help calls what it takes: "N"; empty for a switch
  std::string_view about;         // a phrase without a full stop
  Takes takes = Takes::nothing;
  bool repeatable = false;
  std::string_view by_default{};  // for help; empty: it is told by `about`, or there is none
  std::int64_t low = 0;
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
  // Takes::words: all that it takes. Takes::text: what completion offers.
  std::vector<std::string> (*words)() = nullptr;
};

struct OperandInfo {
  std::string_view name;          // "SCENARIO"; empty: the command takes none
  std::string_view about;
  Takes takes = Takes::file;
  std::size_t least = 0;
  std::size_t most = 0;
  std::vector<std::string> (*words)() = nullptr;
};

struct Example {
  std::string_view line;
  std::string_view about;
};

// What a user gave. Options that were not given are absent, not at their defaults.
class Arguments {
 public:
  bool has(std::string_view option) const { return values_.contains(option); }
  // The value that was given last; empty without one.
  std::string text(std::string_view option) const;
  std::vector<std::string> all(std::string_view option) const;
  // Requires: the option takes such a value.
  std::int64_t count(std::string_view option, std::int64_t otherwise) const;
  std::int64_t duration_us(std::string_view option, std::int64_t otherwise) const;
  std::int64_t instant_us(std::string_view option, std::int64_t otherwise) const;
  const std::vector<std::string>& operands() const { return operands_; }

  void add(std::string_view option, std::string value);
  void add_operand(std::string value) { operands_.push_back(std::move(value)); }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::vector<std::string> operands_;
};

struct Command {
  std::string_view name;
  std::string_view about;         // a phrase, for the list of commands
  std::string_view description;   // sentences, for its help
  OperandInfo operand;
  std::span<const OptionInfo> options;   // besides the shared ones
  std::span<const Example> examples;     // at least one
  // False: a command about the program itself, without --format and --quiet.
  bool has_shared_options = true;
  ExitStatus (*run)(const Arguments& arguments, Terminal& terminal);
};

}  // namespace holdfast
