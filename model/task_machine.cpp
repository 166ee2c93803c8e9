#include <holdfast/model/task_machine.h>

#include <holdfast/model/derive_table.h>
#include <holdfast/model/machine.h>

namespace holdfast {

constinit const MachineTable<TaskStatus, TaskInput> task_machine = derive_table<TaskMachine>();

}  // namespace holdfast
