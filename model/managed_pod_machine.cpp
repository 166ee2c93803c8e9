#include <holdfast/model/managed_pod_machine.h>

#include <holdfast/model/derive_table.h>
#include <holdfast/model/machine.h>

namespace holdfast {

constinit const MachineTable<ManagedPodState, ManagedPodInput> managed_pod_machine =
    derive_table<ManagedPodMachine>();

}  // namespace holdfast
