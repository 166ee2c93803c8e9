// A bench for one procedure: builds a World by folding events, runs a procedure to its end one
// step at a time, and lets something else happen, or a call fail, before a step that is named by
// program and letter. Everything goes through append_steps(), take() and evolve(), as in every
// other walk.
//
//   Drive d;
//   d.serve();
//   const PoolIndex pool = d.pool(1, 3);
//   const PodIndex pod = d.pod(pool, PodState::running);
//   d.before("sync_pods", "d", [&] { d.pod(pool, PodState::pending); });
//   d.fail("delete_pod", "ii", Fault::cluster_error);
//   d.run(Program::sync_pods, [&](Procedure& p) { p.pool = pool; });
//   EXPECT_EQ(d.trail(), "sync_pods a b d");
//
// Invariants
// 1. Every event that is folded is accepted; a refusal is a test failure that names the event.
// 2. A `before` and a `fail` serve once, in the order in which they were given.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <holdfast/model/procedures/turn.h>

namespace holdfast {

class Drive {
 public:
  using Fill = std::function<void(Procedure&)>;
  using Choose = std::function<std::uint16_t(const StepInfo&, const std::vector<std::uint16_t>&)>;

  Setup setup;
  Clock clock = Clock::at({1762590000 * second});
  World world;
  std::vector<Event> log;     // everything folded since the last forget()
  bool failed = false;        // how the last procedure that ended did
  Choose choose;              // empty: the first alternative

  Knobs& knobs() { return setup.knobs; }
  void wait(std::int64_t us) { clock = Clock::at({clock.now().us + us}); }

  // --- folding ---

  Event event(EventType type) const {
    Event e;
    e.type = type;
    e.time = clock.now();
    return e;
  }
  void fold(const Event& e) {
    const std::string_view refusal = evolve(world, e);
    EXPECT_TRUE(refusal.empty()) << info(e.type).name << ": " << refusal;
    log.push_back(e);
  }
  void fold(EventType type, const std::function<void(Event&)>& fill) {
    Event e = event(type);
    fill(e);
    fold(e);
  }

  // --- building a world ---

