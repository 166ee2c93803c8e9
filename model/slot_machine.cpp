#include <holdfast/model/slot_machine.h>

#include <holdfast/model/derive_table.h>
#include <holdfast/model/machine.h>

namespace holdfast {

constinit const MachineTable<SlotState, SlotInput> slot_machine = derive_table<SlotMachine>();

}  // namespace holdfast
