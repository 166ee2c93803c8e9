// What operations do of which no known recording has an example: read out of FORMAT.md and the
// platform's source.
#include <gtest/gtest.h>

#include <holdfast/tests/conformance/observations.h>
#include <holdfast/tests/conformance/operations.h>
#include <holdfast/tests/conformance/snapshot.h>

namespace holdfast {
namespace {

class Operations : public testing::Test {
 protected:
  Operations() : observer_(w) {
    w.setup.knobs = find_profile("production")->knobs;
    w.look = [this](const World& before, const Event& event) {
      times_.see(event);
      observer_.see(before, event);
    };
    start_servers(w);
  }
  // "op" of each, in order.
  void run(std::initializer_list<const char*> operations) {
    for (const char* operation : operations) {
      observer_.clear();
      perform(w, Json::parse(operation));
    }
  }
  Json state(const char* key) const { return snapshot(w, times_)[key]; }
  Json task(std::size_t number) const { return state("tasks")[number - 1]; }
  std::string names(const char* key, const char* of) const {
    std::string text;
    for (const Json& one : state(key)) {
      text += (text.empty() ? "" : " ") + one[of].get<std::string>();
    }
    return text;
  }
  // One pod whose agent is connected.
  void one_pod() {
    run({R"({"op":"pool","pool":"p1","min":1,"max":3})",
         R"({"op":"workspace","ws":"w1","pool":"p1"})", R"({"op":"ensure_pods","pool":"p1"})",
         R"({"op":"agent_connect","pod":"iac-agent-p1-1767607200"})"});
  }
  // A task whose plan waits for its user.
  void one_waiting_task() {
    run({R"({"op":"task","ws":"w1","type":"plan_and_apply","trigger":true})",
         R"({"op":"plan_done","task":1,"ws_msg":"none"})"});
  }
  Observations seen() const { return observer_.names(); }

  Walker w;

