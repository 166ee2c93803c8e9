#include <holdfast/reports/world_view.h>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace holdfast {
namespace {

constexpr Moment start{1'762'617'000 * second};  // 2025-11-08T15:50:00Z
constexpr Moment now{start.us + 18 * second};

Setup setup_of() {
  Setup setup;
  setup.knobs = find_profile("slots")->knobs;
  setup.pools = {"pool-a"};
  setup.workspaces = {"ws-1", "ws-2"};
  return setup;
}

Task task_of(std::uint32_t number, WorkspaceIndex workspace, TaskType type, TaskStatus status) {
  Task task;
  task.exists = true;
  task.number = number;
  task.workspace = workspace;
  task.type = type;
  task.row.status = status;
  return task;
}

Memory empty_memory() {
  Memory memory;
  memory.exists = true;
  return memory;
}

// Task 598 waits for its user on slot 0 of the only pod, task 599 is being planned in slot 1. The
// memory of replica 0 agrees.
World agreeing_world() {
  World world;
  world.pools.push_back({.min_replicas = 0, .max_replicas = 3, .freeze = {}});
  world.workspaces = {{.pool = 0, .locked = true, .locked_by = 0}, {.pool = 0}};
  world.replicas.push_back({ReplicaState::serving, {start.us + 13 * second}});
  world.leader = 0;
  world.pods.push_back({.state = PodState::running, .pool = 0, .created = {start.us - hour}});
  Task waiting = task_of(598, 0, TaskType::plan_and_apply, TaskStatus::apply_pending);
  waiting.plan_pod = 0;
  waiting.plan_slot = 0;
  Task planning = task_of(599, 1, TaskType::plan, TaskStatus::running_planning);
  planning.row.agent = 0;
  const Task ended = task_of(600, 1, TaskType::plan, TaskStatus::success);
  world.tasks = {waiting, planning, ended};
  Agent agent;
  agent.state = AgentState::connected;
  agent.connected_to = 0;
  agent.work.push_back({.task = 1, .action = Action::plan, .slot = 1});
  world.agents.push_back(agent);
  Memory memory = empty_memory();
  ManagedPod managed;
  managed.state = ManagedPodState::registered;
  managed.pool = 0;
  managed.agent = 0;
  managed.created = {start.us - hour};
  managed.heartbeat = {start.us + 17 * second};
  managed.slots[0] = {SlotState::reserved, TaskType::plan_and_apply, 0, start};
  managed.slots[1] = {SlotState::running, TaskType::plan, 1, start};
  memory.pods.push_back(managed);
  world.memories.push_back(memory);
  world.timers.push_back({.kind = TimerKind::autoscaler, .replica = 0,
                          .due = {start.us + 20 * second}});
  return world;
}

// The same after a restart: the new memory knows the pod and nothing of its slots.
World forgetful_world() {
  World world = agreeing_world();
  ManagedPod& managed = world.memories[0].pods[0];
  managed.slots = {};
  managed.agent = none;
  managed.state = ManagedPodState::managed;
  return world;
}

std::vector<std::string> texts(const World& world) {
  std::vector<std::string> texts;
  for (const Difference& difference : differences(world, setup_of())) {
    texts.push_back(difference.text);
  }
  return texts;
}

std::string view(const World& world, const WorldViewOptions& options) {
  return world_text(world, setup_of(), Clock::at(now), options, paint_nothing);
}

// A raw text behind its first line break.
std::string text_of(const char* raw) { return raw + 1; }

using Texts = std::vector<std::string>;

TEST(WorldView, shows_truth_beside_belief_and_says_where_they_differ) {
  EXPECT_EQ(view(forgetful_world(), {.start = start}), text_of(R"(
servers
  replica 0  serving, started 15:50:13.000000, leads
pools
  pool-a  0 to 3 pods  truth: 1 live  replica 0 believes: 1 pod, 0 running, 0 reserved
workspaces
  ws-1  locked by task 598
pods
  iac-agent-pool-a-1762613400, created 14:50:00.000000
              truth                   replica 0 believes
    pod       running                 managed, heard of 15:50:17.000000
    agent     connected to replica 0  not known
    slot 0    reserved for task 598   idle
    slot 1    plan of task 599        idle
    slot 2    free                    idle
    differs:  replica 0 has no agent registered for this pod, whose agent is connected to it
    differs:  replica 0 does not know that task 598 is reserved in slot 0
    differs:  replica 0 does not know that the agent works on the plan of task 599
tasks
  task 598  apply_pending     plan_and_apply of ws-1  not confirmed, planned on )") +
                R"(iac-agent-pool-a-1762613400 slot 0
  task 599  running_planning  plan of ws-2            given to iac-agent-pool-a-1762613400
  1 ended
timers
  autoscaler  replica 0  due 15:50:20.000000, in 2s
)");
}

TEST(WorldView, of_one_task_shows_it_and_the_pods_that_it_is_on) {
  World world = agreeing_world();
  world.pods.push_back({.state = PodState::running, .pool = 0, .created = start});
  EXPECT_EQ(view(world, {.start = start, .task = 0}), text_of(R"(
servers
  replica 0  serving, started 15:50:13.000000, leads
pods
  iac-agent-pool-a-1762613400, created 14:50:00.000000
              truth                   replica 0 believes
    pod       running                 registered, heard of 15:50:17.000000
    agent     connected to replica 0  known
    slot 0    reserved for task 598   reserved: task 598
    slot 1    plan of task 599        running: task 599
    slot 2    free                    idle
tasks
  task 598  apply_pending  plan_and_apply of ws-1  not confirmed, planned on )") +
                R"(iac-agent-pool-a-1762613400 slot 0
)");
}

TEST(WorldView, of_one_pod_shows_the_tasks_on_it) {
  World world = agreeing_world();
  world.pods.push_back({.state = PodState::running, .pool = 0, .created = start});
  const std::string text = view(world, {.start = start, .pod = 1});
  EXPECT_NE(text.find("iac-agent-pool-a-1762617000, created 15:50:00"), std::string::npos) << text;
  EXPECT_EQ(text.find("iac-agent-pool-a-1762613400"), std::string::npos) << text;
  EXPECT_NE(text.find("tasks\n  none\n"), std::string::npos) << text;
}

TEST(WorldView, of_a_task_that_is_no_more_shows_nobody) {
  EXPECT_EQ(view(agreeing_world(), {.start = start, .nobody_else = true}),
            "servers\n  replica 0  serving, started 15:50:13.000000, leads\npods\n  none\ntasks\n"
            "  none\n");
}

TEST(WorldView, of_nobody_says_so) {
  World world;
  world.replicas.resize(1);
  EXPECT_EQ(view(world, {.start = start}),
            "servers\n  replica 0  down\n  no replica leads\npods\n  none\ntasks\n"
            "  none\n");
}

TEST(WorldView, a_column_for_every_memory) {
  World world = agreeing_world();
  world.replicas.push_back({ReplicaState::serving, start});
  world.memories.push_back(empty_memory());
  const std::string text =
      pods_text(world, setup_of(), {.start = start}, paint_nothing);
  EXPECT_NE(text.find("replica 0 (leads) believes            replica 1 believes\n"),
            std::string::npos) << text;
  EXPECT_NE(text.find("heard of 15:50:17.000000  unknown\n"), std::string::npos) << text;
  EXPECT_EQ(texts(world), Texts{"replica 1 does not know this pod"});
}

TEST(Differences, there_are_none_where_a_memory_is_right) {
  EXPECT_EQ(texts(agreeing_world()), Texts());
}

TEST(Differences, nothing_is_said_of_a_memory_that_is_lost) {
  World world = forgetful_world();
  world.memories[0] = {};
  EXPECT_EQ(texts(world), Texts());
}

TEST(Differences, a_pod_that_is_gone_is_still_held) {
  World world = agreeing_world();
  world.pods[0].state = PodState::terminating;
  EXPECT_EQ(texts(world), Texts{"replica 0 holds this pod, which is terminating"});
}

TEST(Differences, a_slot_is_held_for_a_task_that_ended) {
  World world = agreeing_world();
  world.tasks[0].row.status = TaskStatus::cancelled;
  EXPECT_EQ(texts(world),
            Texts{"replica 0 holds slot 0 as reserved for task 598, which ended: cancelled"});
}

TEST(Differences, a_slot_is_reserved_for_a_task_that_planned_elsewhere) {
  World world = agreeing_world();
  world.tasks[0].plan_pod = none;
  EXPECT_EQ(texts(world),
            Texts{"replica 0 holds slot 0 as reserved for task 598, which did not plan here"});
}

TEST(Differences, a_slot_is_running_and_nobody_works_there) {
  World world = agreeing_world();
  world.agents[0].work.clear();
  EXPECT_EQ(texts(world), Texts{"replica 0 holds slot 1 as running for task 599, which is "
                                "running_planning and is not worked on here"});
}

TEST(Differences, an_agent_is_connected_and_its_pod_taken_for_offline) {
  World world = agreeing_world();
  world.memories[0].pods[0].state = ManagedPodState::offline;
  EXPECT_EQ(texts(world),
            Texts{"replica 0 takes this pod for offline, and its agent is connected"});
}

TEST(Differences, an_agent_is_counted_on_that_is_not_connected) {
  World world = agreeing_world();
  world.agents[0].state = AgentState::disconnected;
  EXPECT_EQ(texts(world), Texts{"replica 0 counts on its agent, which is disconnected"});
}

TEST(WorldView, as_json_says_the_same) {
  JsonWriter json;
  write_world(json, {}, forgetful_world(), setup_of(), Clock::at(now), {.start = start});
  const auto document = nlohmann::json::parse(json.finish());
  const auto& pod = document["pods"][0];
  EXPECT_EQ(pod["pod"], "iac-agent-pool-a-1762613400");
  EXPECT_EQ(pod["state"], "running");
  EXPECT_EQ(pod["created"], "2025-11-08T14:50:00Z");
  EXPECT_EQ(pod["agent"]["connected_to"], 0);
  EXPECT_EQ(pod["agent"]["work"][0], nlohmann::json::parse(
      R"({"task": 599, "action": "plan", "slot": 1})"));
  EXPECT_EQ(pod["reserved_for"], nlohmann::json::parse(R"([{"task": 598, "slot": 0}])"));
  EXPECT_EQ(pod["beliefs"][0]["slots"][0]["state"], "idle");
  EXPECT_EQ(pod["beliefs"][0]["slots"][0]["task"], nullptr);
  EXPECT_EQ(pod["differences"], nlohmann::json(texts(forgetful_world())));
  EXPECT_EQ(document["tasks"].size(), 2U);
  EXPECT_EQ(document["tasks"][0]["plan_slot"], 0);
  EXPECT_EQ(document["timers"][0]["due"], "2025-11-08T15:50:20Z");
  EXPECT_EQ(document["workspaces"][0]["locked_by"], 598);
  EXPECT_EQ(document["servers"][0]["leads"], true);
  EXPECT_EQ(document["pools"][0]["frozen"], false);
}

TEST(WorldView, without_time_names_no_moment) {
  World world = agreeing_world();
  world.pods[0].created = just_now;
  world.memories[0].pods[0].heartbeat = elapsed;
  world.timers[0].due = elapsed;
  const std::string text =
      world_text(world, setup_of(), Clock::untimed(), {}, paint_nothing);
  EXPECT_NE(text.find("created just now\n"), std::string::npos) << text;
  EXPECT_NE(text.find("registered, heard of long ago\n"), std::string::npos) << text;
  EXPECT_NE(text.find("due long ago\n"), std::string::npos) << text;
  JsonWriter json;
  write_world(json, {}, world, setup_of(), Clock::untimed(), {});
  const auto document = nlohmann::json::parse(json.finish());
  EXPECT_EQ(document["timers"][0]["due"], nullptr);
  EXPECT_EQ(document["pools"][0]["frozen"], nullptr);
}

}  // namespace
}  // namespace holdfast
