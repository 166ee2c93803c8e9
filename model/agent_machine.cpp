#include <holdfast/model/agent_machine.h>

#include <holdfast/model/derive_table.h>
#include <holdfast/model/machine.h>

namespace holdfast {

constinit const MachineTable<AgentState, AgentInput> agent_machine = derive_table<AgentMachine>();

}  // namespace holdfast