 private:
  SlotTimes times_;
  EventObserver observer_;
};

TEST_F(Operations, a_pod_that_ended_may_be_said_to_run_and_gets_a_new_process) {
  one_pod();
  run({R"({"op":"k8s_pod_phase","pod":"iac-agent-p1-1767607200","phase":"Failed"})",
       R"({"op":"k8s_pod_phase","pod":"iac-agent-p1-1767607200","phase":"Failed"})",
       R"({"op":"k8s_pod_phase","pod":"iac-agent-p1-1767607200","phase":"Running"})"});
  EXPECT_EQ(names("k8s", "phase"), "Running");
  EXPECT_EQ(names("agents", "status"), "offline");
  run({R"({"op":"agent_connect","pod":"iac-agent-p1-1767607200"})"});
  EXPECT_EQ(names("k8s", "name"), "iac-agent-p1-1767607200");
  EXPECT_EQ(names("agents", "id"),
            "agent-p1-1767607200000000000 agent-p1-1767607200001000000");
  EXPECT_EQ(names("agents", "status"), "offline online");
  EXPECT_EQ(names("pm", "pod"), "iac-agent-p1-1767607200");
}

TEST_F(Operations, a_deletion_meets_the_new_pod_of_that_name) {
  one_pod();
  run({R"({"op":"k8s_pod_gone","pod":"iac-agent-p1-1767607200"})",
       R"({"op":"ensure_pods","pool":"p1","service":"fresh"})"});
  EXPECT_EQ(names("k8s", "name"), "iac-agent-p1-1767607200");
  run({R"({"op":"scale","pool":"p1","count":0})"});
  EXPECT_EQ(state("k8s"), Json::array());
  EXPECT_EQ(state("pm"), Json::array());
  EXPECT_EQ(state("k8s_calls"),
            Json::parse(R"([{"verb":"delete","name":"iac-agent-p1-1767607200","failed":false}])"));
}

TEST_F(Operations, observations_go_by_the_names_of_pods) {
  one_pod();
  one_waiting_task();
  run({R"({"op":"k8s_pod_gone","pod":"iac-agent-p1-1767607200"})"});
  EXPECT_EQ(owed_now(w).count("waiting_task_has_pod task 1"), 1u);
  run({R"({"op":"ensure_pods","pool":"p1","service":"fresh"})"});
  EXPECT_EQ(owed_now(w).count("waiting_task_has_pod task 1"), 0u);
  run({R"({"op":"agent_connect","pod":"iac-agent-p1-1767607200"})",
       R"({"op":"confirm_apply","task":1})"});
  EXPECT_EQ(task(1)["status"], "running");
  EXPECT_EQ(seen(), Observations{});  // not "apply on another pod"
}

TEST_F(Operations, a_deletion_under_the_name_of_a_plans_pod_is_observed) {
  one_pod();
  one_waiting_task();
  run({R"({"op":"k8s_pod_gone","pod":"iac-agent-p1-1767607200"})",
       R"({"op":"ensure_pods","pool":"p1","service":"fresh"})",
       R"({"op":"rebuild_idle_pods","pool":"p1","service":"fresh"})"});
  EXPECT_EQ(seen(), Observations{"reserved_pod_kept iac-agent-p1-1767607200"});
}

TEST_F(Operations, a_send_error_that_is_ordered_twice_comes_once) {
  one_pod();
  run({R"({"op":"agent_send_error"})", R"({"op":"agent_send_error"})",
       R"({"op":"task","ws":"w1","type":"plan","trigger":true})"});
  EXPECT_EQ(task(1)["status"], "pending");
  EXPECT_EQ(names("agents", "status"), "offline");
  run({R"({"op":"agent_connect","pod":"iac-agent-p1-1767607200"})",
       R"({"op":"try_execute","ws":"w1"})"});
  EXPECT_EQ(task(1)["status"], "running");
}

TEST_F(Operations, a_cancel_whose_message_fails_ends_the_connection_and_the_work_goes_on) {
  one_pod();
  run({R"({"op":"task","ws":"w1","type":"plan","trigger":true})",
       R"({"op":"task","ws":"w1","type":"plan","trigger":true})", R"({"op":"agent_send_error"})",
       R"({"op":"cancel","task":1})"});
  EXPECT_EQ(names("tasks", "status"), "cancelled failed");
  EXPECT_EQ(names("agents", "status"), "offline");
  EXPECT_EQ(state("agents")[0]["exec"], Json::parse(R"({"1":"plan","2":"plan"})"));
  EXPECT_FALSE(w.send_error);
}

TEST_F(Operations, a_cancel_does_not_reach_an_agent_without_a_row) {
  one_pod();
  run({R"({"op":"task","ws":"w1","type":"plan","trigger":true})",
       R"({"op":"advance_clock","seconds":301})", R"({"op":"agent_cleanup"})",
       R"({"op":"cancel","task":1})"});
  EXPECT_EQ(task(1)["status"], "cancelled");
  EXPECT_EQ(task(1)["stage"], "planning");
  EXPECT_EQ(state("agents")[0]["exec"], Json::parse(R"({"1":"plan"})"));
}

TEST_F(Operations, a_plan_without_changes_that_is_cancelled_keeps_its_stage) {
  one_pod();
  run({R"({"op":"task","ws":"w1","type":"plan_and_apply","trigger":true})",
       R"({"op":"plan_done","task":1,"changes":false})", R"({"op":"cancel","task":1})"});
  EXPECT_EQ(task(1)["status"], "cancelled");
  EXPECT_EQ(task(1)["stage"], "planned_and_finished");
}

TEST_F(Operations, workspaces_are_tried_in_the_order_of_their_names) {
  run({R"({"op":"pool","pool":"p1","min":0,"max":3})",
       R"({"op":"workspace","ws":"w9","pool":"p1"})",
       R"({"op":"workspace","ws":"w10","pool":"p1"})",
       R"({"op":"task","ws":"w9","type":"plan"})", R"({"op":"task","ws":"w10","type":"plan"})",
       R"({"op":"monitor"})"});
  EXPECT_EQ(names("timers", "name"), "retry w10 retry w9");
}

TEST_F(Operations, goroutines_of_which_nothing_is_recorded_are_stepped_too) {
  run({R"({"op":"config","goroutines":"manual"})"});
  one_pod();
  run({R"({"op":"task","ws":"w1","type":"plan_and_apply","trigger":true})",
       R"({"op":"step_goroutine"})"});
  EXPECT_EQ(task(1)["status"], "running");
  EXPECT_EQ(w.queued(), 1u);  // the notification
  run({R"({"op":"step_goroutine"})", R"({"op":"task_completed_msg","task":1})"});
  EXPECT_EQ(w.queued(), 3u);
  run({R"({"op":"step_goroutine"})"});  // what follows an apply
  EXPECT_EQ(state("pm")[0]["slots"][0]["s"], "running");
  run({R"({"op":"step_goroutine"})"});
  EXPECT_EQ(state("pm")[0]["slots"][0]["s"], "idle");
}

TEST_F(Operations, a_database_error_fails_one_query) {
  one_pod();
  // The lock of the dispatch is no query: the third error is for the blockers, and counts none.
  run({R"({"op":"task","ws":"w1","type":"plan_and_apply"})", R"({"op":"db_error","count":1})",
       R"({"op":"try_execute","ws":"w1"})"});
  EXPECT_EQ(task(1)["status"], "pending");
  EXPECT_EQ(w.database_errors, 0);
  // Revoking reads the tokens, then each again: without the first answer none is revoked.
  run({R"({"op":"db_error","count":1})", R"({"op":"force_rotate_token","pool":"p1"})"});
  EXPECT_EQ(w.world.pools[0].first_active_token, 1u);
  EXPECT_EQ(w.world.pools[0].last_token, 2u);
}

TEST_F(Operations, each_connected_agent_is_a_query_of_its_own) {
  one_pod();
  run({R"({"op":"workspace","ws":"w2","pool":"p1","mode":"agent"})",
       R"({"op":"advance_clock","seconds":1})", R"({"op":"scale","pool":"p1","count":2})",
       R"({"op":"agent_connect","pod":"iac-agent-p1-1767607201"})",
       R"({"op":"task","ws":"w2","type":"plan"})",
       R"({"op":"monitor"})"});
  EXPECT_EQ(task(1)["agent"], "agent-p1-1767607200000000000");
  EXPECT_EQ(state("pm")[0]["slots"][0]["s"], "idle");
}

TEST_F(Operations, an_agent_that_cannot_be_read_is_passed_over) {
  one_pod();
  run({R"({"op":"workspace","ws":"w2","pool":"p1","mode":"agent"})",
       R"({"op":"advance_clock","seconds":1})", R"({"op":"scale","pool":"p1","count":2})",
       R"({"op":"agent_connect","pod":"iac-agent-p1-1767607201"})",
       R"({"op":"task","ws":"w2","type":"plan"})"});
  // The workspace, the plan, the workspace again; then the first agent.
  const ProcedureIndex place = w.start(Program::try_next, 0, 0, [&](Procedure& p) {
    p.workspace = w.workspace_named("w2");
  });
  w.run_until(place, "push", "d3");
  w.database_errors = 1;
  w.run(place);
  EXPECT_EQ(task(1)["agent"], "agent-p1-1767607201000000000");
}

}  // namespace
}  // namespace holdfast
