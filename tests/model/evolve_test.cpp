// Places: who may use one, what goes with whoever had it, and what a killed server takes along.
#include <gtest/gtest.h>

#include <holdfast/tests/support/drive.h>

namespace holdfast {
namespace {

struct Evolve : ::testing::Test {
  Drive d;
  ReplicaIndex replica = d.serve();
  PoolIndex pool = d.pool(1, 3);
  WorkspaceIndex ws = d.workspace(pool);

  void create_at(PodIndex pod) {
    d.fold(EventType::pod_created, [&](Event& e) {
      e.pod = pod;
      e.pool = pool;
    });
  }
  void count_restart(PodIndex pod, MemoryIndex memory) {
    d.fold(EventType::memory_restart_counted, [&](Event& e) {
      e.memory = memory;
      e.pod = pod;
    });
  }
  std::string refused(EventType type, const std::function<void(Event&)>& fill) {
    Event e = d.event(type);
    fill(e);
    World after = d.world;
    const std::string why(evolve(after, e));
    EXPECT_EQ(after, d.world);
    return why;
  }
};

// --- a pod's place -------------------------------------------------------------------------------

TEST_F(Evolve, a_pod_in_a_reused_place_begins_without_the_restarts_of_the_old_one) {
  d.serve();
  const PodIndex pod = d.pod(pool, PodState::gone);
  const PodIndex other = d.pod(pool);
  count_restart(pod, 0);
  count_restart(pod, 1);
  count_restart(other, 0);
  create_at(pod);
  ASSERT_EQ(d.world.memories[0].restarts.size(), 2U);
  EXPECT_EQ(d.world.memories[0].restarts[pod], PodRestarts{});
  EXPECT_EQ(d.world.memories[0].restarts[other].count, 1);
  EXPECT_TRUE(d.world.memories[1].restarts.empty()) << "the vector ends in an unused place";
}

TEST_F(Evolve, a_pod_in_a_reused_place_is_not_where_an_ended_task_ran) {
  const PodIndex pod = d.pod(pool);
  d.connect(pod);
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 1, task);
  d.set_status(task, TaskStatus::failed);
  for (const EventType type : {EventType::pod_delete_requested, EventType::pod_gone,
                               EventType::agent_gone, EventType::agent_row_deleted}) {
    d.fold(type, [&](Event& e) { e.pod = pod; });
  }
  create_at(pod);
  EXPECT_EQ(d.world.tasks[task].plan_pod, none);
  EXPECT_EQ(d.world.tasks[task].plan_slot, no_slot);
  EXPECT_EQ(d.world.tasks[task].row.agent, none);
  EXPECT_EQ(d.world.agents[pod], Agent{});
}

// Invariant 2 of world.h: such a place counts as in use.
TEST_F(Evolve, a_gone_pod_keeps_what_it_had_until_its_place_is_used_again) {
  const PodIndex pod = d.pod(pool);
  d.connect(pod);
  Pod expected = d.world.pods[pod];
  for (const EventType type : {EventType::pod_gone, EventType::agent_gone}) {
    d.fold(type, [&](Event& e) { e.pod = pod; });
  }
  expected.state = PodState::gone;
  EXPECT_EQ(d.world.pods[pod], expected);
  EXPECT_TRUE(d.world.agents[pod].row);
  const PoolIndex other = d.pool(0, 1);
  d.wait(minute);
  d.fold(EventType::pod_created, [&](Event& e) {
    e.pod = pod;
    e.pool = other;
    e.n = {7, 9};
  });
  expected = Pod{};
  expected.state = PodState::pending;
  expected.pool = other;
  expected.created = d.clock.now();
  expected.config_revision = 7;
  expected.token = 9;
  EXPECT_EQ(d.world.pods[pod], expected);
  EXPECT_EQ(d.world.agents[pod], Agent{});
}

TEST_F(Evolve, a_task_that_ended_keeps_what_it_had_until_its_place_is_used_again) {
  const PodIndex pod = d.pod(pool);
  const TaskIndex task = d.task(ws, TaskType::plan);
  d.planned_on(pod, 2, task);
  d.set_status(task, TaskStatus::success);
  Task expected = d.world.tasks[task];
  EXPECT_TRUE(expected.exists);
  EXPECT_EQ(expected.plan_pod, pod);
  d.fold(EventType::task_submitted, [&](Event& e) {
    e.task = task;
    e.workspace = ws;
    e.task_type = TaskType::drift_check;
    e.n[0] = 99;
  });
  expected = Task{};
  expected.exists = true;
  expected.number = 99;
  expected.workspace = ws;
  expected.type = TaskType::drift_check;
  EXPECT_EQ(d.world.tasks[task], expected);
}

// The place is taken by the program that creates a pod, where it is decided who still refers to it.
struct PodPlace : Evolve {
  const PodIndex gone = gone_pod();

