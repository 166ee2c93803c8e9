// A scenario as a value: what is given, what happens, what is expected (specification,
// commands.md). Read from YAML by scenario_reader.h; the walks take it from here and know no
// text.
//
// Thread safety: values; threads may share what none of them changes.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <holdfast/model/model.h>
#include <holdfast/sim/timings.h>

namespace holdfast {

struct PoolSpec {
  std::string id = "pool-a";
  int min_replicas = 0;
  int max_replicas = 3;
  std::vector<FreezeSchedule> freeze;
  std::int64_t secret_age_us = hour;

  bool operator==(const PoolSpec&) const = default;
};

struct WorkspaceSpec {
  std::string id;
  PoolIndex pool = 0;
  ExecutionMode mode = ExecutionMode::k8s;

  bool operator==(const WorkspaceSpec&) const = default;
};

// A pod at the beginning: running, its agent connected, managed by the leader, older than the
// start.
struct GivenPod {
  PoolIndex pool = 0;
  std::int64_t age_us = hour;
  bool connected = true;

  bool operator==(const GivenPod&) const = default;
};

// A task at the beginning. What goes on then begins at the start, however long it has had its
// status: a plan that runs takes its whole time from there, and so does a user's confirmation.
struct GivenTask {
  std::uint32_t number = 0;
  WorkspaceIndex workspace = 0;
  TaskType type = TaskType::plan_and_apply;
  TaskStatus status = TaskStatus::pending;
  std::uint16_t pod = none;         // its ordinal, counted from 0 in order of creation
  SlotIndex slot = no_slot;
  std::int64_t waiting_us = minute; // for how long it has had its status

  bool operator==(const GivenTask&) const = default;
};

enum class ActionKind : std::uint8_t {
  restart, stop, start, submit, confirm, cancel, save_config, sync, unfreeze, rotate_token,
  crash_pod, evict_pod, lose_node, succeed_pod, disconnect_agent, silence_agent, fail_calls,
  clock_step, lose_leader
};

// Something that a scenario makes happen.
struct Happening {
  std::int64_t at_us = 0;                    // after the start
  std::int64_t every_us = 0;                 // 0: once
  std::int64_t until_us = -1;                // of a repeated one, its first too; -1: to the end
  Distribution gap;                          // `arrivals`: drawn instead of every_us
  bool drawn = false;
  ActionKind kind = ActionKind::restart;
  std::int64_t duration_us = -1;             // restart: down for; clock_step: by; -1: drawn
  ReplicaIndex replica = none;               // none: 0 for servers, any for requests
  std::uint16_t argument = none;             // submit, save_config: Setup's template
  std::uint32_t task = 0;                    // its number
  std::uint16_t pod = none;                  // its ordinal
  PoolIndex pool = 0;
  Fault fault = Fault::none;                 // fail_calls
  Verb verb = Verb::none;                    // fail_calls: of this verb; none: any
  int count = 1;                             // fail_calls: how many
  int line = 0;                              // of the scenario file, for messages

  bool operator==(const Happening&) const = default;
};

// Faults that come by chance: of so many calls in a million, or with a mean time between them.
struct FaultRates {
  std::int64_t cluster_error_ppm = 0;
  std::int64_t cluster_timeout_ppm = 0;
  std::int64_t stale_list_ppm = 0;
  std::int64_t database_error_ppm = 0;
  std::int64_t message_lost_ppm = 0;
  std::int64_t message_duplicated_ppm = 0;
  Distribution pod_crash = Distribution::never();
  Distribution eviction = Distribution::never();
  Distribution node_loss = Distribution::never();
  Distribution agent_disconnect = Distribution::never();
  Distribution agent_silence = Distribution::never();
  Distribution replica_crash = Distribution::never();
  std::int64_t until_us = -1;                // calm from then on; -1: never

  bool operator==(const FaultRates&) const = default;
};

// Users and Terraform, where no happening says otherwise.
struct Behaviour {
  bool confirms = true;                      // users confirm by themselves, after Timings::confirm
  std::int64_t plan_failure_ppm = 0;
  std::int64_t no_changes_ppm = 0;
  std::int64_t apply_failure_ppm = 0;