  // Starts a server; the first one leads.
  ReplicaIndex serve() {
    const auto replica = static_cast<ReplicaIndex>(world.replicas.size());
    const auto of_it = [&](Event& e) { e.replica = replica; };
    fold(EventType::server_started, of_it);
    if (world.leader == none) fold(EventType::leader_elected, of_it);
    fold(EventType::server_recovered, of_it);
    return replica;
  }
  // A pool with a token and a secret.
  PoolIndex pool(int min_replicas, int max_replicas) {
    const PoolIndex pool = pool_without_secret(min_replicas, max_replicas);
    const auto of_it = [&](Event& e) { e.pool = pool; };
    fold(EventType::pool_token_rotated, of_it);
    fold(EventType::pool_secret_created, of_it);
    return pool;
  }
  PoolIndex pool_without_secret(int min_replicas, int max_replicas) {
    const auto pool = static_cast<PoolIndex>(world.pools.size());
    setup.pools.push_back("pool-" + std::to_string(pool));
    fold(EventType::pool_configured, [&](Event& e) {
      e.pool = pool;
      e.n = {min_replicas, max_replicas};
    });
    return pool;
  }
  // Every minute of every day.
  void freeze(PoolIndex pool) {
    fold(EventType::pool_config_saved, [&](Event& e) {
      e.pool = pool;
      e.n = {world.pools[pool].min_replicas, world.pools[pool].max_replicas};
      e.freeze.push_back({.from_minute = 0, .to_minute = minutes_per_day - 1, .weekdays = 0x7f});
    });
  }
  WorkspaceIndex workspace(PoolIndex pool, ExecutionMode mode = ExecutionMode::k8s) {
    const auto workspace = static_cast<WorkspaceIndex>(world.workspaces.size());
    setup.workspaces.push_back("ws-" + std::to_string(workspace));
    fold(EventType::workspace_created, [&](Event& e) {
      e.workspace = workspace;
      e.pool = pool;
      e.mode = mode;
    });
    return workspace;
  }
  // A Pending task.
  TaskIndex task(WorkspaceIndex workspace, TaskType type = TaskType::plan_and_apply) {
    const auto task = static_cast<TaskIndex>(world.tasks.size());
    fold(EventType::task_submitted, [&](Event& e) {
      e.task = task;
      e.workspace = workspace;
      e.task_type = type;
      e.n[0] = world.last_task_number + 1;
    });
    return task;
  }
  // Writes the row, whatever it was.
  void save(TaskIndex task, const TaskRow& row) {
    fold(EventType::task_reset, [&](Event& e) {
      e.task = task;
      e.row = row;
      e.flag = true;
    });
  }
  void set_status(TaskIndex task, TaskStatus status) {
    TaskRow row = world.tasks[task].row;
    row.status = status;
    row.confirmed = status == TaskStatus::apply_confirmed || status == TaskStatus::running_applying;
    save(task, row);
  }
  // A pod in `state`, created now, with the number that it has in World.
  PodIndex pod(PoolIndex pool, PodState state = PodState::running) {
    const auto pod = static_cast<PodIndex>(world.pods.size());
    const auto of_it = [&](Event& e) { e.pod = pod; };
    fold(EventType::pod_created, [&](Event& e) {
      e.pod = pod;
      e.pool = pool;
      e.n = {world.pools[pool].config_revision, world.pools[pool].secret_token};
    });
    if (state == PodState::pending) return pod;
    fold(EventType::pod_running, of_it);
    if (state == PodState::succeeded) fold(EventType::pod_succeeded, of_it);
    if (state == PodState::failed) fold(EventType::pod_failed, of_it);
    if (state == PodState::terminating || state == PodState::gone) {
      fold(EventType::pod_delete_requested, of_it);
    }
    if (state == PodState::gone) fold(EventType::pod_gone, of_it);
    return pod;
  }
  // The agent in `pod` is connected to `replica`, and its row says so.
  void connect(PodIndex pod, ReplicaIndex replica = 0) {
    if (world.agents[pod].state == AgentState::absent) {
      fold(EventType::agent_started, [&](Event& e) { e.pod = pod; });
    }
    fold(EventType::agent_connected, [&](Event& e) {
      e.pod = pod;
      e.replica = replica;
    });
  }
  void manage(PodIndex pod, MemoryIndex memory = 0) {
    fold(EventType::memory_pod_discovered, [&](Event& e) {
      e.pod = pod;
      e.memory = memory;
    });
  }
  void register_agent(PodIndex pod, MemoryIndex memory = 0) {
    fold(EventType::memory_agent_registered, [&](Event& e) {
      e.pod = pod;
      e.memory = memory;
    });
  }
  void change_slot(EventType type, PodIndex pod, SlotIndex slot, TaskIndex task,
                   MemoryIndex memory = 0) {
    fold(type, [&](Event& e) {
      e.memory = memory;
      e.pod = pod;
      e.slot = slot;
      e.task = task;
      if (task != none) e.task_type = world.tasks[task].type;
    });
  }
  void assign(PodIndex pod, SlotIndex slot, TaskIndex task) {
    change_slot(EventType::slot_assigned, pod, slot, task);
  }
  void reserve(PodIndex pod, SlotIndex slot, TaskIndex task) {
    change_slot(EventType::slot_reserved, pod, slot, task);
  }
  // The agent in `pod` plans the task: truth and row, no memory.
  void plan_on(PodIndex pod, SlotIndex slot, TaskIndex task) {
    fold(EventType::agent_slot_taken, [&](Event& e) {
      e.pod = pod;
      e.slot = slot;
      e.task = task;
    });
    TaskRow row = world.tasks[task].row;
    row.status = TaskStatus::running_planning;
    row.stage = TaskStage::planning;
    row.agent = pod;
    row.started = clock.now();
    save(task, row);
  }
  // Its plan ran there and has changes: it waits for its user.
  void planned_on(PodIndex pod, SlotIndex slot, TaskIndex task) {
    plan_on(pod, slot, task);
    fold(EventType::agent_slot_freed, [&](Event& e) {
      e.pod = pod;
      e.task = task;
    });
    TaskRow row = world.tasks[task].row;
    row.status = TaskStatus::apply_pending;
    row.stage = TaskStage::apply_pending;
    save(task, row);
  }

  // --- running ---

  // Before the next step `letter` of `program`, `act` happens.
  void before(std::string program, std::string letter, std::function<void()> act) {
    hooks_.push_back({program + ' ' + letter, std::move(act)});
  }
  // The call of the next step `letter` of `program` ends like that.
  void fail(std::string program, std::string letter, Fault fault) {
    faults_.push_back({program + ' ' + letter, fault});
  }

