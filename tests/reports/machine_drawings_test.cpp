#include <holdfast/reports/machine_drawings.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {
namespace {

// A door with a lock; broken is an end, and two inputs close it.
constexpr std::array<std::string_view, 3> states = {"closed", "open", "broken"};
constexpr std::array<std::string_view, 4> inputs = {"pushed", "pulled", "slammed", "kicked"};
constexpr std::array arrows = {
    MachineArrow{1, 1, 0}, MachineArrow{0, 0, 1}, MachineArrow{1, 2, 0},
    MachineArrow{0, 3, 2}, MachineArrow{0, 1, 0},
};
constexpr MachineView door{"door", "A \"door\" with a \\.", states, inputs, arrows, 0};
constexpr std::array<std::string_view, 2> lamp_states = {"dark", "lit"};
constexpr std::array<std::string_view, 1> lamp_inputs = {"pressed"};
constexpr std::array lamp_arrows = {MachineArrow{0, 0, 1}, MachineArrow{1, 0, 0}};
constexpr MachineView lamp{"lamp", "A lamp.", lamp_states, lamp_inputs, lamp_arrows, 0};

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(MachineDrawings, formats_are_named_as_users_give_them) {
  EXPECT_EQ(machine_format_named("text"), MachineFormat::text);
  EXPECT_EQ(machine_format_named("mermaid"), MachineFormat::mermaid);
  EXPECT_EQ(machine_format_named("dot"), MachineFormat::dot);
  EXPECT_EQ(machine_format_named("json"), MachineFormat::json);
  EXPECT_EQ(machine_format_named("svg"), std::nullopt);
}

TEST(MachineDrawings, a_table_lists_the_arrows_state_by_state) {
  EXPECT_EQ(draw_machine(door, MachineFormat::text),
            "door: A \"door\" with a \\.\n"
            "\n"
            "  state   input    next\n"
            "  closed  pushed   open\n"
            "          kicked   broken\n"
            "          pulled   closed\n"
            "  open    pulled   closed\n"
            "          slammed  closed\n"
            "  broken  refuses all\n"
            "\n"
            "  It starts closed. Any other input is refused.\n");
}

TEST(MachineDrawings, mermaid_joins_the_arrows_between_two_states) {
  EXPECT_EQ(draw_machine(door, MachineFormat::mermaid),
            "stateDiagram-v2\n"
            "    %% door: A \"door\" with a \\.\n"
            "    direction LR\n"
            "    [*] --> closed\n"
            "    closed --> open: pushed\n"
            "    closed --> broken: kicked\n"
            "    closed --> closed: pulled\n"
            "    open --> closed: pulled, slammed\n"
            "    broken --> [*]\n");
}

TEST(MachineDrawings, graphviz_joins_them_too_and_quotes) {
  EXPECT_EQ(draw_machine(door, MachineFormat::dot),
            "digraph \"door\" {\n"
            "  graph [rankdir=LR, tooltip=\"A \\\"door\\\" with a \\\\.\"];\n"
            "  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
            "  edge [fontname=\"sans-serif\", fontsize=10];\n"
            "  \"[*]\" [shape=point, width=0.15];\n"
            "  \"closed\";\n"
            "  \"open\";\n"
            "  \"broken\" [peripheries=2];\n"
            "  \"[*]\" -> \"closed\";\n"
            "  \"closed\" -> \"open\" [label=\"pushed\"];\n"
            "  \"closed\" -> \"broken\" [label=\"kicked\"];\n"
            "  \"closed\" -> \"closed\" [label=\"pulled\"];\n"
            "  \"open\" -> \"closed\" [label=\"pulled\\nslammed\"];\n"
            "}\n");
}

TEST(MachineDrawings, json_keeps_the_arrows_in_the_order_of_the_machine) {
  EXPECT_EQ(draw_machine(door, MachineFormat::json),
            "{\n"
            "  \"name\": \"door\",\n"
            "  \"about\": \"A \\\"door\\\" with a \\\\.\",\n"
            "  \"states\": [\"closed\", \"open\", \"broken\"],\n"
            "  \"inputs\": [\"pushed\", \"pulled\", \"slammed\", \"kicked\"],\n"
            "  \"initial\": \"closed\",\n"
            "  \"arrows\": [\n"
            "    {\"from\": \"open\", \"input\": \"pulled\", \"to\": \"closed\"},\n"
            "    {\"from\": \"closed\", \"input\": \"pushed\", \"to\": \"open\"},\n"
            "    {\"from\": \"open\", \"input\": \"slammed\", \"to\": \"closed\"},\n"
            "    {\"from\": \"closed\", \"input\": \"kicked\", \"to\": \"broken\"},\n"
            "    {\"from\": \"closed\", \"input\": \"pulled\", \"to\": \"closed\"}\n"
            "  ]\n"
            "}\n");
}

TEST(MachineDrawings, several_machines_are_one_json_object) {
  constexpr std::array two = {lamp, lamp};
  const std::string one =
      "    {\n"
      "      \"name\": \"lamp\",\n"
      "      \"about\": \"A lamp.\",\n"
      "      \"states\": [\"dark\", \"lit\"],\n"
      "      \"inputs\": [\"pressed\"],\n"
      "      \"initial\": \"dark\",\n"
      "      \"arrows\": [\n"
      "        {\"from\": \"dark\", \"input\": \"pressed\", \"to\": \"lit\"},\n"
      "        {\"from\": \"lit\", \"input\": \"pressed\", \"to\": \"dark\"}\n"
      "      ]\n"
      "    }";
  EXPECT_EQ(draw_machines(two, MachineFormat::json),
            "{\n  \"machines\": [\n" + one + ",\n" + one + "\n  ]\n}\n");
}

TEST(MachineDrawings, several_machines_in_mermaid_are_sections_of_a_readme) {
  constexpr std::array two = {lamp, lamp};
  const std::string one =
      "## lamp\n\nA lamp.\n\n```mermaid\n" + draw_machine(lamp, MachineFormat::mermaid) + "```\n";
  EXPECT_EQ(draw_machines(two, MachineFormat::mermaid), one + "\n" + one);
}

TEST(MachineDrawings, several_tables_and_graphs_follow_each_other) {
  constexpr std::array two = {door, lamp};
  for (const MachineFormat format : {MachineFormat::text, MachineFormat::dot}) {
    EXPECT_EQ(draw_machines(two, format),
              draw_machine(door, format) + "\n" + draw_machine(lamp, format));
  }
}

// A line "    a --> b" or "    a --> b: label" as its parts; nothing for any other line.
std::optional<std::array<std::string, 3>> mermaid_arrow(const std::string& line) {
  const std::size_t dash = line.find(" --> ");
  if (!line.starts_with("    ") || dash == std::string::npos) return std::nullopt;
  const std::size_t colon = std::min(line.find(": ", dash), line.size());
  return std::array{line.substr(4, dash - 4), line.substr(dash + 5, colon - dash - 5),
                    colon == line.size() ? "" : line.substr(colon + 2)};
}

TEST(MachineDrawings, every_machine_of_the_model_is_well_formed_mermaid) {
  for (const MachineView& machine : machines()) {
    const auto lines = lines_of(draw_machine(machine, MachineFormat::mermaid));
    std::set<std::string> ends(machine.states.begin(), machine.states.end());
    // Words that Mermaid reads as something else.
    for (const char* word : {"state", "end", "note", "direction", "class", "as"}) {
      EXPECT_FALSE(ends.contains(word)) << machine.name;
    }
    ends.insert("[*]");
    ASSERT_GT(lines.size(), 4U);
    EXPECT_EQ(lines[0], "stateDiagram-v2");
    EXPECT_TRUE(lines[1].starts_with("    %% ")) << lines[1];
    EXPECT_EQ(lines[2], "    direction LR");
    std::size_t labels = 0;
    std::set<std::array<std::string, 2>> seen;
    for (std::size_t i = 3; i < lines.size(); ++i) {
      const auto arrow = mermaid_arrow(lines[i]);
      ASSERT_TRUE(arrow.has_value()) << machine.name << ": " << lines[i];
      const auto& [from, to, label] = *arrow;
      EXPECT_TRUE(ends.contains(from) && ends.contains(to)) << machine.name << ": " << lines[i];
      EXPECT_TRUE(seen.insert({from, to}).second) << machine.name << " twice: " << lines[i];
      EXPECT_EQ(label.empty(), from == "[*]" || to == "[*]") << machine.name << ": " << lines[i];
      EXPECT_EQ(label.find_first_not_of("abcdefghijklmnopqrstuvwxyz_, "), std::string::npos);
      if (!label.empty()) labels += 1U + static_cast<std::size_t>(std::ranges::count(label, ','));
    }
    EXPECT_EQ(labels, machine.arrows.size()) << machine.name;
    EXPECT_TRUE(seen.contains({"[*]", std::string(machine.states[machine.initial])}));
  }
}

TEST(MachineDrawings, every_arrow_of_the_model_stands_in_its_table) {
  for (const MachineView& machine : machines()) {
    const auto lines = lines_of(draw_machine(machine, MachineFormat::text));
    std::string_view state;
    std::size_t found = 0;
    for (const std::string& line : lines) {
      std::istringstream words(line);
      std::vector<std::string> parts;
      for (std::string word; words >> word;) parts.push_back(word);
      if (!line.starts_with("  ") || parts.size() < 2 || parts[0] == "It") continue;
      const auto named = std::ranges::find(machine.states, parts[0]);
      if (line[2] != ' ' && named != machine.states.end()) {
        state = *named;
        parts.erase(parts.begin());
      }
      if (parts.size() != 2) continue;
      for (const MachineArrow& arrow : machine.arrows) {
        found += machine.states[arrow.from] == state && machine.inputs[arrow.input] == parts[0] &&
                 machine.states[arrow.to] == parts[1];
      }
    }
    EXPECT_EQ(found, machine.arrows.size()) << machine.name;
  }
}

}  // namespace
}  // namespace holdfast
