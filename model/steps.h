// Steps: whatever may happen next, each alternative a value. A step of a procedure, a timer, the
// cluster, an agent, a user, a fault: one type for all, so that a simulator draws one, an explorer
// takes all, and a replayer looks for the one that explains an observation.
//
// Thread safety: values; threads may share what none of them changes.
#pragma once

#include <string>
#include <vector>

#include <holdfast/model/events.h>
#include <holdfast/model/knobs.h>

namespace holdfast {

enum class StepKind : std::uint8_t {
  procedure,          // the next step of a procedure under way
  timer,              // a timer fires
  pod_runs, pod_ends, // the cluster: Pending -> Running, Terminating -> Gone
  agent_starts, agent_connects, agent_finishes, agent_stops,
  server_starts, server_ready, leader_takes_over, task_finishes_locally,
  // users
  submit, confirm, cancel, save_config, sync, unfreeze, rotate_token,
  // faults that come by themselves
  server_stops, pod_crashes, pod_succeeds, pod_evicted, pod_lost, agent_disconnects,
  agent_falls_silent,
  // untimed walks: a predicate of the clock becomes true
  time_passes
};

enum class Store : std::uint8_t { none, memory, cluster, database, channel };
enum class Verb : std::uint8_t {
  none, read, write, list, create, remove, get_secret, create_secret, update_secret, query, save,
  send, receive, lock, unlock, sleep
};

// How an agent's work ends. The choice of an agent_finishes step is 4 * (place in Agent::work) +
// result, that of task_finishes_locally the result.
enum class WorkResult : std::uint8_t { success, no_changes, failure };
inline constexpr int work_results = 4;

struct Step {
  StepKind kind = StepKind::procedure;
  Fault fault = Fault::none;         // how the call of this step fails, if it does
  std::uint16_t actor = none;        // procedure, timer place, pod, replica, task, pool: by kind
  std::uint16_t choice = none;       // which of its alternatives; its meaning is the step's own
  ReplicaIndex replica = none;       // that serves a request
  std::uint16_t argument = none;     // submit, save_config: which of Setup's templates

  auto operator<=>(const Step&) const = default;
};

// A task that users may submit, and a configuration that they may save.
struct TaskTemplate {
  WorkspaceIndex workspace = 0;
  TaskType type = TaskType::plan_and_apply;

  bool operator==(const TaskTemplate&) const = default;
};
struct ConfigTemplate {
  PoolIndex pool = 0;
  int min_replicas = 0;
  int max_replicas = 0;
  std::vector<FreezeSchedule> freeze;

  bool operator==(const ConfigTemplate&) const = default;
};

// What stays the same during a walk: the knobs, the names, and what users and faults may do.
struct Setup {
  Knobs knobs;
  std::vector<std::string> pools;        // ids, by PoolIndex
  std::vector<std::string> workspaces;   // ids, by WorkspaceIndex
  std::vector<TaskTemplate> tasks;
  std::vector<ConfigTemplate> configs;
  int slots_on_agent = 4;                // tasks that one agent takes at a time
  bool keep_everything = false;          // no place is used twice, ended tasks stay

  bool operator==(const Setup&) const = default;
};

// What a step is, for schedulers and people: the letter it has in procedures/README.md, the store
// it accesses and how.
struct StepInfo {
  std::string_view program;  // "sync_pods"; empty if it is no procedure's
  std::string_view letter;   // "a"
  std::string_view about;
  Store store = Store::none;
  Verb verb = Verb::none;
  // It writes a task's whole row as it was read before, over what has happened to it since.
  bool saves_task_row = false;
};

}  // namespace holdfast
