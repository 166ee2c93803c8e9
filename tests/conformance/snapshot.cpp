#include <holdfast/tests/conformance/snapshot.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include <holdfast/model/names.h>

namespace holdfast {
namespace {

constexpr MemoryIndex leader = 0;

Json seconds(Moment moment) {
  if (moment == never) return nullptr;
  return moment.us / second;
}

// The places of `count` things in the order of their names.
template <typename NameOf>
std::vector<std::uint16_t> by_name(std::size_t count, const NameOf& name_of) {
  std::vector<std::uint16_t> places(count);
  std::iota(places.begin(), places.end(), std::uint16_t{0});
  std::stable_sort(places.begin(), places.end(), [&](std::uint16_t a, std::uint16_t b) {
    return name_of(a) < name_of(b);
  });
  return places;
}

std::string phase_name(PodState state) {
  switch (state) {
    case PodState::pending: return "Pending";
    case PodState::succeeded: return "Succeeded";
    case PodState::failed: return "Failed";
    default: return "Running";
  }
}

Json cluster(const Walker& w) {
  Json pods = Json::array();
  for (const PodIndex i : by_name(w.world.pods.size(), [&](PodIndex p) { return w.pod_name(p); })) {
    const Pod& pod = w.world.pods[i];
    if (!listed(pod)) continue;
    const Pool& pool = w.world.pools[pod.pool];
    Json said{{"name", w.pod_name(i)},
              {"pool", w.setup.pools[pod.pool]},
              {"phase", phase_name(phase_of(pod))},
              {"created", seconds(pod.created)}};
    if (pod.state == PodState::terminating) said["terminating"] = true;
    if (pod.token < pool.first_active_token) said["token_revoked"] = true;
    pods.push_back(std::move(said));
  }
  return pods;
}

Json memory(const Walker& w, const SlotTimes& times) {
  Json pods = Json::array();
  if (leader >= w.world.memories.size()) return pods;
  const Memory& memory = w.world.memories[leader];
  for (const PodIndex i : by_name(memory.pods.size(), [&](PodIndex p) { return w.pod_name(p); })) {
    const ManagedPod& pod = memory.pods[i];
    if (!pod.known()) continue;
    Json slots = Json::array();
    for (SlotIndex s = 0; s < slots_per_pod; ++s) {
      const Slot& slot = pod.slots[s];
      Json said{{"s", name(slot.state)}, {"upd", times.of(i, s)}};
      if (slot.state != SlotState::idle) {
        said["task"] = w.world.tasks[slot.task].number;
        said["type"] = name(slot.type);
      }
      slots.push_back(std::move(said));
    }
    pods.push_back({{"pod", w.pod_name(i)},
                    {"pool", w.setup.pools[pod.pool]},
                    {"agent", pod.agent_known() ? w.agent_id(pod.agent) : ""},
                    {"created", seconds(pod.created)},
                    {"hb", seconds(pod.heartbeat)},
                    {"slots", std::move(slots)}});
  }
  return pods;
}

std::string stage_of(const TaskRow& row) {
  return row.stage == TaskStage::none ? std::string() : std::string(name(row.stage));
}

Json tasks(const Walker& w) {
  Json said = Json::array();
  for (const Task& task : w.world.tasks) {
    if (!task.exists) continue;
    const TaskRow& row = task.row;
    const std::string agent = row.agent == none ? std::string() : w.agent_id(row.agent);
    said.push_back({{"id", task.number},
                    {"ws", w.setup.workspaces[task.workspace]},
                    {"type", name(task.type)},
                    {"status", status_name(row.status)},
                    {"stage", stage_of(row)},
                    {"agent", agent.empty() ? Json(nullptr) : Json(agent)},
                    {"retry", row.retry_count},
                    {"confirmed", row.confirmed},
                    {"started", seconds(row.started)},
                    {"completed", seconds(row.completed)}});
  }
  return said;
}

Json agents(const Walker& w) {
  Json said = Json::array();
  for (const PodIndex i :
       by_name(w.world.agents.size(), [&](PodIndex a) {
         // Living agents without a row come after the rows.
         return std::pair(!w.world.agents[a].row, w.agent_id(a));
       })) {
    const Agent& agent = w.world.agents[i];
    const bool alive = agent.state != AgentState::absent && agent.state != AgentState::gone;
    if (w.agent_id(i).empty() || (!agent.row && !alive)) continue;
    Json one{{"id", w.agent_id(i)},
             {"name", w.pod_name(i)},
             {"conn", agent.connected_to == leader}};
    one["status"] = agent.row ? (agent.online ? "online" : "offline") : "(row deleted)";
    if (agent.row) {
      one["ping"] = seconds(agent.last_ping);
      one["connected_pod"] = agent.row_replica == none ? Json(nullptr) : Json("platform-0");
    }
    if (alive) {
      one["alive"] = true;
      one["exec"] = Json::object();
      for (const AgentWork& work : agent.work) {
        one["exec"][std::to_string(w.world.tasks[work.task].number)] = name(work.action);
      }
    }
    said.push_back(std::move(one));
  }
  return said;
}

Json timers(const Walker& w) {
  std::vector<const Timer*> retries;
  for (const Timer& timer : w.world.timers) {
    if (timer.kind == TimerKind::retry) retries.push_back(&timer);
  }
  std::sort(retries.begin(), retries.end(),
            [](const Timer* a, const Timer* b) { return a->order < b->order; });
  Json said = Json::array();
  for (const Timer* timer : retries) {
    said.push_back({{"name", "retry " + w.setup.workspaces[timer->workspace]},
                    {"due", seconds(timer->due)}});
  }
  return said;
}

Json restarts(const Walker& w) {
  Json said = Json::array();
  const std::vector<PodRestarts>& known = w.world.memories[leader].restarts;
  for (const PodIndex i : by_name(known.size(), [&](PodIndex p) { return w.pod_name(p); })) {
    if (known[i] == PodRestarts{}) continue;
    said.push_back({{"pod", w.pod_name(i)},
                    {"count", known[i].count},
                    {"last", seconds(known[i].last)},
                    {"first", seconds(known[i].first_unhealthy)}});
  }
  return said;
}

void compare(const std::string& field, const Json& recorded, const Json& ours,
             std::vector<Difference>& out) {
  if (recorded == ours) return;
  if (recorded.is_object() && ours.is_object()) {
    for (const auto& [key, value] : recorded.items()) {
      const std::string name = field.empty() ? key : field + "." + key;
      if (ours.contains(key)) {
        compare(name, value, ours[key], out);
      } else {
        out.push_back({name, value.dump(), ""});
      }
    }
    for (const auto& [key, value] : ours.items()) {
      if (!recorded.contains(key)) out.push_back({field + "." + key, "", value.dump()});
    }
    return;
  }
  if (recorded.is_array() && ours.is_array()) {
    const std::size_t count = std::max(recorded.size(), ours.size());
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = field + "[" + std::to_string(i) + "]";
      if (i >= recorded.size()) {
        out.push_back({name, "", ours[i].dump()});
      } else if (i >= ours.size()) {
        out.push_back({name, recorded[i].dump(), ""});
      } else {
        compare(name, recorded[i], ours[i], out);
      }
    }
    return;
  }
  out.push_back({field, recorded.dump(), ours.dump()});
}

}  // namespace

