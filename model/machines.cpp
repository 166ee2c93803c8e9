#include <holdfast/model/machines.h>

#include <algorithm>
#include <array>

namespace holdfast {

std::span<const MachineView> machines() {
  static const std::array all = {
      view(pod_machine),   view(managed_pod_machine), view(slot_machine),    view(task_machine),
      view(agent_machine), view(agent_slot_machine),  view(replica_machine),
  };
  return all;
}

const MachineView* machine_named(std::string_view name) {
  const std::span<const MachineView> all = machines();
  const auto found = std::ranges::find(all, name, &MachineView::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace holdfast