  PodIndex gone_pod() {
    const PodIndex pod = d.pod(pool, PodState::gone);
    d.wait(second);
    return pod;
  }
  // Where the next pod goes.
  PodIndex next() {
    const ProcedureIndex at = d.start(Program::create_pod, [&](Procedure& p) { p.pool = pool; });
    const std::size_t before = d.log.size();
    d.run(at);
    for (std::size_t i = before; i < d.log.size(); ++i) {
      if (d.log[i].type == EventType::pod_created) return d.log[i].pod;
    }
    return none;
  }
};

TEST_F(PodPlace, is_used_again_when_nobody_refers_to_the_old_pod) { EXPECT_EQ(next(), gone); }

TEST_F(PodPlace, is_kept_where_everything_is_kept) {
  d.setup.keep_everything = true;
  EXPECT_NE(next(), gone);
}

TEST_F(PodPlace, is_kept_while_a_memory_manages_the_old_pod) {
  d.manage(gone);
  EXPECT_NE(next(), gone);
}

TEST_F(PodPlace, is_kept_while_an_unfinished_task_ran_there_and_free_when_it_has_ended) {
  const TaskIndex task = d.task(ws);
  d.planned_on(gone, 0, task);
  d.fold(EventType::agent_marked_offline, [&](Event& e) { e.pod = gone; });
  EXPECT_NE(next(), gone);
  d.set_status(task, TaskStatus::cancelled);
  d.wait(second);
  EXPECT_EQ(next(), gone);
}

TEST_F(PodPlace, is_kept_while_its_agents_row_exists) {
  const PodIndex pod = d.pod(pool);
  d.connect(pod);
  for (const EventType type : {EventType::pod_gone, EventType::agent_gone}) {
    d.fold(type, [&](Event& e) { e.pod = pod; });
  }
  EXPECT_EQ(next(), gone);
  d.wait(second);
  EXPECT_NE(next(), pod);
  d.fold(EventType::agent_row_deleted, [&](Event& e) { e.pod = pod; });
  d.wait(second);
  EXPECT_EQ(next(), pod);
}

TEST_F(PodPlace, is_kept_while_a_procedure_carries_the_old_pod) {
  const auto fills = std::to_array<std::function<void(Procedure&)>>(
      {[&](Procedure& p) { p.pod = gone; }, [&](Procedure& p) { p.agent = gone; },
       [&](Procedure& p) { p.sender = gone; }, [&](Procedure& p) { p.row.agent = gone; },
       [&](Procedure& p) { p.pods.insert(gone); }, [&](Procedure& p) { p.dead.insert(gone); }});
  for (const auto& fill : fills) {
    const ProcedureIndex holder = d.start(Program::sync_pods, [&](Procedure& p) {
      p.pool = pool;
      fill(p);
    });
    EXPECT_NE(next(), gone);
    d.fold(EventType::procedure_ended, [&](Event& e) { e.procedure = holder; });
    d.wait(second);
  }
  EXPECT_EQ(next(), gone);
}

// --- a task's place ------------------------------------------------------------------------------

struct TaskPlace : Evolve {
  const TaskIndex ended = ended_task();

