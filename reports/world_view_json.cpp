#include <holdfast/reports/world_view.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/model/names.h>
#include <holdfast/model/names_of_entities.h>
#include <holdfast/model/procedures/turn.h>
#include <holdfast/reports/time_text.h>

namespace holdfast {
namespace {

class Document {
 public:
  Document(JsonWriter& json, const World& world, const Setup& setup, const Clock& clock,
           const WorldViewOptions& options)
      : json_(json), world_(world), setup_(setup), clock_(clock), options_(options) {}

  void write();

 private:
  void servers();
  void pools();
  void workspaces();
  void pods();
  void pod(PodIndex index);
  void agent(PodIndex index);
  void belief(MemoryIndex memory, PodIndex index);
  void tasks();
  void timers();
  void procedures();

  template <typename Number>
  void number_or_null(std::string_view key, Number value, Number nothing) {
    if (value == nothing) {
      json_.null(key);
    } else {
      json_.number(key, value);
    }
  }
  void text_or_null(std::string_view key, bool there, const std::string& value) {
    if (there) {
      json_.text(key, value);
    } else {
      json_.null(key);
    }
  }
  void moment(std::string_view key, Moment at) {
    text_or_null(key, clock_.timed() && at.us >= 0, clock_.timed() ? instant_text(at) : "");
  }
  void task_number(std::string_view key, TaskIndex task) {
    if (task < world_.tasks.size() && world_.tasks[task].exists) {
      json_.number(key, world_.tasks[task].number);
    } else {
      json_.null(key);
    }
  }
  void pod_or_null(std::string_view key, PodIndex pod) {
    text_or_null(key, pod != none, pod == none ? "" : pod_name(world_, setup_, pod));
  }
  void pool_or_null(PoolIndex pool) {
    text_or_null("pool", pool != none, pool == none ? "" : pool_id(setup_, pool));
  }
  void workspace_or_null(WorkspaceIndex workspace) {
    text_or_null("workspace", workspace != none,
                 workspace == none ? "" : workspace_id(setup_, workspace));
  }
  void slot_or_null(std::string_view key, SlotIndex slot) { number_or_null(key, slot, no_slot); }

