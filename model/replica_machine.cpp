#include <holdfast/model/replica_machine.h>

#include <holdfast/model/derive_table.h>
#include <holdfast/model/machine.h>

namespace holdfast {

constinit const MachineTable<ReplicaState, ReplicaInput> replica_machine =
    derive_table<ReplicaMachine>();

}  // namespace holdfast
