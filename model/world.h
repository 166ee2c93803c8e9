// The state of the platform: what is true (cluster, database, agents) and what each server believes
// (its memory), apart as in the specification, with the procedures that are under way. Plain
// values; equal worlds compare equal. Only evolve() changes one.
//
// Invariants
// 1. Entities are places in vectors; `agents[i]` is the process in `pods[i]`; `memories[i]`
//    belongs to replica i for i < replicas.size(), to a request handler beyond that.
// 2. A place that is not in use holds a default value, and no vector ends in such a place
//    except pools, workspaces and replicas, whose number is fixed, and agents, which is as long
//    as pods. The place of a pod that is gone, or of a task that has ended, is in use until
//    another takes it: the pod keeps its pool, moment of creation, configuration revision and
//    token, its agent its row, the task all that it had.
// 3. A register of a procedure that no later step reads is at its default.
//
// Thread safety: values; threads may share what none of them changes.
#pragma once

#include <array>
#include <string_view>

#include <holdfast/model/freeze.h>
#include <holdfast/model/ids.h>
#include <holdfast/model/moment.h>
#include <holdfast/model/states.h>

namespace holdfast {

enum class TaskType : std::uint8_t { plan, plan_and_apply, drift_check };
// `none`: a push that failed has cleared it. The last three are written by what ends well; a task
// that failed or was cancelled keeps the stage that it was at.
enum class TaskStage : std::uint8_t {
  pending, none, planning, apply_pending, applying, completed, planned_and_finished, applied
};
// `agent`: on a connected agent of the pool, in no slot that the server keeps.
enum class ExecutionMode : std::uint8_t { k8s, local, agent };
enum class Action : std::uint8_t { plan, apply };

// --- cluster ------------------------------------------------------------------------------------

struct Pod {
  PodState state = PodState::absent;
  // What the cluster still says of a Terminating pod: its state before, or what became of it since.
  PodState last_phase = PodState::absent;
  PoolIndex pool = none;
  Moment created = never;
  std::uint32_t config_revision = 0;  // of the pool, when the pod was created
  std::uint32_t token = 0;            // the pool token that its agent presents

  bool operator==(const Pod&) const = default;
};

// --- database -----------------------------------------------------------------------------------

struct Pool {
  int min_replicas = 0;
  int max_replicas = 0;
  std::vector<FreezeSchedule> freeze;
  Moment unfrozen_until = never;
  bool window = false;                // untimed walks: now is inside a freeze window
  std::uint32_t config_revision = 1;
  // Pool tokens are numbered 1, 2, …; those from `first_active_token` up to `last_token` are
  // active.
  std::uint32_t first_active_token = 1;
  std::uint32_t last_token = 0;
  // The secret in the cluster that carries a token to new pods.
  bool secret_exists = false;
  std::uint32_t secret_token = 0;
  std::uint32_t secret_label = 0;     // the token that the secret's annotation names
  Moment secret_created = never;

  bool has_active_token() const { return first_active_token <= last_token; }
  bool operator==(const Pool&) const = default;
};

struct Workspace {
  PoolIndex pool = none;
  ExecutionMode mode = ExecutionMode::k8s;
  bool locked = false;
  TaskIndex locked_by = none;               // the task whose plan locked it
  ProcedureIndex dispatcher = none;         // holder of the per-workspace dispatch lock

  bool operator==(const Workspace&) const = default;
};

// A row of the task table, as it is stored and as a procedure that read it carries it.
struct TaskRow {
  TaskStatus status = TaskStatus::pending;
  TaskStage stage = TaskStage::pending;
  bool confirmed = false;                   // a user confirmed the apply
  PodIndex agent = none;                    // the agent it was given to
  std::uint8_t retry_count = 0;
  Moment started = never;
  Moment completed = never;

  bool operator==(const TaskRow&) const = default;
};

struct Task {
  bool exists = false;
  std::uint32_t number = 0;                 // the id that people see; grows with creation
  WorkspaceIndex workspace = none;
  TaskType type = TaskType::plan;
  bool run_trigger = false;                 // another workspace's apply submitted it
  TaskRow row;
  // Truth: where its plan ran, none once that pod is gone for good and nobody may ask for it.
  PodIndex plan_pod = none;
  SlotIndex plan_slot = no_slot;
  std::uint8_t applies_started = 0;         // ghost: since its last confirmation (apply_once)