void SlotTimes::see(const Event& event) {
  if (event.memory != leader) return;
  const std::int64_t now = event.time.us / second;
  switch (event.type) {
    case EventType::memory_pod_discovered:
    case EventType::memory_pod_managed:
      times_.resize(std::max<std::size_t>(times_.size(), event.pod + 1u));
      times_[event.pod].fill(now);
      // What was known of an earlier pod of that name is taken over.
      if (!event.pods.empty()) times_[event.pod] = times_.at(event.pods.front());
      break;
    case EventType::slot_reused:
      if (!event.flag) break;
      [[fallthrough]];
    case EventType::slot_assigned:
    case EventType::slot_reserved:
    case EventType::slot_released:
    case EventType::slot_expired:
      times_.at(event.pod)[event.slot] = now;
      break;
    default: break;
  }
}

std::int64_t SlotTimes::of(PodIndex pod, SlotIndex slot) const { return times_.at(pod)[slot]; }

Json snapshot(const Walker& w, const SlotTimes& times) {
  Json workspaces = Json::array();
  for (const WorkspaceIndex i :
       by_name(w.world.workspaces.size(), [&](std::uint16_t s) { return w.setup.workspaces[s]; })) {
    const Workspace& workspace = w.world.workspaces[i];
    workspaces.push_back({{"id", w.setup.workspaces[i]},
                          {"pool", w.setup.pools[workspace.pool]},
                          {"locked", workspace.locked}});
  }
  Json calls = Json::array();
  for (const ClusterCall& call : w.calls) {
    calls.push_back({{"verb", call.verb}, {"name", call.name}, {"failed", call.failed}});
  }
  return {{"t", seconds(w.now())},   {"k8s", cluster(w)},     {"pm", memory(w, times)},
          {"tasks", tasks(w)},       {"ws", workspaces},      {"agents", agents(w)},
          {"timers", timers(w)},     {"restart", restarts(w)}, {"k8s_calls", calls}};
}

Json comparable(const Json& recorded) {
  Json result;
  for (const char* key : {"t", "k8s", "pm", "tasks", "ws", "agents", "timers", "restart"}) {
    result[key] = recorded.at(key);
  }
  for (Json& pod : result["k8s"]) {
    if (pod.contains("terminating")) pod["terminating"] = true;
  }
  for (Json& task : result["tasks"]) {
    task.erase("error");
    task.erase("desc");
  }
  for (Json& workspace : result["ws"]) workspace.erase("reason");
  result["k8s_calls"] = Json::array();
  if (recorded.contains("k8s_calls")) {
    for (const Json& call : recorded["k8s_calls"]) {
      result["k8s_calls"].push_back({{"verb", call.at("verb")},
                                     {"name", call.value("name", "")},
                                     {"failed", call.contains("err")}});
    }
  }
  return result;
}

std::vector<Difference> differences(const Json& recorded, const Json& ours) {
  std::vector<Difference> result;
  compare("", recorded, ours, result);
  return result;
}

}  // namespace holdfast