  // Starts `program` on replica 0, in the lowest free place.
  ProcedureIndex start(Program program, const Fill& fill = {}) {
    ProcedureIndex place = 0;
    while (place < world.procedures.size() && world.procedures[place].depth != 0) ++place;
    Events started;
    Event& e = started.add(EventType::procedure_started, clock.now());
    e.procedure = place;
    e.after.depth = 1;
    e.after.stack[0] = {program, 0};
    e.after.replica = 0;
    e.after.memory = 0;
    if (fill) fill(e.after);
    settle(world, setup, clock, started);
    fold(started[0]);
    return place;
  }
  bool runs(ProcedureIndex place) const {
    return place < world.procedures.size() && world.procedures[place].depth != 0;
  }
  // "program letter" of the step that the procedure stands at.
  std::string stands_at(ProcedureIndex place) const {
    const StepInfo step = describe(world, {.actor = place});
    return std::string(step.program) + ' ' + std::string(step.letter);
  }
  // One step of the procedure. False if it cannot make one.
  bool step(ProcedureIndex place) {
    if (!clock.awake(world.procedures[place])) clock = Clock::at(world.procedures[place].wake);
    const std::string name = stands_at(place);
    if (const auto hook = take_first(hooks_, name)) (*hook)();
    std::vector<Step> steps;
    append_steps(world, setup, clock, {ActorKind::procedure, place}, 0, steps);
    if (steps.empty()) return false;
    Step step = choose ? chosen(steps) : steps.front();
    if (const auto fault = take_first(faults_, name)) step.fault = *fault;
    steps_.push_back(name);
    Events events;
    take(world, setup, clock, step, events);
    const bool lands = world.procedures[place].replica == none;
    if (!lands && ends(events, place)) note_outcome(step);
    for (const Event& e : events) fold(e);
    return true;
  }
  // Runs the procedure to its end.
  void run(ProcedureIndex place) {
    for (int i = 0; i < 10'000 && runs(place); ++i) {
      if (!step(place)) {
        ADD_FAILURE() << stands_at(place) << " has no alternative";
        return;
      }
    }
    EXPECT_FALSE(runs(place)) << "still at " << stands_at(place) << " after 10000 steps";
  }
  void run(Program program, const Fill& fill = {}) { run(start(program, fill)); }
  void run_until(ProcedureIndex place, const std::string& program, const std::string& letter) {
    while (runs(place) && stands_at(place) != program + ' ' + letter) {
      ASSERT_TRUE(step(place)) << stands_at(place) << " has no alternative";
    }
    EXPECT_TRUE(runs(place)) << "ended before " << program << ' ' << letter;
  }
  // Runs everything that is under way, the lowest place first.
  void drain() {
    for (int i = 0; i < 1000; ++i) {
      const auto next =
          std::find_if(world.procedures.begin(), world.procedures.end(),
                       [](const Procedure& p) { return p.depth != 0; });
      if (next == world.procedures.end()) return;
      run(static_cast<ProcedureIndex>(next - world.procedures.begin()));
    }
    ADD_FAILURE() << "procedures keep starting others";
  }

  // --- looking ---

  // The steps since the last forget(): "sync_pods a b d, reconcile e".
  std::string trail() const {
    std::string text;
    std::string last;
    for (const std::string& name : steps_) {
      const std::size_t space = name.find(' ');
      const std::string program = name.substr(0, space);
      if (program != last) {
        if (!text.empty()) text += ", ";
        text += program;
        last = program;
      }
      text += name.substr(space);
    }
    return text;
  }
  void forget() {
    log.clear();
    steps_.clear();
  }
  int count(EventType type) const {
    return static_cast<int>(
        std::count_if(log.begin(), log.end(), [&](const Event& e) { return e.type == type; }));
  }
  // The last event of that type since forget(); one of type property_violated if there is none.
  Event last(EventType type) const {
    const auto found = std::find_if(log.rbegin(), log.rend(),
                                    [&](const Event& e) { return e.type == type; });
    if (found != log.rend()) return *found;
    Event missing;
    missing.type = EventType::property_violated;
    return missing;
  }
  bool knows(PodIndex pod, MemoryIndex memory = 0) const {
    const auto& pods = world.memories[memory].pods;
    return pod < pods.size() && pods[pod].known();
  }
  const Slot& slot(PodIndex pod, SlotIndex slot, MemoryIndex memory = 0) const {
    static const Slot unknown;
    return knows(pod, memory) ? world.memories[memory].pods[pod].slots[slot] : unknown;
  }
  int pods_in(PodState state) const {
    return static_cast<int>(std::count_if(world.pods.begin(), world.pods.end(),
                                          [&](const Pod& pod) { return pod.state == state; }));
  }

 private:
  template <typename T>
  static std::optional<T> take_first(std::vector<std::pair<std::string, T>>& from,
                                     const std::string& name) {
    const auto found = std::find_if(from.begin(), from.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    if (found == from.end()) return std::nullopt;
    T value = std::move(found->second);
    from.erase(found);
    return value;
  }
  static bool ends(const Events& events, ProcedureIndex place) {
    return std::any_of(events.begin(), events.end(), [&](const Event& e) {
      return e.type == EventType::procedure_ended && e.procedure == place;
    });
  }
  Step chosen(const std::vector<Step>& steps) const {
    std::vector<std::uint16_t> choices;
    for (const Step& step : steps) choices.push_back(step.choice);
    const std::uint16_t choice = choose(describe(world, steps.front()), choices);
    for (const Step& step : steps) {
      if (step.choice == choice) return step;
    }
    ADD_FAILURE() << "no such choice: " << choice;
    return steps.front();
  }
  // The event does not tell whether a procedure failed: decide the step once more and look.
  void note_outcome(const Step& step) {
    Events unused;
    Turn turn(world, setup, clock, step, unused);
    turn.run();
    failed = turn.self.failed;
  }

  std::vector<std::string> steps_;
  std::vector<std::pair<std::string, std::function<void()>>> hooks_;
  std::vector<std::pair<std::string, Fault>> faults_;
};

}  // namespace holdfast