  bool operator==(const Task&) const = default;
};

// --- agents -------------------------------------------------------------------------------------

// One entry of an agent's own slot table that is busy.
struct AgentWork {
  TaskIndex task = none;
  Action action = Action::plan;
  SlotIndex slot = no_slot;

  bool operator==(const AgentWork&) const = default;
};

// What an agent told its replica of itself with its last heartbeat.
struct AgentLoad {
  std::uint8_t plans = 0;
  bool applies = false;

  bool operator==(const AgentLoad&) const = default;
};

struct Agent {
  AgentState state = AgentState::absent;
  ReplicaIndex connected_to = none;         // the replica that holds its connection
  std::vector<AgentWork> work;              // in the order in which it was taken
  AgentLoad told;                           // of this connection; where pings are events only
  Moment silent_since = never;              // last sign of life on a connection that died silently
  // Its row in the database.
  bool row = false;
  bool online = false;                      // as the row says
  ReplicaIndex row_replica = none;          // as the row says
  Moment registered = never;
  Moment last_ping = never;                 // of the row; a connected agent keeps it fresh

  bool operator==(const Agent&) const = default;
};

// --- a server's memory --------------------------------------------------------------------------

struct Slot {
  SlotState state = SlotState::idle;
  TaskType type = TaskType::plan;           // of the task, meaningful while it holds one
  TaskIndex task = none;
  Moment since = never;                     // of a Reserved one: last written

  bool operator==(const Slot&) const = default;
};

struct ManagedPod {
  ManagedPodState state = ManagedPodState::unknown;
  PoolIndex pool = none;
  PodIndex agent = none;                    // in that pod, or in an earlier one of its name
  Moment created = never;
  Moment heartbeat = never;
  std::array<Slot, slots_per_pod> slots;

  bool known() const { return state != ManagedPodState::unknown; }
  bool agent_known() const { return agent != none; }
  bool operator==(const ManagedPod&) const = default;
};

// What the unhealthy-pod check remembers of a pod.
struct PodRestarts {
  std::uint8_t count = 0;
  Moment last = never;
  Moment first_unhealthy = never;

  bool operator==(const PodRestarts&) const = default;
};

struct Memory {
  bool exists = false;
  std::vector<ManagedPod> pods;             // by PodIndex; may be shorter than World::pods
  std::vector<PodRestarts> restarts;        // by PodIndex; likewise
  std::vector<Moment> idle_since;           // by PoolIndex (scaling: deployment)

  bool operator==(const Memory&) const = default;
};

struct Replica {
  ReplicaState state = ReplicaState::down;
  Moment started = never;

  bool operator==(const Replica&) const = default;
};

// --- what is under way --------------------------------------------------------------------------

enum class TimerKind : std::uint8_t {
  none, autoscaler, reconciler, monitor, retry, agent_health, agent_cleanup
};

// A sleeping goroutine or ticker of a replica. A retry tries the workspace's next task when it
// fires.
struct Timer {
  TimerKind kind = TimerKind::none;
  ReplicaIndex replica = none;
  WorkspaceIndex workspace = none;
  std::uint16_t order = 0;                  // how many of the timers that exist were armed before
  Moment due = never;

  bool operator==(const Timer&) const = default;
};

enum class Program : std::uint8_t;
enum class Reason : std::uint8_t;

// The bounds of a pool as they were read.
struct PoolBounds {
  int min_replicas = 0;
  int max_replicas = 0;

  bool operator==(const PoolBounds&) const = default;
};

struct Frame {
  Program program{};
  std::uint8_t at = 0;                      // place in the program's list of steps

  bool operator==(const Frame&) const = default;
};

// A procedure under way: the stack of what called what, and the few values it carries. The
// registers are shared by the frames of one stack; procedures/README.md says which step sets and
// reads which.
struct Procedure {
  static constexpr int max_depth = 7;