  bool operator==(const Behaviour&) const = default;
};

// A test of a state: every part that is given must hold.
struct StateTest {
  struct TaskPart {
    std::uint32_t number = 0;
    std::optional<TaskStatus> status;        // confirmed ApplyPending counts as apply_pending too
    std::optional<std::uint16_t> pod;        // ordinal of the pod where its plan ran
    std::optional<bool> in_slot;             // in the leader's memory
    bool operator==(const TaskPart&) const = default;
  };
  std::optional<int> pods;                   // living pods, of all pools
  std::optional<int> managed;                // pods in the leader's memory
  std::optional<int> reserved;               // Reserved slots in the leader's memory
  std::optional<int> running;                // Running slots in the leader's memory
  std::vector<TaskPart> tasks;
  std::vector<std::pair<std::uint16_t, bool>> pod_lives;  // ordinal, lives

  bool operator==(const StateTest&) const = default;
};

enum class ExpectationKind : std::uint8_t { violates, holds, reaches, at, never, eventually };
struct Expectation {
  ExpectationKind kind = ExpectationKind::holds;
  std::string property;                      // violates, holds, reaches
  std::int64_t at_us = -1;                   // at
  std::int64_t within_us = -1;               // holds and violates of an eventual property
  StateTest test;                            // at, never, eventually
  int line = 0;

  bool operator==(const Expectation&) const = default;
};

// How long one run of a procedure takes at most, where an exploration keeps the time.
struct LongestRun {
  std::string program;
  std::int64_t us = 0;

  bool operator==(const LongestRun&) const = default;
};

// Bounds of an exploration, and what it leaves out. -1: not stated.
struct Bounds {
  int pods = -1;                             // ever created, the given ones among them
  int tasks = -1;                            // ever submitted, the given ones among them
  int restarts = -1;
  int faults = -1;
  int user_actions = -1;                     // but submissions and the first confirmation of a task
  int retries = -1;                          // pending per workspace
  int procedures = -1;                       // under way at a time
  std::optional<std::uint32_t> ages;         // AgeSet: which predicates of the clock may come true
  bool triggers_any_time = false;            // an eligible push may start at any time: no monitor,
                                             // no retries
  bool one_push_per_task = false;            // none starts while another is under way
  bool delete_immediate = false;             // a deleted pod is gone at once
  // Where it keeps the time:
  std::vector<LongestRun> longest;           // a program once; of the others as latencies have it
  std::int64_t after_start_us = -1;          // it ends so long after a server's start
  std::int64_t unit_us = -1;                 // no larger unit of time than this

  bool operator==(const Bounds&) const = default;
};

// A step of a course that is given step by step, as step_text() names it.
struct ScheduledStep {
  std::string text;
  int line = 0;                              // of the scenario file, for messages

  bool operator==(const ScheduledStep&) const = default;
};

struct Scenario {
  std::string file;
  std::string name;
  std::string about;
  std::string profile = "slots";
  std::vector<std::pair<std::string, std::string>> set;  // knob, value, in the order given
  Setup setup;                               // knobs with `set` applied, names, templates
  Moment start{};
  std::int64_t zone_us = Clock::default_zone_us;
  std::int64_t until_us = 10 * minute;       // how long it runs
  int replicas = 1;
  std::vector<PoolSpec> pools;
  std::vector<WorkspaceSpec> workspaces;
  std::vector<GivenPod> given_pods;
  std::vector<GivenTask> given_tasks;
  Timings timings;
  Behaviour behaviour;
  FaultRates faults;
  std::vector<Happening> when;
  // Given step by step: then nothing else happens than these steps, in this order.
  std::vector<ScheduledStep> schedule;
  std::vector<Expectation> expect;
  // Of a finding: what the platform should do instead, and the knobs that make it do so, if any do.
  std::string instead;
  std::vector<std::pair<std::string, std::string>> repaired_by;
  Bounds explore;
  std::uint64_t seed = 1;

  bool operator==(const Scenario&) const = default;
};

}  // namespace holdfast
