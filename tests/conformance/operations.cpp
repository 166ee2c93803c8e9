#include <holdfast/tests/conformance/operations.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <stdexcept>

#include <holdfast/model/names.h>

namespace holdfast {
namespace {

constexpr ReplicaIndex leader = 0;
constexpr ReplicaIndex other = 1;

class Operation {
 public:
  Operation(Walker& walker, const Json& json) : w(walker), op(json) {}

  void perform();

 private:
  // --- what it names ---
  std::string text(const char* key, const char* otherwise = "") const {
    return op.contains(key) && op[key].is_string() ? op[key].get<std::string>() : otherwise;
  }
  std::int64_t number(const char* key, std::int64_t otherwise = 0) const {
    return op.contains(key) && op[key].is_number() ? op[key].get<std::int64_t>() : otherwise;
  }
  bool flag(const char* key, bool otherwise = false) const {
    return op.contains(key) && op[key].is_boolean() ? op[key].get<bool>() : otherwise;
  }
  PoolIndex pool() const { return known(w.pool_named(text("pool", "p1"))); }
  WorkspaceIndex workspace() const { return known(w.workspace_named(text("ws", "w1"))); }
  TaskIndex task() const { return known(w.task_numbered(number("task"))); }
  PodIndex pod() const { return known(w.pod_named(text("pod"))); }
  PodIndex process() const { return known(w.process_named(text("pod"))); }
  std::uint16_t known(std::uint16_t index) const {
    if (index == none) throw std::runtime_error("no such entity: " + op.dump());
    return index;
  }
  ReplicaIndex replica(const char* key) const { return number(key) == 1 ? other : leader; }
  // The memory that a request works on: the leader's, or one of its own.
  MemoryIndex memory(const char* otherwise) const {
    return text("service", otherwise) == "fresh" ? place_for_handler(w.world) : leader;
  }
  // --- running ---
  void call(Program program, const Walker::Fill& fill = {}, MemoryIndex memory = leader) {
    w.run(w.start(program, leader, memory, fill));
  }
  void call_on_pool(Program program, MemoryIndex memory = leader) {
    call(
        program,
        [this](Procedure& p) {
          p.pool = pool();
          p.min_replicas = w.world.pools[p.pool].min_replicas;
          p.max_replicas = w.world.pools[p.pool].max_replicas;
        },
        memory);
  }
  void call_on_task(Program program, ReplicaIndex at = leader) {
    w.run(w.start(program, at, at, [this](Procedure& p) { p.task = task(); }));
  }
  // --- the operations ---
  void configure_pool();
  void add_workspace();
  void submit();
  void save_config();
  void finish(WorkResult result);
  void send_message();
  bool told_over_broken_connection(TaskIndex about);
  void cancel();
  void confirm_in_database();
  void restart();
  PodIndex reborn(PodIndex dead);
  void connect();
  void crash();
  void beat(PodIndex agent);
  void beat_all();
  void check_health();
  void set_phase();
  void remove_pod();
  void add_errors();
  void run_for();
  void fail_queries();
  void race();

  Walker& w;
  const Json& op;

