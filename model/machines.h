// All state machines of the model in one list, with the types of their states and inputs erased,
// for whoever shows them: the machines command, the reports and the drawings in the READMEs.
//
// Thread safety: the tables never change.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <holdfast/model/machine.h>

namespace holdfast {

// A machine as names and numbers. Everything it refers to lives as long as the program.
struct MachineView {
  std::string_view name;
  std::string_view about;
  std::span<const std::string_view> states;  // by number
  std::span<const std::string_view> inputs;  // by number
  std::span<const MachineArrow> arrows;      // in the order of the machine's file
  std::uint8_t initial = 0;
};

template <MachineEnum State, MachineEnum Input>
constexpr MachineView view(const MachineTable<State, Input>& machine) {
  return {machine.name, machine.about, names_of<State>, names_of<Input>, machine.arrows, 0};
}

// Every machine of the model, in the order cluster, memory, database, agents, servers.
std::span<const MachineView> machines();

// The machine of that name, or nullptr.
const MachineView* machine_named(std::string_view name);

}  // namespace holdfast
