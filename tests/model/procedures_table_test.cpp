#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <holdfast/model/names.h>
#include <holdfast/model/procedures/turn.h>

namespace holdfast {
namespace {

// "a cluster list"
using Rows = std::vector<std::string>;

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// The names before the parenthesis of a heading "reserve_slot, release_slot (3.10)".
std::vector<std::string> programs_of(const std::string& heading) {
  std::vector<std::string> names;
  std::stringstream list(heading.substr(0, heading.find('(')));
  for (std::string name; std::getline(list, name, ',');) names.push_back(trimmed(name));
  return names;
}

// Program -> rows of its table, as the README tells it.
std::map<std::string, Rows> told() {
  std::ifstream file(HOLDFAST_SOURCE_DIR "/model/procedures/README.md");
  EXPECT_TRUE(file.is_open());
  std::map<std::string, Rows> result;
  std::vector<std::string> programs;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("### ")) {
      programs = programs_of(line.substr(4));
      for (const std::string& program : programs) result[program];
    } else if (line.starts_with("| ") && !line.starts_with("| letter")) {
      std::stringstream cells(line.substr(1));
      std::string row;
      for (int cell = 0; cell < 3; ++cell) {
        std::string text;
        std::getline(cells, text, '|');
        row += (cell == 0 ? "" : " ") + trimmed(text);
      }
      for (const std::string& program : programs) result[program].push_back(row);
    }
  }
  return result;
}

std::string store_name(Store store) {
  return store == Store::none ? "-" : std::string(name(store));
}

// The same of the instruction list. A letter may be several instructions, control flow before and
// after what it calls: they are one row.
Rows listed(const ProgramInfo& program) {
  Rows rows;
  for (const Instruction& instruction : program.instructions) {
    std::string row = std::string(instruction.letter) + ' ' + store_name(instruction.store) + ' ' +
                      std::string(name(instruction.verb));
    const bool joint = instruction.store == Store::none && instruction.verb == Verb::none;
    const std::string letter = std::string(instruction.letter) + ' ';
    if (joint && !rows.empty() && rows.back().starts_with(letter)) continue;
    rows.push_back(row);
  }
  return rows;
}

TEST(ProceduresTable, readme_and_instruction_lists_tell_the_same_steps) {
  const std::map<std::string, Rows> readme = told();
  for (int i = 1; i < program_count; ++i) {
    const ProgramInfo& program = info(static_cast<Program>(i));
    const auto rows = readme.find(std::string(program.name));
    ASSERT_NE(rows, readme.end()) << program.name << " is not in the README";
    EXPECT_EQ(rows->second, listed(program)) << program.name;
  }
}

TEST(ProceduresTable, readme_tells_of_no_other_program) {
  EXPECT_EQ(told().size(), static_cast<std::size_t>(program_count - 1));
}

TEST(ProceduresTable, every_program_stands_at_its_own_number) {
  for (int i = 0; i < program_count; ++i) {
    const auto program = static_cast<Program>(i);
    EXPECT_EQ(info(program).program, program) << info(program).name;
    EXPECT_FALSE(info(program).about.empty());
    EXPECT_EQ(info(program).instructions.empty(), program == Program::none) << info(program).name;
  }
}

TEST(ProceduresTable, every_step_says_what_it_is_about_and_can_run) {
  for (int i = 1; i < program_count; ++i) {
    for (const Instruction& instruction : info(static_cast<Program>(i)).instructions) {
      EXPECT_FALSE(instruction.letter.empty());
      EXPECT_FALSE(instruction.about.empty());
      EXPECT_NE(instruction.run, nullptr);
    }
  }
}

}  // namespace
}  // namespace holdfast