  TaskIndex ended_task() {
    d.setup.tasks = {{ws, TaskType::plan}};
    const TaskIndex task = d.task(ws);
    d.set_status(task, TaskStatus::success);
    return task;
  }
  TaskIndex next() {
    Events events;
    take(d.world, d.setup, d.clock, {.kind = StepKind::submit, .replica = 0, .argument = 0},
         events);
    return events[0].task;
  }
};

TEST_F(TaskPlace, is_used_again_when_nobody_reads_the_old_task) { EXPECT_EQ(next(), ended); }

TEST_F(TaskPlace, is_kept_where_everything_is_kept) {
  d.setup.keep_everything = true;
  EXPECT_NE(next(), ended);
}

TEST_F(TaskPlace, is_kept_while_a_slot_holds_the_old_task) {
  const PodIndex pod = d.pod(pool);
  d.manage(pod);
  d.assign(pod, 0, ended);
  EXPECT_NE(next(), ended);
}

TEST_F(TaskPlace, is_kept_while_an_agent_works_on_it) {
  const PodIndex pod = d.pod(pool);
  d.connect(pod);
  d.fold(EventType::agent_slot_taken, [&](Event& e) {
    e.pod = pod;
    e.task = ended;
    e.slot = 0;
  });
  EXPECT_NE(next(), ended);
}

TEST_F(TaskPlace, is_kept_while_it_locks_its_workspace) {
  d.fold(EventType::workspace_locked, [&](Event& e) {
    e.workspace = ws;
    e.task = ended;
  });
  EXPECT_NE(next(), ended);
}

TEST_F(TaskPlace, is_kept_while_a_procedure_carries_it) {
  const auto fills = std::to_array<std::function<void(Procedure&)>>(
      {[&](Procedure& p) { p.task = ended; }, [&](Procedure& p) { p.running.insert(ended); },
       [&](Procedure& p) { p.waiting.insert(ended); }});
  for (const auto& fill : fills) {
    const ProcedureIndex holder = d.start(Program::sync_pods, [&](Procedure& p) {
      p.pool = pool;
      fill(p);
    });
    EXPECT_NE(next(), ended);
    d.fold(EventType::procedure_ended, [&](Event& e) { e.procedure = holder; });
  }
  EXPECT_EQ(next(), ended);
}

TEST_F(TaskPlace, is_refused_by_the_fold_while_the_old_task_is_unfinished) {
  d.set_status(ended, TaskStatus::running_planning);
  EXPECT_EQ(refused(EventType::task_submitted,
                    [&](Event& e) {
                      e.task = ended;
                      e.workspace = ws;
                    }),
            "its place is taken");
}

// --- procedures and the memories of handlers -----------------------------------------------------

TEST_F(Evolve, a_procedure_under_way_stands_somewhere) {
  const auto nowhere = [](Event& e) { e.procedure = 0; };
  EXPECT_EQ(refused(EventType::procedure_started, nowhere),
            "a procedure under way stands at a step");
  d.start(Program::sync_pods, [&](Procedure& p) { p.pool = pool; });
  EXPECT_EQ(refused(EventType::procedure_advanced, nowhere),
            "a procedure under way stands at a step");
  EXPECT_EQ(refused(EventType::procedure_started,
                    [](Event& e) {
                      e.procedure = 0;
                      e.after.depth = 1;
                    }),
            "its place is taken");
}

TEST_F(Evolve, a_handlers_memory_comes_and_goes_with_it) {
  const auto handler = [&](MemoryIndex memory) {
    return d.start(Program::sync_pods, [&](Procedure& p) {
      p.pool = pool;
      p.memory = memory;
    });
  };
  const World before = d.world;
  const ProcedureIndex first = handler(1);
  const ProcedureIndex second_handler = handler(2);
  const PodIndex pod = d.pod(pool);
  d.manage(pod, 1);
  ASSERT_EQ(d.world.memories.size(), 3U);
  d.fold(EventType::procedure_ended, [&](Event& e) { e.procedure = first; });
  ASSERT_EQ(d.world.memories.size(), 3U);
  EXPECT_EQ(d.world.memories[1], Memory{});
  d.fold(EventType::procedure_ended, [&](Event& e) { e.procedure = second_handler; });
  EXPECT_EQ(d.world.memories.size(), 1U);
  EXPECT_TRUE(d.world.procedures.empty());
  EXPECT_EQ(d.world.memories, before.memories);
}

TEST_F(Evolve, a_further_server_does_not_take_the_memory_of_a_handler) {
  d.start(Program::sync_pods, [&](Procedure& p) {
    p.pool = pool;
    p.memory = 1;
  });
  EXPECT_EQ(refused(EventType::server_started, [](Event& e) { e.replica = 1; }),
            "its place is taken");
}

// --- timers --------------------------------------------------------------------------------------

TEST_F(Evolve, a_timer_is_ranked_behind_those_that_exist) {
  const auto arm = [&](std::uint16_t place, TimerKind kind) {
    d.fold(EventType::server_timer_armed, [&](Event& e) {
      e.replica = replica;
      e.timer = kind;
      e.place = place;
      e.at = d.clock.after(second);
    });
  };
  const auto fire = [&](EventType type, std::uint16_t place) {
    d.fold(type, [&](Event& e) {
      e.place = place;
      e.at = d.clock.after(minute);
    });
  };
  arm(0, TimerKind::retry);
  arm(1, TimerKind::monitor);
  arm(2, TimerKind::retry);
  EXPECT_EQ(d.world.timers[2].order, 2);
  EXPECT_EQ(refused(EventType::server_timer_armed,
                    [&](Event& e) {
                      e.replica = replica;
                      e.timer = TimerKind::monitor;
                      e.place = 1;
                    }),
            "its place is taken");
  fire(EventType::queue_retry_fired, 0);
  EXPECT_EQ(d.world.timers[0], Timer{});
  arm(0, TimerKind::retry);
  EXPECT_EQ(d.world.timers[0].order, 2) << "it is the newest, in the oldest place";
  EXPECT_EQ(d.world.timers[1].order, 0);
  EXPECT_EQ(d.world.timers[2].order, 1);
  fire(EventType::queue_monitor_ticked, 1);
  EXPECT_EQ(d.world.timers[1].due, d.clock.after(minute));
  fire(EventType::queue_retry_fired, 2);
  EXPECT_EQ(d.world.timers.size(), 2U);
}

// Three retries lie beside a ticker, and each time the oldest fires and a new one is armed: nothing
// of the past is in the world, however long that goes on.
TEST_F(Evolve, ranks_of_timers_do_not_grow_with_what_fired) {
  const auto arm = [&](std::uint16_t place, TimerKind kind) {
    d.fold(EventType::server_timer_armed, [&](Event& e) {
      e.replica = replica;
      e.timer = kind;
      e.place = place;
      e.at = {1};
    });
  };
  arm(3, TimerKind::monitor);
  for (std::uint16_t place = 0; place < 3; ++place) arm(place, TimerKind::retry);
  const World before = d.world;
  for (int i = 1; i <= 75'000; ++i) {
    const auto oldest = static_cast<std::uint16_t>((i - 1) % 3);
    d.fold(EventType::queue_retry_fired, [&](Event& e) { e.place = oldest; });
    arm(oldest, TimerKind::retry);
    for (int age = 0; age < 3; ++age) {
      const auto place = static_cast<std::size_t>(oldest + 3 - age) % 3;
      ASSERT_EQ(d.world.timers[place].order, 3 - age) << "after " << i;
    }
    d.forget();
    if (i % 3 == 0) {
      ASSERT_TRUE(d.world == before) << "after " << i;
    }
  }
  EXPECT_EQ(d.world.timers[3].order, 0) << "the ticker is the oldest all the time";
}

TEST_F(Evolve, a_stopped_server_leaves_the_timers_of_others_ranked_without_a_gap) {
  const ReplicaIndex other = d.serve();
  std::uint16_t place = 0;
  for (const ReplicaIndex owner : {other, replica, other, replica}) {
    d.fold(EventType::server_timer_armed, [&](Event& e) {
      e.replica = owner;
      e.timer = TimerKind::monitor;
      e.place = place++;
      e.at = d.clock.after(minute);
    });
  }
  d.fold(EventType::server_stopped, [&](Event& e) { e.replica = other; });
  EXPECT_EQ(d.world.timers[0], Timer{});
  EXPECT_EQ(d.world.timers[1].order, 0);
  EXPECT_EQ(d.world.timers[3].order, 1);
}

// --- a server that is killed ---------------------------------------------------------------------

TEST_F(Evolve, a_killed_server_drops_its_procedures_timers_and_memory_and_nothing_else) {
  const ReplicaIndex other = d.serve();
  const PodIndex here = d.pod(pool);
  const PodIndex there = d.pod(pool);
  const PodIndex silent = d.pod(pool);
  d.connect(here, replica);
  d.connect(there, other);
  d.connect(silent, replica);
  d.fold(EventType::agent_disconnected, [&](Event& e) {
    e.pod = silent;
    e.flag = true;
  });
  for (const MemoryIndex memory : {replica, other}) d.manage(here, memory);
  const TaskIndex task = d.task(ws);
  d.plan_on(here, 0, task);
  d.assign(here, 0, task);
  const auto start = [&](ReplicaIndex on, PodIndex sender) {
    return d.start(Program::report_message, [&](Procedure& p) {
      p.replica = on;
      p.memory = on;
      p.sender = sender;
      p.task = task;
    });
  };
  const ProcedureIndex dies = start(replica, none);
  const ProcedureIndex lives_on = start(other, none);
  const ProcedureIndex waits = start(none, here);
  d.fold(EventType::workspace_dispatch_locked, [&](Event& e) {
    e.workspace = ws;
    e.procedure = dies;
  });
  std::uint16_t place = 0;
  for (const ReplicaIndex on : {replica, other}) {
    d.fold(EventType::server_timer_armed, [&](Event& e) {
      e.replica = on;
      e.timer = TimerKind::agent_health;
      e.place = place++;
      e.at = d.clock.after(second);
    });
  }

  World expected = d.world;
  expected.replicas[replica] = Replica{};
  expected.memories[replica] = Memory{};
  expected.procedures[dies] = Procedure{};
  expected.workspaces[ws].dispatcher = none;
  expected.timers[0] = Timer{};
  expected.timers[1].order = 0;
  expected.leader = none;
  expected.agents[here].state = AgentState::disconnected;
  expected.agents[here].connected_to = none;
  expected.agents[here].last_ping = d.clock.now();
  expected.agents[silent].connected_to = none;
  expected.agents[silent].silent_since = never;
  Events events;
  take(d.world, d.setup, d.clock, {.kind = StepKind::server_stops, .actor = replica}, events);
  for (const Event& e : events) d.fold(e);
  EXPECT_EQ(d.world, expected);
  EXPECT_TRUE(d.runs(lives_on));
  EXPECT_TRUE(d.runs(waits));
}

}  // namespace
}  // namespace holdfast