  JsonWriter& json_;
  const World& world_;
  const Setup& setup_;
  const Clock& clock_;
  const WorldViewOptions& options_;
};

void Document::write() {
  servers();
  pools();
  workspaces();
  pods();
  tasks();
  timers();
  procedures();
}

void Document::servers() {
  json_.begin_array("servers");
  for (std::size_t r = 0; r < world_.replicas.size(); ++r) {
    json_.begin_object();
    json_.number("replica", r);
    json_.text("state", name(world_.replicas[r].state));
    json_.boolean("leads", world_.leader == r);
    moment("started", world_.replicas[r].started);
    json_.end_object();
  }
  json_.end_array();
}

void Document::pools() {
  json_.begin_array("pools");
  for (std::size_t p = 0; p < world_.pools.size(); ++p) {
    const auto index = static_cast<PoolIndex>(p);
    const Pool& pool = world_.pools[p];
    json_.begin_object();
    pool_or_null(index);
    json_.number("min_replicas", pool.min_replicas);
    json_.number("max_replicas", pool.max_replicas);
    json_.number("living_pods",
                 std::count_if(world_.pods.begin(), world_.pods.end(), [&](const Pod& one) {
                   return one.pool == index && lives(one);
                 }));
    if (clock_.timed()) {
      json_.boolean("frozen", clock_.frozen(pool));
    } else {
      json_.null("frozen");
    }
    json_.begin_array("beliefs");
    for (std::size_t m = 0; m < world_.memories.size(); ++m) {
      if (!world_.memories[m].exists) continue;
      const SlotStatistics held =
          slot_statistics(world_.memories[m], index, slots_each(setup_.knobs));
      json_.begin_object();
      json_.number("memory", m);
      json_.number("pods", held.pods);
      json_.number("slots", held.total);
      json_.number("running", held.used);
      json_.number("reserved", held.reserved);
      json_.end_object();
    }
    json_.end_array();
    json_.end_object();
  }
  json_.end_array();
}

void Document::workspaces() {
  json_.begin_array("workspaces");
  for (std::size_t w = 0; w < world_.workspaces.size(); ++w) {
    const Workspace& workspace = world_.workspaces[w];
    if (!workspace.locked) continue;
    json_.begin_object();
    workspace_or_null(static_cast<WorkspaceIndex>(w));
    pool_or_null(workspace.pool);
    json_.text("mode", name(workspace.mode));
    task_number("locked_by", workspace.locked_by);
    json_.end_object();
  }
  json_.end_array();
}

void Document::pods() {
  json_.begin_array("pods");
  for (std::size_t p = 0; p < world_.pods.size(); ++p) {
    if (shows_pod(world_, options_, static_cast<PodIndex>(p))) pod(static_cast<PodIndex>(p));
  }
  json_.end_array();
}

void Document::pod(PodIndex index) {
  const Pod& pod = world_.pods[index];
  json_.begin_object();
  pod_or_null("pod", index);
  pool_or_null(pod.pool);
  json_.text("state", name(pod.state));
  moment("created", pod.created);
  agent(index);
  json_.begin_array("reserved_for");
  for (std::size_t t = 0; t < world_.tasks.size(); ++t) {
    if (!reserved_on(world_.tasks[t], index)) continue;
    json_.begin_object();
    task_number("task", static_cast<TaskIndex>(t));
    slot_or_null("slot", world_.tasks[t].plan_slot);
    json_.end_object();
  }
  json_.end_array();
  json_.begin_array("beliefs");
  for (std::size_t m = 0; m < world_.memories.size(); ++m) {
    if (world_.memories[m].exists) belief(static_cast<MemoryIndex>(m), index);
  }
  json_.end_array();
  json_.begin_array("differences");
  for (const Difference& difference : differences(world_, setup_)) {
    if (difference.pod == index) json_.text(difference.text);
  }
  json_.end_array();
  json_.end_object();
}

void Document::agent(PodIndex index) {
  static const Agent absent;
  const Agent& agent = index < world_.agents.size() ? world_.agents[index] : absent;
  json_.begin_object("agent");
  json_.text("state", name(agent.state));
  number_or_null("connected_to", agent.connected_to, none);
  json_.begin_array("work");
  for (const AgentWork& work : agent.work) {
    json_.begin_object();
    task_number("task", work.task);
    json_.text("action", name(work.action));
    slot_or_null("slot", work.slot);
    json_.end_object();
  }
  json_.end_array();
  json_.end_object();
}

void Document::belief(MemoryIndex memory, PodIndex index) {
  static const ManagedPod unknown;
  const std::vector<ManagedPod>& pods = world_.memories[memory].pods;
  const ManagedPod& held = index < pods.size() ? pods[index] : unknown;
  json_.begin_object();
  json_.number("memory", memory);
  json_.text("state", name(held.state));
  json_.boolean("agent_known", held.agent_known());
  moment("heartbeat", held.heartbeat);
  json_.begin_array("slots");
  const int slots = held.known() && setup_.knobs.slots != SlotsKnob::none
                        ? slots_each(setup_.knobs)
                        : 0;
  for (int s = 0; s < slots; ++s) {
    const Slot& slot = held.slots[static_cast<std::size_t>(s)];
    const bool busy = slot.state != SlotState::idle;
    json_.begin_object();
    json_.text("state", name(slot.state));
    task_number("task", busy ? slot.task : none);
    text_or_null("task_type", busy, std::string(name(slot.type)));
    moment("since", slot.since);
    json_.end_object();
  }
  json_.end_array();
  json_.end_object();
}

void Document::tasks() {
  json_.begin_array("tasks");
  for (std::size_t t = 0; t < world_.tasks.size(); ++t) {
    if (!shows_task(world_, options_, static_cast<TaskIndex>(t))) continue;
    const Task& task = world_.tasks[t];
    json_.begin_object();
    json_.number("task", task.number);
    workspace_or_null(task.workspace);
    json_.text("task_type", name(task.type));
    json_.text("status", name(task.row.status));
    json_.boolean("confirmed", task.row.confirmed);
    pod_or_null("agent", task.row.agent);
    pod_or_null("plan_pod", task.plan_pod);
    slot_or_null("plan_slot", task.plan_slot);
    json_.end_object();
  }
  json_.end_array();
}

void Document::timers() {
  json_.begin_array("timers");
  for (const Timer& timer : world_.timers) {
    if (timer.kind == TimerKind::none || options_.narrow()) continue;
    json_.begin_object();
    json_.text("timer", name(timer.kind));
    number_or_null("replica", timer.replica, none);
    workspace_or_null(timer.workspace);
    moment("due", timer.due);
    json_.end_object();
  }
  json_.end_array();
}

void Document::procedures() {
  json_.begin_array("procedures");
  for (const Procedure& procedure : world_.procedures) {
    if (!shows_procedure(options_, procedure)) continue;
    const ProgramInfo& top = info(procedure.top().program);
    const std::size_t at = procedure.top().at;
    const bool goes_on = at < top.instructions.size();
    json_.begin_object();
    json_.text("procedure", info(procedure.kind()).name);
    text_or_null("step", goes_on,
                 goes_on ? fmt::format("{}.{}", top.name, top.instructions[at].letter) : "");
    text_or_null("about", goes_on, goes_on ? std::string(top.instructions[at].about) : "");
    number_or_null("replica", procedure.replica, none);
    pool_or_null(procedure.pool);
    workspace_or_null(procedure.workspace);
    task_number("task", procedure.task);
    pod_or_null("pod", procedure.pod);
    moment("wakes", procedure.wake);
    json_.end_object();
  }
  json_.end_array();
}

}  // namespace

void write_world(JsonWriter& json, std::string_view key, const World& world, const Setup& setup,
                 const Clock& clock, const WorldViewOptions& options) {
  json.begin_object(key);
  Document(json, world, setup, clock, options).write();
  json.end_object();
}

}  // namespace holdfast
