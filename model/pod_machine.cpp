#include <holdfast/model/pod_machine.h>

#include <holdfast/model/derive_table.h>
#include <holdfast/model/machine.h>

namespace holdfast {

constinit const MachineTable<PodState, PodInput> pod_machine = derive_table<PodMachine>();

}  // namespace holdfast
