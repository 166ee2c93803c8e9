#include <holdfast/model/agent_slot_machine.h>

#include <holdfast/model/derive_table.h>
#include <holdfast/model/machine.h>

namespace holdfast {

constinit const MachineTable<AgentSlotState, AgentSlotInput> agent_slot_machine =
    derive_table<AgentSlotMachine>();

}  // namespace holdfast