  std::uint8_t depth = 0;                   // 0: this place is free
  std::array<Frame, max_depth> stack{};
  ReplicaIndex replica = none;              // the process that runs it; none: still at its sender
  PodIndex sender = none;                   // the agent whose message it is
  MemoryIndex memory = none;                // the belief that it reads and writes
  PoolIndex pool = none;
  WorkspaceIndex workspace = none;
  TaskIndex task = none;
  PodIndex pod = none;
  SlotIndex slot = no_slot;
  PodIndex agent = none;
  Action action = Action::plan;
  TaskStatus outcome = TaskStatus::pending; // that a report brings
  bool failed = false;                      // how the last call ended
  bool flag = false;                        // per program, see its README entry
  std::int16_t count = 0;
  std::int16_t wanted = 0;
  std::int16_t removed = 0;                 // ghost: pods that this cycle removed from one pool
  Reason reason{};                          // of what is being decided
  int min_replicas = 0;                     // the pool's configuration as it was read
  int max_replicas = 0;
  std::vector<PoolBounds> later;            // of the pools whose turn comes after, as it was read
  Moment wake = never;                      // asleep until then
  // When it began, where an exploration keeps the time; time asleep or on the way does not count.
  Moment began = never;
  TaskRow row;                              // the task as it was read
  IndexSet pods;
  IndexSet dead;                            // listed pods that ended
  IndexSet running;                         // answered tasks that are Running
  IndexSet waiting;                         // answered tasks that are ApplyPending

  const Frame& top() const { return stack[static_cast<std::size_t>(depth - 1)]; }
  Program kind() const { return stack[0].program; }
  bool operator==(const Procedure&) const = default;
};

struct World {
  std::vector<Pool> pools;
  std::vector<Workspace> workspaces;
  std::vector<Task> tasks;
  std::vector<Pod> pods;
  std::vector<Agent> agents;
  std::vector<Replica> replicas;
  std::vector<Memory> memories;
  std::vector<Timer> timers;
  std::vector<Procedure> procedures;
  ReplicaIndex leader = none;
  std::uint32_t last_task_number = 0;

  bool operator==(const World&) const = default;
};

// --- views: functions over a world, the same for procedures, properties and reports -------------

// Where `task` is in `memory`: the first slot, by pod and slot number, that holds it.
struct SlotPlace {
  PodIndex pod = none;
  SlotIndex slot = no_slot;

  bool found() const { return pod != none; }
  bool operator==(const SlotPlace&) const = default;
};
SlotPlace place_of(const Memory& memory, TaskIndex task);

struct SlotStatistics {
  int pods = 0;
  int total = 0;
  int used = 0;
  int reserved = 0;
};
// `slots_each`: slots per pod under the knob `slots`.
SlotStatistics slot_statistics(const Memory& memory, PoolIndex pool, int slots_each);

bool all_idle(const ManagedPod& pod);
int managed_count(const Memory& memory, PoolIndex pool);

// A task is truly reserved on `pod`: it is ApplyPending and its plan ran there.
bool reserved_on(const Task& task, PodIndex pod);
// The pod is in the cluster and neither ended nor being deleted.
bool lives(const Pod& pod);
// The pod is still returned by a list call.
bool listed(const Pod& pod);
// Its phase as the cluster says it: a pod that is being deleted keeps one.
PodState phase_of(const Pod& pod);
// What the agent works on, counted as it counts itself: a plan_and_apply takes its one place for
// applies with its plan already, and a drift_check takes none.
AgentLoad load_of(const World& world, const Agent& agent);
bool is_final(TaskStatus status);
bool is_running(TaskStatus status);
bool is_waiting(TaskStatus status);  // ApplyPending, confirmed or not
// The stage of a task that ends its plan or its apply with `outcome`. One that failed or was
// cancelled keeps the stage that it was at.
TaskStage stage_after(TaskStatus outcome, TaskStage stage);
// Something still reads the task: it has not ended, or a slot, an agent, a lock or a procedure
// names it.
bool is_read(const World& world, TaskIndex task);
// An earlier task of its workspace is Pending, Running or ApplyPending.
bool is_blocked(const World& world, TaskIndex task);

}  // namespace holdfast
