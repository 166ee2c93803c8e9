#include <holdfast/reports/machine_drawings.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <vector>

#include <fmt/format.h>

namespace holdfast {
namespace {

// The arrows between two states, as one.
struct Way {
  std::uint8_t from = 0;
  std::uint8_t to = 0;
  std::vector<std::string_view> inputs;
};

using Out = std::back_insert_iterator<std::string>;

// By state, otherwise in the order of the machine's file.
std::vector<MachineArrow> arrows_by_state(const MachineView& machine) {
  std::vector<MachineArrow> arrows(machine.arrows.begin(), machine.arrows.end());
  std::ranges::stable_sort(arrows, {}, &MachineArrow::from);
  return arrows;
}

std::vector<Way> ways(const MachineView& machine) {
  std::vector<Way> all;
  for (const MachineArrow& arrow : arrows_by_state(machine)) {
    const auto same = [&arrow](const Way& way) {
      return way.from == arrow.from && way.to == arrow.to;
    };
    auto way = std::ranges::find_if(all, same);
    if (way == all.end()) way = all.insert(all.end(), Way{arrow.from, arrow.to, {}});
    way->inputs.push_back(machine.inputs[arrow.input]);
  }
  return all;
}

bool is_end(const MachineView& machine, std::size_t state) {
  return std::ranges::none_of(machine.arrows, [state](const MachineArrow& arrow) {
    return arrow.from == state && arrow.to != state;
  });
}

std::size_t longest(std::span<const std::string_view> names) {
  std::size_t length = 0;
  for (const std::string_view name : names) length = std::max(length, name.size());
  return length;
}

// A string of JSON or of Graphviz, which escape these characters alike.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string quoted_list(std::span<const std::string_view> names) {
  std::string result = "[";
  for (const std::string_view name : names) {
    if (result.size() > 1) result += ", ";
    result += quoted(name);
  }
  return result + "]";
}

std::string draw_text(const MachineView& machine) {
  std::string text = fmt::format("{}: {}\n\n", machine.name, machine.about);
  Out out(text);
  const std::size_t state_width = std::max(longest(machine.states), sizeof("state") - 1);
  const std::size_t input_width = std::max(longest(machine.inputs), sizeof("input") - 1);
  fmt::format_to(out, "  {:<{}}  {:<{}}  next\n", "state", state_width, "input", input_width);
  const std::vector<MachineArrow> arrows = arrows_by_state(machine);
  for (std::size_t state = 0; state < machine.states.size(); ++state) {
    std::string_view label = machine.states[state];
    for (const MachineArrow& arrow : arrows) {
      if (arrow.from != state) continue;
      fmt::format_to(out, "  {:<{}}  {:<{}}  {}\n", label, state_width,
                     machine.inputs[arrow.input], input_width, machine.states[arrow.to]);
      label = "";
    }
    if (!label.empty()) fmt::format_to(out, "  {:<{}}  refuses all\n", label, state_width);
  }
  fmt::format_to(out, "\n  It starts {}. Any other input is refused.\n",
                 machine.states[machine.initial]);
  return text;
}

std::string draw_mermaid(const MachineView& machine) {
  std::string text = fmt::format("stateDiagram-v2\n    %% {}: {}\n    direction LR\n",
                                 machine.name, machine.about);
  Out out(text);
  fmt::format_to(out, "    [*] --> {}\n", machine.states[machine.initial]);
  for (const Way& way : ways(machine)) {
    fmt::format_to(out, "    {} --> {}: {}\n", machine.states[way.from], machine.states[way.to],
                   fmt::join(way.inputs, ", "));
  }
  for (std::size_t state = 0; state < machine.states.size(); ++state) {
    if (is_end(machine, state)) fmt::format_to(out, "    {} --> [*]\n", machine.states[state]);
  }
  return text;
}

std::string draw_dot(const MachineView& machine) {
  std::string text = fmt::format(
      "digraph {} {{\n"
      "  graph [rankdir=LR, tooltip={}];\n"
      "  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
      "  edge [fontname=\"sans-serif\", fontsize=10];\n"
      "  \"[*]\" [shape=point, width=0.15];\n",
      quoted(machine.name), quoted(machine.about));
  Out out(text);
  for (std::size_t state = 0; state < machine.states.size(); ++state) {
    fmt::format_to(out, "  {}{};\n", quoted(machine.states[state]),
                   is_end(machine, state) ? " [peripheries=2]" : "");
  }
  fmt::format_to(out, "  \"[*]\" -> {};\n", quoted(machine.states[machine.initial]));
  for (const Way& way : ways(machine)) {
    fmt::format_to(out, "  {} -> {} [label=\"{}\"];\n", quoted(machine.states[way.from]),
                   quoted(machine.states[way.to]), fmt::join(way.inputs, "\\n"));
  }
  return text + "}\n";
}

// `indent` precedes every line but the first; the text ends without a newline.
std::string json_object(const MachineView& machine, std::string_view indent) {
  std::string text;
  Out out(text);
  fmt::format_to(out, "{{\n{0}  \"name\": {1},\n{0}  \"about\": {2},\n", indent,
                 quoted(machine.name), quoted(machine.about));
  fmt::format_to(out, "{0}  \"states\": {1},\n{0}  \"inputs\": {2},\n{0}  \"initial\": {3},\n",
                 indent, quoted_list(machine.states), quoted_list(machine.inputs),
                 quoted(machine.states[machine.initial]));
  fmt::format_to(out, "{}  \"arrows\": [", indent);
  std::string_view separator;
  for (const MachineArrow& arrow : machine.arrows) {
    fmt::format_to(out, "{}\n{}    {{\"from\": {}, \"input\": {}, \"to\": {}}}", separator, indent,
                   quoted(machine.states[arrow.from]), quoted(machine.inputs[arrow.input]),
                   quoted(machine.states[arrow.to]));
    separator = ",";
  }
  fmt::format_to(out, "\n{0}  ]\n{0}}}", indent);
  return text;
}

std::string draw_all_mermaid(std::span<const MachineView> machines) {
  std::string text;
  for (const MachineView& machine : machines) {
    if (!text.empty()) text += '\n';
    text += fmt::format("## {}\n\n{}\n\n```mermaid\n{}```\n", machine.name, machine.about,
                        draw_mermaid(machine));
  }
  return text;
}

std::string draw_all_json(std::span<const MachineView> machines) {
  std::string text = "{\n  \"machines\": [";
  std::string_view separator;
  for (const MachineView& machine : machines) {
    text += fmt::format("{}\n    {}", separator, json_object(machine, "    "));
    separator = ",";
  }
  return text + "\n  ]\n}\n";
}

}  // namespace

std::optional<MachineFormat> machine_format_named(std::string_view name) {
  constexpr std::array<std::string_view, 4> names = {"text", "mermaid", "dot", "json"};
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<MachineFormat>(found - names.begin());
}

std::string draw_machine(const MachineView& machine, MachineFormat format) {
  switch (format) {
    case MachineFormat::text: return draw_text(machine);
    case MachineFormat::mermaid: return draw_mermaid(machine);
    case MachineFormat::dot: return draw_dot(machine);
    case MachineFormat::json: return json_object(machine, "") + "\n";
  }
  return {};
}

std::string draw_machines(std::span<const MachineView> machines, MachineFormat format) {
  if (format == MachineFormat::mermaid) return draw_all_mermaid(machines);
  if (format == MachineFormat::json) return draw_all_json(machines);
  std::string text;
  for (const MachineView& machine : machines) {
    if (!text.empty()) text += '\n';
    text += draw_machine(machine, format);
  }
  return text;
}

}  // namespace holdfast
