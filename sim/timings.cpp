#include <holdfast/sim/timings.h>

#include <algorithm>
#include <array>

namespace holdfast {
namespace {

constexpr std::array<TimingName, 14> names = {{
    {"cluster_call", "one call of the cluster API", &Timings::cluster_call},
    {"database_call", "one query or write of the database", &Timings::database_call},
    {"memory_step", "one block under a memory's lock", &Timings::memory_step},
    {"goroutine_start", "from starting a goroutine to its first step", &Timings::goroutine_start},
    {"pod_start", "from a pod's creation to Running", &Timings::pod_start},
    {"pod_termination", "from a pod's deletion to its end; with 0s it is gone at once",
     &Timings::pod_termination},
    {"agent_connect", "from Running to the agent's connection", &Timings::agent_connect},
    {"agent_reconnect", "from the server's start to an agent's return", &Timings::agent_reconnect},
    {"server_down", "from a server's stop to its start", &Timings::server_down},
    {"plan", "the plan of a task on its agent", &Timings::plan},
    {"apply", "the apply of a task on its agent, without the start-up", &Timings::apply},
    {"apply_cold_start", "start-up of an apply away from where its plan ran",
     &Timings::apply_cold_start},
    {"apply_warm_start", "start-up of an apply on the pod and slot of its plan",
     &Timings::apply_warm_start},
    {"confirm", "from a finished plan to the user's confirmation", &Timings::confirm},
}};

// A member without a row could not be set by any scenario.
static_assert(sizeof(Timings) == names.size() * sizeof(Distribution));

}  // namespace

std::span<const TimingName> timing_names() { return names; }

const TimingName* find_timing(std::string_view name) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [name](const TimingName& row) { return row.name == name; });
  return found == names.end() ? nullptr : &*found;
}

}  // namespace holdfast