  using Method = void (*)(Operation&);
  static const std::map<std::string, Method>& table();
};

void Operation::configure_pool() {
  const std::string id = text("pool", "p1");
  PoolIndex index = w.pool_named(id);
  if (index == none) {
    index = static_cast<PoolIndex>(w.setup.pools.size());
    w.setup.pools.push_back(id);
  }
  w.fold(EventType::pool_configured, [&](Event& e) {
    e.pool = index;
    e.n = {number("min"), number("max")};
    e.freeze = freeze_of(op);
  });
}

void Operation::add_workspace() {
  const PoolIndex of_pool = pool();
  WorkspaceIndex index = w.workspace_named(text("ws", "w1"));
  if (index == none) {
    index = static_cast<WorkspaceIndex>(w.setup.workspaces.size());
    w.setup.workspaces.push_back(text("ws", "w1"));
  }
  w.fold(EventType::workspace_created, [&](Event& e) {
    e.workspace = index;
    e.pool = of_pool;
    e.mode = value_named<ExecutionMode>(text("mode", "k8s")).value();
  });
}

void Operation::submit() {
  const WorkspaceIndex in = workspace();
  w.fold(EventType::task_submitted, [&](Event& e) {
    e.task = static_cast<TaskIndex>(w.world.tasks.size());
    e.workspace = in;
    e.task_type = value_named<TaskType>(text("type")).value();
    e.n[0] = w.world.last_task_number + 1;
    e.flag = text("desc").starts_with("Triggered by workspace");
  });
  if (!flag("trigger")) return;
  w.queue({w.start(Program::try_next, leader, leader, [&](Procedure& p) { p.workspace = in; })});
}

void Operation::save_config() {
  w.setup.configs.push_back({pool(), static_cast<int>(number("min")),
                             static_cast<int>(number("max")), freeze_of(op)});
  call(
      Program::save_config,
      [this](Procedure& p) {
        p.pool = pool();
        p.count = static_cast<std::int16_t>(w.setup.configs.size() - 1);
      },
      memory("fresh"));
}

// --- agents ---

// The agent that works on the task, of several the one whose id comes first; none if nobody does.
PodIndex worker_of(const Walker& w, TaskIndex task, std::size_t& place) {
  PodIndex found = none;
  for (std::size_t i = 0; i < w.world.agents.size(); ++i) {
    const std::vector<AgentWork>& work = w.world.agents[i].work;
    const auto agent = static_cast<PodIndex>(i);
    for (std::size_t at = 0; at < work.size(); ++at) {
      if (work[at].task != task) continue;
      if (found != none && w.agent_id(found) <= w.agent_id(agent)) continue;
      found = agent;
      place = at;
    }
  }
  return found;
}

void Operation::finish(WorkResult result) {
  std::size_t place = 0;
  const PodIndex agent = worker_of(w, task(), place);
  if (agent == none) throw std::runtime_error("nobody works on it: " + op.dump());
  const auto started = w.take_step(
      {.kind = StepKind::agent_finishes,
       .actor = agent,
       .choice = static_cast<std::uint16_t>(place * work_results + static_cast<unsigned>(result))});
  // An applied workspace is unlocked by a request of its own.
  w.run_until(started.at(0), "report_status", "e", replica("http_replica"));
  if (!w.options.queue_waits) w.run_queue();
  w.run(started.at(0), replica("http_replica"));
  if (started.size() < 2) return;
  const bool connected = w.world.agents[agent].connected_to != none;
  if (text("ws_msg", "after") == "none" || !connected) {
    w.drop(started[1]);
  } else {
    w.run(started[1], replica("ws_replica"));
  }
}

// The message over the channel alone: "the work on this task is over".
void Operation::send_message() {
  const TaskIndex about = task();
  const ReplicaIndex at = replica("ws_replica");
  w.run(w.start(Program::report_message, at, at, [&](Procedure& p) { p.task = about; }));
}

// The signal to the agent is sent before anything is saved. If that is the message that fails, the
// end of the connection is noticed first.
bool Operation::told_over_broken_connection(TaskIndex about) {
  const TaskRow& row = w.world.tasks[about].row;
  if (!w.send_error || w.database_errors > 0) return false;
  if (!is_running(row.status) || row.agent == none) return false;
  const Agent& agent = w.world.agents[row.agent];
  if (!agent.row || agent.connected_to != leader) return false;
  w.send_error = false;
  w.queue_lost(row.agent);
  return true;
}

void Operation::cancel() {
  const TaskIndex about = task();
  const bool applies = w.world.tasks[about].row.status == TaskStatus::running_applying;
  if (applies && !flag("force")) return;
  const bool signal_fails = told_over_broken_connection(about);
  const ProcedureIndex place =
      w.start(Program::cancel, leader, leader, [&](Procedure& p) { p.task = about; });
  w.run_until(place, "cancel", "e");
  if (!w.options.queue_waits) w.run_queue();
  if (place >= w.world.procedures.size() || w.world.procedures[place].depth == 0) return;
  if (signal_fails || !flag("ack", true)) {
    w.drop(place);
    return;
  }
  // What the agent says when it has stopped: a report, then a message.
  const std::size_t queued = w.queued();
  w.run(place);
  std::vector<ProcedureIndex> said;
  while (w.queued() > queued) said.push_back(w.take_queued());
  for (auto it = said.rbegin(); it != said.rend(); ++it) {
    w.run(*it);
    if (!w.options.queue_waits) w.run_queue();
  }
}

void Operation::confirm_in_database() {
  const TaskIndex about = task();
  w.fold(EventType::task_confirmed, [&](Event& e) {
    e.task = about;
    e.row = w.world.tasks[about].row;
    e.row.confirmed = true;
    if (e.row.status == TaskStatus::apply_pending) e.row.status = TaskStatus::apply_confirmed;
    e.flag = true;
  });
}

// A pod whose process has died gets a new one: in the model another pod of that name, in the place
// of the first.
PodIndex Operation::reborn(PodIndex dead) {
  const Pod before = w.world.pods[dead];
  w.fold(EventType::pod_gone, [&](Event& e) { e.pod = dead; });
  const auto place = static_cast<PodIndex>(w.world.pods.size());
  w.fold(EventType::pod_created, [&](Event& e) {
    e.pod = place;
    e.pool = before.pool;
    e.time = before.created;
    e.n = {before.config_revision, before.token};
  });
  if (w.world.pods[place].state == PodState::pending) {
    w.fold(EventType::pod_running, [&](Event& e) { e.pod = place; });
  }
  return place;
}

void Operation::connect() {
  const PodIndex named = pod();
  if (w.world.pods[named].state == PodState::pending) {
    w.fold(EventType::pod_running, [&](Event& e) { e.pod = named; });
  }
  PodIndex index = process();
  const bool dead = w.world.agents[index].state == AgentState::gone;
  if (dead && lives(w.world.pods[index])) index = reborn(index);
  if (w.world.agents[index].state == AgentState::absent) {
    w.take_step({.kind = StepKind::agent_starts, .actor = index});
  }
  // A second connection of an agent that is admitted closes the first.
  const Pod& in = w.world.pods[index];
  const bool admitted = w.world.pools[in.pool].first_active_token <= in.token &&
                        w.world.agents[index].row;
  if (admitted) w.lose_connection(index);
  for (const ProcedureIndex place : w.take_step(
           {.kind = StepKind::agent_connects, .actor = index, .replica = leader})) {
    w.run(place);
  }
}

void Operation::crash() {
  const PodIndex named = pod();
  const PodIndex dies = process();
  const auto end = [&](const Step& step) {
    for (const ProcedureIndex place : w.take_step(step)) w.run(place);
  };
  end({.kind = StepKind::pod_crashes, .actor = named});
  if (dies != named) end({.kind = StepKind::agent_stops, .actor = dies});
}

void Operation::beat(PodIndex agent) {
  if (w.world.agents[agent].state != AgentState::connected) return;
  w.fold(EventType::agent_heartbeat, [&](Event& e) { e.pod = agent; });
}

void Operation::beat_all() {
  for (std::size_t i = 0; i < w.world.agents.size(); ++i) beat(static_cast<PodIndex>(i));
}

// --- servers and cluster ---

void Operation::restart() {
  w.drop_queue();
  for (std::size_t i = w.world.procedures.size(); i-- > 0;) {
    if (i < w.world.procedures.size() && w.world.procedures[i].depth != 0) {
      w.drop(static_cast<ProcedureIndex>(i));
    }
  }
  // Every timer goes, whoever armed it; the other server's memory is empty anyway.
  const std::vector<Agent> connected = w.world.agents;
  for (const ReplicaIndex replica : {leader, other}) {
    w.take_step({.kind = StepKind::server_stops, .actor = replica});
    const auto of_it = [&](Event& e) { e.replica = replica; };
    w.fold(EventType::server_started, of_it);
    if (replica == leader) w.fold(EventType::leader_elected, of_it);
    w.fold(EventType::server_recovered, of_it);
  }
  if (flag("keep_conns")) w.world.agents = connected;
  const auto recover = [&] {
    if (flag("recover")) call(Program::recover);
  };
  if (flag("recover_first")) recover();
  if (flag("ensure")) call(Program::start_up);
  if (!flag("recover_first")) recover();
}

std::string in_lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

void Operation::set_phase() {
  const PodIndex index = pod();
  const std::string phase = text("phase");
  const PodState now = phase_of(w.world.pods[index]);
  if (now == value_named<PodState>(in_lower_case(phase))) return;
  EventType type = EventType::pod_running;
  if (phase == "Pending") type = EventType::pod_pending;
  if (phase == "Failed") type = EventType::pod_failed;
  if (phase == "Succeeded") type = EventType::pod_succeeded;
  w.fold(type, [&](Event& e) { e.pod = index; });
}

void Operation::remove_pod() {
  const PodIndex index = pod();
  w.fold(EventType::pod_gone, [&](Event& e) { e.pod = index; });
}

void Operation::add_errors() {
  int& count = w.cluster_errors[text("verb", "any")];
  const std::int64_t more = number("count", 1);
  count = more < 0 ? 0 : count + static_cast<int>(more);
}

void Operation::run_for() {
  const std::int64_t begin = w.now().us;
  const std::int64_t seconds = number("seconds");
  const auto every = [&](std::int64_t s, const char* key, std::int64_t otherwise, auto&& act) {
    const std::int64_t period = number(key, otherwise);
    if (period <= 0 || s % period != 0) return;
    act();
    settle_down(w);
  };
  for (std::int64_t s = 1; s <= seconds; ++s) {
    const Moment moment{begin + s * second};
    if (moment < w.now()) continue;  // a Sleep passed over it
    w.advance_to(moment);
    settle_down(w);
    every(s, "heartbeat", 10, [&] { beat_all(); });
    every(s, "health", 30, [&] { check_health(); });
    every(s, "cleanup", 300, [&] { call(Program::check_rows); });
    every(s, "monitor", 10, [&] { call(Program::monitor); });
    every(s, "autoscaler", 5, [&] { call(Program::autoscaler_cycle); });
  }
}

void Operation::check_health() { call(Program::check_agents); }

void Operation::fail_queries() {
  w.database_errors += static_cast<int>(number("count", 1));
  w.queries_before_errors += static_cast<int>(number("after"));
}

void Operation::race() {
  const Json second_op = op.at("b");
  w.before_task_save = [this, second_op] { Operation(w, second_op).perform(); };
  w.before_step = text("before");
  Operation(w, op.at("a")).perform();
}

// --- by name ---

const std::map<std::string, Operation::Method>& Operation::table() {
  using O = Operation;
  static const std::map<std::string, Method> operations{
      {"config", [](O& o) { o.w.configure(options_of(o.op)); }},
      {"note", [](O&) {}},
      {"pool", [](O& o) { o.configure_pool(); }},
      {"config_save", [](O& o) { o.save_config(); }},
      {"unfreeze", [](O& o) { o.call_on_pool(Program::unfreeze); }},
      {"workspace", [](O& o) { o.add_workspace(); }},
      {"task", [](O& o) { o.submit(); }},
      {"try_execute",
       [](O& o) {
         o.call(Program::try_next, [&](Procedure& p) { p.workspace = o.workspace(); });
       }},
      {"monitor", [](O& o) { o.call(Program::monitor); }},
      {"recover", [](O& o) { o.call(Program::recover); }},
      {"execute_confirmed_apply", [](O& o) { o.call_on_task(Program::execute_confirmed); }},
      {"confirm_db", [](O& o) { o.confirm_in_database(); }},
      {"confirm_apply",
       [](O& o) { o.call_on_task(Program::confirm, o.replica("http_replica")); }},
      {"cancel", [](O& o) { o.cancel(); }},
      {"plan_done",
       [](O& o) {
         o.finish(o.flag("changes", true) ? WorkResult::success : WorkResult::no_changes);
       }},
      {"apply_done", [](O& o) { o.finish(WorkResult::success); }},
      {"task_failed", [](O& o) { o.finish(WorkResult::failure); }},
      {"task_completed_msg", [](O& o) { o.send_message(); }},
      {"task_failed_msg", [](O& o) { o.send_message(); }},
      {"autoscaler_cycle", [](O& o) { o.call(Program::autoscaler_cycle); }},
      {"autoscale", [](O& o) { o.call_on_pool(Program::autoscale); }},
      {"scale",
       [](O& o) {
         o.call(Program::scale, [&](Procedure& p) {
           p.pool = o.pool();
           p.wanted = static_cast<std::int16_t>(o.number("count"));
         });
       }},
      {"check_unhealthy", [](O& o) { o.call_on_pool(Program::check_unhealthy); }},
      {"reconcile", [](O& o) { o.call_on_pool(Program::reconcile); }},
      {"ensure_pods", [](O& o) { o.call_on_pool(Program::ensure_pods, o.memory("shared")); }},
      {"rebuild_idle_pods",
       [](O& o) { o.call_on_pool(Program::rebuild_idle, o.memory("shared")); }},
      {"force_rotate_token",
       [](O& o) { o.call_on_pool(Program::rotate_token, o.memory("shared")); }},
      {"server_restart", [](O& o) { o.restart(); }},
      {"agent_connect", [](O& o) { o.connect(); }},
      {"agent_disconnect", [](O& o) { o.w.lose_connection(o.process()); }},
      {"agent_crash", [](O& o) { o.crash(); }},
      {"agent_send_error", [](O& o) { o.w.send_error = true; }},
      {"heartbeat", [](O& o) { o.beat(o.process()); }},
      {"heartbeat_all", [](O& o) { o.beat_all(); }},
      {"health_check", [](O& o) { o.check_health(); }},
      {"agent_cleanup", [](O& o) { o.call(Program::check_rows); }},
      {"k8s_pod_phase", [](O& o) { o.set_phase(); }},
      {"k8s_pod_gone", [](O& o) { o.remove_pod(); }},
      {"k8s_api_error", [](O& o) { o.add_errors(); }},
      {"db_error", [](O& o) { o.fail_queries(); }},
      {"advance_clock",
       [](O& o) { o.w.advance_to({o.w.now().us + o.number("seconds") * second}); }},
      {"fire_timer", [](O& o) { o.w.fire_next({INT64_MAX}); }},
      {"step_goroutine", [](O& o) { o.w.run_one(); }},
      {"drain", [](O& o) { o.w.run_queue(); }},
      {"run_for", [](O& o) { o.run_for(); }},
      {"race", [](O& o) { o.race(); }},
  };
  return operations;
}

void Operation::perform() {
  const auto found = table().find(text("op"));
  if (found == table().end()) throw std::runtime_error("no such operation: " + op.dump());
  found->second(*this);
}

}  // namespace

void perform(Walker& walker, const Json& operation) {
  walker.calls.clear();
  Operation(walker, operation).perform();
  settle_down(walker);
  walker.before_task_save = nullptr;
  walker.before_step.clear();
}

void settle_down(Walker& walker) {
  if (!walker.options.queue_waits) walker.run_queue();
  walker.follow_pods();
}

}  // namespace holdfast
