// What an importer knows beside the events: which of them are assumed, and which led to which.
#include <gtest/gtest.h>

#include <sstream>

#include <holdfast/replay/log_reader.h>
#include <holdfast/tests/replay/importer_support.h>

namespace holdfast {
namespace {

const std::string pod = "iac-agent-pool-a-1762590434";

// Every line at 16:30:00.
ImportResult import_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "2025/11/08 16:30:00 " + line + '\n';
  return import_text(text);
}

// "pod.created -> memory.pod_managed", a line for every event with a cause.
std::string led(const ImportResult& result) {
  std::string text;
  for (const ImportedEvent& one : result.events) {
    if (one.cause == 0) continue;
    const ImportedEvent& cause = result.events.at(one.cause - 1);
    text += fmt::format("{} -> {}{}\n", info(cause.event.type).name, info(one.event.type).name,
                        one.assumed ? "?" : "");
  }
  return text;
}

std::string led(const std::vector<std::string>& lines) { return led(import_lines(lines)); }

// --- causes ---

TEST(ImporterCauses, what_one_line_tells_follows_from_its_first_event) {
  EXPECT_EQ(led({"[PodManager] Created pod " + pod + " for pool pool-a",
                 "[PodManager] Deleted pod " + pod}),
            "pod.created -> memory.pod_managed\n"
            "pod.delete_requested -> memory.pod_forgotten\n");
  EXPECT_EQ(led({"[PodManager] Assigned task 7 (type: plan) to pod " + pod + " slot 0",
                 "[TaskQueue] No connected agents found, task 7 will retry"}),
            "queue.no_agent -> queue.retry_scheduled\n");
  EXPECT_EQ(led({"[TaskQueue] No free slot available for task 7: no free slot available in pool "
                 "pool-a, will retry"}),
            "queue.no_free_slot -> queue.retry_scheduled\n");
  EXPECT_EQ(led({"[K8sDeployment] Successfully rotated secret iac-agent-token-pool-a with new "
                 "token"}),
            "pool.token_rotated -> pool.token_rotated\n"
            "pool.token_rotated -> pool.secret_rotated\n");
}

TEST(ImporterCauses, a_pod_that_is_gone_is_why_it_is_forgotten) {
  EXPECT_EQ(led({"[PodManager] Created pod " + pod + " for pool pool-a",
                 "[PodManager] Pod " + pod + " no longer exists in K8s, removing from management"}),
            "pod.created -> memory.pod_managed\n"
            "pod.gone -> memory.pod_forgotten\n");
}

TEST(ImporterCauses, a_push_gives_the_agent_its_work_and_its_report_ends_the_task) {
  const std::string agent = "agent-pool-a-1762590436000000000";
  EXPECT_EQ(led({"[PodManager] Assigned task 7 (type: plan) to pod " + pod + " slot 0",
                 "[PodManager] Registered agent " + agent + " to pod " + pod,
                 "[TaskQueue] Successfully pushed task 7 to agent " + agent + " (action: plan)",
                 "[Raw] Agent " + agent + " reported task 7 completed",
                 "[Raw] Agent " + agent + " disconnected from C&C channel"}),
            "queue.pushed -> agent.slot_taken?\n"
            "agent.reported -> task.plan_finished\n"
            "agent.disconnected -> agent.marked_offline\n");
}

TEST(ImporterCauses, the_end_of_a_server_takes_with_it_what_it_held) {
  const std::string agent = "agent-pool-a-1762590436000000000";
  EXPECT_EQ(led({"[Main] This instance is now the leader, starting background services...",
                 "[PodManager] Assigned task 7 (type: plan) to pod " + pod + " slot 0",
                 "[PodManager] Registered agent " + agent + " to pod " + pod,
                 "[TaskQueue] Successfully pushed task 7 to agent " + agent + " (action: plan)",
                 "Timezone set to Asia/Singapore (UTC+8)"}),
            "queue.pushed -> agent.slot_taken?\n"
            "server.stopped -> memory.lost?\n"
            "server.stopped -> agent.disconnected?\n"
            "server.stopped -> leader.lost?\n");
}

TEST(ImporterCauses, which_decision_led_to_a_deletion_is_not_told) {
  EXPECT_EQ(led({"[PodManager] Syncing 1 pods from K8s for pool pool-a",
                 "[PodManager] Discovered new pod " + pod + " in K8s (phase: Running)",
                 "[K8sPodService] Scaling pool pool-a from 1 to 0 pods (utilization: 0.0%)",
                 "[PodManager] Deleted pod " + pod}),
            "pod.delete_requested -> memory.pod_forgotten\n");
}

TEST(ImporterCauses, a_cause_stands_before_its_event_and_is_of_the_same_line) {
  const std::filesystem::path folder = shared_data() / "platform" / "hand";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no recordings beside the checkout";
  std::size_t causes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.path().string().ends_with(".log.zst")) continue;
    const ImportResult result = import_file(entry.path());
    for (std::size_t i = 0; i < result.events.size(); ++i) {
      const ImportedEvent& one = result.events[i];
      if (one.cause == 0) continue;
      ++causes;
      ASSERT_LE(one.cause, i) << entry.path();
      EXPECT_EQ(result.events[one.cause - 1].line, one.line) << entry.path() << ", event " << i + 1;
    }
  }
  EXPECT_GT(causes, 100U);
}

// --- in the log ---

TEST(ImporterCauses, the_log_of_an_import_has_its_kind_its_causes_and_what_is_assumed) {
  const ImportResult result =
      import_lines({"[PodManager] Assigned task 7 (type: plan) to pod " + pod + " slot 0",
                    "[TaskQueue] No connected agents found, task 7 will retry",
                    "[PodManager] Deleted pod " + pod});
  std::stringstream stream;
  LogWriter writer;
  ASSERT_TRUE(writer.open(stream, "log", false, result.header));
  ASSERT_TRUE(write_events(result, writer));
  ASSERT_TRUE(writer.close());
  LogReader log;
  ASSERT_TRUE(log.open(stream, "log"));
  EXPECT_EQ(log.header().imported, "platform");
  EXPECT_EQ(log.header().end, never);
  std::size_t i = 0;
  std::size_t assumed = 0;
  for (; const LoggedEvent* logged = log.next(); ++i) {
    ASSERT_LT(i, result.events.size());
    EXPECT_EQ(logged->assumed, result.events[i].assumed) << info(logged->event.type).name;
    EXPECT_EQ(logged->causation, result.events[i].cause) << info(logged->event.type).name;
    assumed += logged->assumed ? 1 : 0;
  }
  EXPECT_FALSE(log.error());
  EXPECT_EQ(i, result.events.size());
  EXPECT_EQ(static_cast<std::int64_t>(assumed), result.summary.assumed);
  EXPECT_GT(assumed, 0U);
  EXPECT_LT(assumed, i);
}

}  // namespace
}  // namespace holdfast
