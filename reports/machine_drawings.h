// State machines as text for people and tools: a table to read, Mermaid for a README, Graphviz for
// a picture, JSON for programs. The same machine gives the same bytes. Every drawing ends in a
// newline.
//
// Thread safety: all functions are pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <holdfast/model/machines.h>

namespace holdfast {

enum class MachineFormat : std::uint8_t { text, mermaid, dot, json };

// The format of that name, as a user gives it.
std::optional<MachineFormat> machine_format_named(std::string_view name);

// One machine. In Mermaid and Graphviz the arrows between the same two states are drawn as one, and
// a state that leads to no other is drawn as an end.
std::string draw_machine(const MachineView& machine, MachineFormat format);

// Several machines in one text: tables and Graphviz graphs one after the other, a Mermaid diagram
// each in a Markdown section, one JSON object {"machines": […]}.
std::string draw_machines(std::span<const MachineView> machines, MachineFormat format);

}  // namespace holdfast
