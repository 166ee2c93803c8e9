// The importer of the platform's text log: whole logs, real and made up.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>

#include <holdfast/tests/replay/importer_support.h>

namespace holdfast {
namespace {

const std::string pod = "iac-agent-pool-a-1762590434";

// Every line at 16:30:00.
std::string log_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "2025/11/08 16:30:00 " + line + '\n';
  return text;
}

bool is_said(const ImportedEvent& one) { return !one.assumed; }

std::int64_t unused(const ImportResult& result, UnusedLine kind) {
  return result.summary.unused[static_cast<std::size_t>(kind)];
}

bool has_excerpts() { return std::filesystem::exists(shared_data() / "data"); }

ImportResult excerpt(const std::string& name, const ImportOptions& options = {}) {
  return import_file(shared_data() / "data" / name, options);
}

// --- real excerpts ---

TEST(ImporterLog, Task713GetsASlotAndNoAgent) {
  if (!has_excerpts()) GTEST_SKIP() << "no excerpts beside the checkout";
  const ImportResult result = excerpt("task-713.log");
  EXPECT_EQ(told(result),
            "PM06 pool.configured? pool pool-z73eh8ihywlmgx0x\n"
            "PM06 pool.token_rotated? pool pool-z73eh8ihywlmgx0x\n"
            "PM06 pool.secret_created? pool pool-z73eh8ihywlmgx0x\n"
            "PM06 pod.created? pod iac-agent-pool-z73eh8ihywlmgx0x-1764827465\n"
            "PM06 workspace.created? workspace #0 pool pool-z73eh8ihywlmgx0x\n"
            "PM06 task.submitted? task 713 workspace #0\n"
            "PM06 server.started?\n"
            "PM06 server.recovered?\n"
            "PM06 memory.pod_discovered? pod iac-agent-pool-z73eh8ihywlmgx0x-1764827465\n"
            "PM06 slot.assigned task 713 pod iac-agent-pool-z73eh8ihywlmgx0x-1764827465 slot 0\n"
            "PM07 slot.released task 713 pod iac-agent-pool-z73eh8ihywlmgx0x-1764827465 slot 0 "
            "(no_agent)\n"
            "TQ41 queue.no_agent task 713 (no_agent)\n"
            "TQ41 queue.retry_scheduled workspace #0 in 15 s (no_agent)\n");
  EXPECT_EQ(result.summary.text(),
            "lines 6: understood 6, passed over 0\n"
            "understood without an event 3\n"
            "events 13, of them assumed 9\n");
  EXPECT_EQ(result.guessed_types.size(), 0U);
  // The pod was made 11 min 35 s before the line that names it.
  EXPECT_EQ(result.events[3].event.time, (Moment{1764827465 * second}));
  EXPECT_EQ(result.events[9].event.time, (Moment{1764828160 * second}));
  EXPECT_EQ(result.header.start, (Moment{1764828160 * second}));
}

TEST(ImporterLog, Task598HasNoTimeButTheGivenOne) {
  if (!has_excerpts()) GTEST_SKIP() << "no excerpts beside the checkout";
  ImportOptions options;
  options.start = {1762588388 * second};  // 2025-11-08 15:53:08 of the server
  const ImportResult result = excerpt("task-598.log", options);
  EXPECT_EQ(told(result, is_said),
            "TQ35 queue.no_free_slot task 598 (no_slot)\n"
            "TQ35 queue.retry_scheduled workspace #0 in 10 s (no_slot)\n");
  EXPECT_EQ(result.events.back().event.at, (Moment{1762588398 * second}));
  // No line tells what it is.
  ASSERT_EQ(result.guessed_types.size(), 1U);
  const ImportedEvent& guessed = result.events[result.guessed_types[0] - 1];
  EXPECT_EQ(guessed.event.type, EventType::task_submitted);
  const ImportResult without = excerpt("task-598.log");
  EXPECT_EQ(without.summary.text(),
            "lines 2: understood 0, passed over 2\n"
            "  without time 2\n"
            "events 0, of them assumed 0\n");
}

TEST(ImporterLog, TheOtherExcerptsAreUnderstood) {
  if (!has_excerpts()) GTEST_SKIP() << "no excerpts beside the checkout";
  EXPECT_EQ(told(excerpt("task-536.log")), "");
  EXPECT_EQ(excerpt("task-536.log").summary.text(),
            "lines 6: understood 6, passed over 0\n"
            "understood without an event 6\n"
            "events 0, of them assumed 0\n");
  EXPECT_EQ(excerpt("task-511.log").summary.text(),
            "lines 2: understood 1, passed over 1\n"
            "  continuation 1\n"
            "understood without an event 1\n"
            "events 0, of them assumed 0\n");
  EXPECT_EQ(told(excerpt("server-start.log")), "old server.started\n");
}

// --- a recording ---

TEST(ImporterLog, ARestartThatLosesAReservationReadsAsOne) {
  const std::filesystem::path path =
      shared_data() / "platform" / "hand" / "02-restart-reserved-autoscaler-min0.log.zst";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no recordings beside the checkout";
  const ImportResult result = import_file(path);
  const std::string timeline = told(result, [](const ImportedEvent& one) {
    return one.event.type != EventType::memory_pods_synced &&
           one.event.type != EventType::autoscaler_measured;
  });
  EXPECT_EQ(timeline,
            "MN03 server.started\n"
            "PM01 pool.configured? pool p1\n"
            "PM01 pool.token_rotated? pool p1\n"
            "PM01 pool.secret_created? pool p1\n"
            "PM01 pod.created pod iac-agent-p1-1767607200\n"
            "PM01 memory.pod_managed pod iac-agent-p1-1767607200\n"
            "PM06 workspace.created? workspace w1 pool p1\n"
            "PM06 task.submitted? task 1 workspace w1\n"
            "PM06 slot.assigned task 1 pod iac-agent-p1-1767607200 slot 0\n"
            "PM19 memory.agent_registered pod iac-agent-p1-1767607200\n"
            "TQ52 task.started task 1 running_planning\n"
            "TQ54 pod.running? pod iac-agent-p1-1767607200\n"
            "TQ54 agent.started? pod iac-agent-p1-1767607200\n"
            "TQ54 agent.connected? pod iac-agent-p1-1767607200\n"
            "TQ54 queue.pushed task 1 pod iac-agent-p1-1767607200 slot 0 plan\n"
            "TQ54 agent.slot_taken? task 1 pod iac-agent-p1-1767607200 slot 0 plan\n"
            "PM08 agent.slot_freed? task 1 pod iac-agent-p1-1767607200 slot 0 plan (report)\n"
            "PM08 workspace.locked? task 1 workspace w1\n"
            "PM08 task.apply_pending? task 1 apply_pending\n"
            "PM08 slot.reserved task 1 pod iac-agent-p1-1767607200 slot 0 (report)\n"
            "MN03 server.stopped? (restart)\n"
            "MN03 memory.lost? (restart)\n"
            "MN03 agent.disconnected? pod iac-agent-p1-1767607200 (restart)\n"
            "MN03 server.started\n"
            "PM10 leader.elected?\n"
            "PM10 memory.pod_discovered pod iac-agent-p1-1767607200\n"
            "TQ83 server.recovered\n"
            "KS23 autoscaler.decided pool p1 1 0 0 0 (low_utilisation)\n"
            "KS23 autoscaler.skipped pool p1 (apply_pending)\n"
            "KS23 autoscaler.decided pool p1 1 0 0 0 (low_utilisation)\n"
            "KS23 autoscaler.skipped pool p1 (apply_pending)\n"
            "KS23 autoscaler.decided pool p1 1 0 0 0 (low_utilisation)\n"
            "KS23 autoscaler.skipped pool p1 (apply_pending)\n"
            "TQ88 task.confirmed? task 1 apply_confirmed\n"
            "TQ33 queue.slot_sought task 1\n"
            "PM06 slot.assigned task 1 pod iac-agent-p1-1767607200 slot 0\n"
            "PM19 memory.agent_registered pod iac-agent-p1-1767607200\n"
            "TQ52 task.apply_started task 1 running_applying\n"
            "TQ54 agent.connected? pod iac-agent-p1-1767607200\n"
            "TQ54 queue.pushed task 1 pod iac-agent-p1-1767607200 slot 0 apply\n"
            "TQ54 agent.slot_taken? task 1 pod iac-agent-p1-1767607200 slot 0 apply\n"
            "HD07 agent.slot_freed? task 1 pod iac-agent-p1-1767607200 slot 0 apply (report)\n"
            "HD07 task.applied task 1 applied\n"
            "HD07 workspace.unlocked? task 1 workspace w1\n"
            "PM07 slot.released task 1 pod iac-agent-p1-1767607200 slot 0 (report)\n"
            "RW20 agent.reported task 1 pod iac-agent-p1-1767607200 applied\n"
            "KS24 autoscaler.decided pool p1 1 0 0 0 (low_utilisation)\n"
            "PM03 pod.delete_requested pod iac-agent-p1-1767607200\n"
            "PM03 memory.pod_forgotten pod iac-agent-p1-1767607200 (deleted)\n"
            "RW18 agent.disconnected pod iac-agent-p1-1767607200 (connection_lost)\n"
            "RW18 agent.marked_offline pod iac-agent-p1-1767607200\n");
  EXPECT_EQ(result.summary.text(),
            "lines 134: understood 132, passed over 2\n"
            "  unknown shape 2\n"
            "understood without an event 90\n"
            "events 68, of them assumed 21\n"
            "slots reported 5 times, 0 times not as the lines before tell\n");
}

// --- what is assumed ---

TEST(ImporterLog, AStartUnseenIsOneWhenTheServerLeadsTwice) {
  const ImportResult result = import_text(
      log_of({"[Main] This instance is now the leader, starting background services...",
              "[PodManager] Created pod " + pod + " for pool pool-a",
              "[Main] This instance is now the leader, starting background services..."}));
  EXPECT_EQ(told(result, [](const ImportedEvent& one) { return one.line == 3; }),
            "MN07 server.stopped? (restart)\n"
            "MN07 memory.lost? (restart)\n"
            "MN07 leader.lost?\n"
            "MN07 server.started?\n"
            "MN07 leader.elected\n");
}

TEST(ImporterLog, OneStartHasSeveralLines) {
  const ImportResult result =
      import_text(log_of({"Timezone set to Asia/Singapore (UTC+8)",
                          "[TaskQueue] K8s Deployment Service configured for slot management",
                          "[TaskQueue] K8s Deployment Service configured for slot management",
                          "[PodManager] Syncing 0 pods from K8s for pool pool-a",
                          "[TaskQueue] K8s Deployment Service configured for slot management"}));
  int starts = 0;
  for (const ImportedEvent& one : result.events) {
    if (one.event.type == EventType::server_started) ++starts;
  }
  EXPECT_EQ(starts, 2);
}

TEST(ImporterLog, ASyncThatKnowsAllListedPodsShowsThatAnotherIsGone) {
  const ImportResult result = import_text(
      log_of({"[PodManager] Created pod " + pod + " for pool pool-a",
              "[PodManager] Created pod iac-agent-pool-a-1762590435 for pool pool-a",
              "[PodManager] Deleted pod " + pod,
              "[PodManager] Syncing 2 pods from K8s for pool pool-a",
              "[PodManager] Discovered new pod " + pod + " in K8s (phase: Running)",
              "[PodManager] Deleted pod " + pod,
              "[PodManager] Syncing 1 pods from K8s for pool pool-a"}));
  EXPECT_EQ(told(result, [](const ImportedEvent& one) { return one.line > 3; }),
            "PM10 leader.elected?\n"
            "PM10 memory.pod_discovered pod " + pod + "\n"
            "PM09 memory.pods_synced pool pool-a\n"
            "PM03 pod.delete_requested pod " + pod + "\n"
            "PM03 memory.pod_forgotten pod " + pod + " (deleted)\n"
            "PM09 memory.pods_synced pool pool-a\n"
            "PM09 pod.gone? pod " + pod + "\n");
}

TEST(ImporterLog, ARebuildWorksOnAMemoryOfItsOwn) {
  const ImportResult result = import_text(
      log_of({"[PodManager] Assigned task 598 (type: plan) to pod " + pod + " slot 0",
              "[K8sPodService] Rebuilding idle pods for pool pool-a after config update",
              "[PodManager] Syncing 1 pods from K8s for pool pool-a",
              "[PodManager] Discovered new pod " + pod + " in K8s (phase: Running)",
              "[PodManager] Deleted pod " + pod,
              "[K8sPodService] Successfully rebuilt 1 idle pods for pool pool-a with updated "
              "configuration"}));
  EXPECT_EQ(told(result, [](const ImportedEvent& one) { return one.line > 1; }),
            "KS52 procedure.started\n"
            "PM10 pod.running? pod " + pod + "\n"
            "PM10 memory.pod_discovered pod " + pod + " memory 1\n"
            "PM09 memory.pods_synced pool pool-a memory 1\n"
            "PM03 pod.delete_requested pod " + pod + " memory 1 (rebuild)\n"
            "PM03 memory.pod_forgotten pod " + pod + " memory 1 (deleted)\n"
            "KS60 procedure.ended\n");
  EXPECT_EQ(result.world.memories.size(), 1U);
  EXPECT_EQ(result.world.memories[0].pods[0].slots[0].state, SlotState::running);
}

TEST(ImporterLog, AnAgentBelongsToTheOnlyPodThatItCan) {
  const std::string connected = "[Raw] Agent agent-pool-a-1762590436000000000 connected to C&C "
                                "channel";
  const std::string younger = "iac-agent-pool-a-1762590440";
  const auto of = [&](const std::vector<std::string>& pods) {
    std::vector<std::string> lines;
    for (const std::string& name : pods) {
      lines.push_back("[PodManager] Created pod " + name + " for pool pool-a");
    }
    lines.push_back(connected);
    return told(import_text(log_of(lines)),
                [](const ImportedEvent& one) { return one.row == "RW02" && !one.assumed; });
  };
  EXPECT_EQ(of({pod}), "RW02 agent.connected pod " + pod + "\n");
  EXPECT_EQ(of({pod, younger}), "RW02 agent.connected pod " + pod + "\n");
  EXPECT_EQ(of({pod, "iac-agent-pool-a-1762590435"}), "");
  EXPECT_EQ(of({younger}), "");
}

TEST(ImporterLog, ARetryFiresTheTimerThatIsDue) {
  const ImportResult result = import_text(
      "2025/11/08 16:30:00 [TaskQueue] Found plan pending task 7 for workspace ws-1 (can execute "
      "concurrently, completely independent)\n"
      "2025/11/08 16:30:00 [TaskQueue] No free slot available for task 7: no free slot available "
      "in pool pool-a, will retry\n"
      "2025/11/08 16:30:05 [TaskQueue] No free slot available for task 7: no free slot available "
      "in pool pool-a, will retry\n"
      "2025/11/08 16:30:10 [TaskQueue] Retrying task execution for workspace ws-1 after 10s\n"
      "2025/11/08 16:30:15 [TaskQueue] Retrying task execution for workspace ws-1 after 10s\n"
      "2025/11/08 16:30:40 [TaskQueue] Retrying task execution for workspace ws-1 after 10s\n");
  EXPECT_EQ(told(result, [](const ImportedEvent& one) { return one.line > 3; }),
            "TQ59 queue.retry_fired workspace ws-1\n"
            "TQ59 queue.retry_fired workspace ws-1\n"
            "TQ59 queue.retry_scheduled? workspace ws-1 in 0 s\n"
            "TQ59 queue.retry_fired workspace ws-1\n");
  EXPECT_TRUE(result.world.timers.empty());
}

TEST(ImporterLog, AReleaseHasTheReasonOfTheLineThatFollows) {
  const auto reason_before = [](const std::string& next) {
    const ImportResult result =
        import_text(log_of({"[PodManager] Assigned task 7 (type: plan) to pod " + pod + " slot 1",
                            "[PodManager] Released slot 1 on pod " + pod + " (task 7 completed)",
                            "[TaskQueue] Released slot 1 on pod " + pod + " " + next}));
    for (const ImportedEvent& one : result.events) {
      if (one.event.type == EventType::slot_released) return std::string(name(one.event.reason));
    }
    return std::string();
  };
  EXPECT_EQ(reason_before("for completed task 7"), "report");
  EXPECT_EQ(reason_before("(no available agents)"), "no_agent");
  EXPECT_EQ(reason_before("(failed to send task)"), "push_failed");
  EXPECT_EQ(reason_before("for a reason of its own"), "none");
}

// --- lines of which there is no event ---

std::string noted(const std::string& text) {
  ImportOptions options;
  options.keep_notes = true;
  std::string lines;
  for (const ImportNote& note : import_text(text, options).notes) {
    lines += fmt::format("{}{} behind {}: {}\n", note.line, note.tells ? "!" : "", note.behind,
                         note.text);
  }
  return lines;
}

TEST(ImporterLog, ALineThatTellsNoEventIsKeptAtItsPlace) {
  EXPECT_EQ(noted("2025/11/07 15:50:30 [TaskQueue] GetNextExecutableTask for workspace ws-1\n"
                  "2025/11/07 15:50:30 [TaskQueue] Found 1 blocking plan_and_apply tasks (running "
                  "or apply_pending), all tasks must wait\n"
                  "2025/11/07 15:50:31 [Main] This instance is now the leader, starting background "
                  "services...\n"
                  "2025/11/07 15:50:31 [K8sDeployment] Error auto-scaling pool pool-a: \n"
                  "pool pool-a does not have K8s configuration\n"),
            "1 behind 0: [TaskQueue] GetNextExecutableTask for workspace ws-1\n"
            "2! behind 0: [TaskQueue] Found 1 blocking plan_and_apply tasks (running or "
            "apply_pending), all tasks must wait\n"
            "4! behind 3: [K8sDeployment] Error auto-scaling pool pool-a: pool pool-a does not "
            "have K8s configuration\n");
}

// A release is told when the line behind it is read, which says why.
TEST(ImporterLog, ALineThatIsToldLateIsNotSilent) {
  EXPECT_EQ(noted("2025/11/08 16:30:00 [PodManager] Released slot 0 on pod " + pod +
                  " (task 7 completed)\n"
                  "2025/11/08 16:30:00 [TaskQueue] Released slot 0 on pod " + pod +
                  " for completed task 7\n"),
            "2 behind 11: [TaskQueue] Released slot 0 on pod " + pod + " for completed task 7\n");
}

TEST(ImporterLog, WhatHasNoKnownPlaceIsCounted) {
  const std::string text =
      "2025/11/08 16:30:00 [TaskQueue] K8s Deployment Service configured for slot management\n"
      "2025/11/08 16:30:00 [TaskQueue] Marked orphan task 4 (workspace ws-1, type plan, stage "
      "planning) as failed\n"
      "2025/11/08 16:30:00 [TaskQueue] Skipping task 5 (workspace ws-1, type plan_and_apply, stage "
      "apply_pending) - waiting for user confirmation\n";
  EXPECT_EQ(import_text(text).summary.text(),
            "lines 3: understood 3, passed over 0\n"
            "understood without an event 2, of them without a known pool or pod 2\n"
            "events 1, of them assumed 0\n");
  EXPECT_EQ(noted(text),
            "2! behind 1: [TaskQueue] Marked orphan task 4 (workspace ws-1, type plan, stage "
            "planning) as failed\n"
            "3! behind 1: [TaskQueue] Skipping task 5 (workspace ws-1, type plan_and_apply, stage "
            "apply_pending) - waiting for user confirmation\n");
}

TEST(ImporterLog, TimeThatGoesBackIsCounted) {
  const std::string line = " [PodManager] Deleted pod " + pod + "\n";
  const ImportResult result =
      import_text("2025/11/08 16:30:00" + line + "2025/11/08 16:29:59" + line +
                  "2025/11/07 15:29:59" + line + "2025/11/08 16:30:00" + line +
                  "2025/11/08 16:29:00" + line);
  EXPECT_EQ(result.summary.went_back, 2);
  EXPECT_EQ(result.summary.first_back_line, 3);
  EXPECT_EQ(result.summary.first_back_us, day + hour);
  EXPECT_NE(result.summary.text().find("time goes back 2 times, first by 25h at line 3\n"),
            std::string::npos)
      << result.summary.text();
}

// --- lines that are passed over ---

TEST(ImporterLog, WhatIsNotTheServersIsCountedByItsKind) {
  const ImportResult result = import_text(
      "a line before any\n"
      "2025/11/08 16:30:00 [PodManager] Something that no version writes\n"
      "2025/11/08 16:30:00 no tag and no known text\n"
      "Error: exit status 1\n"
      "\n"
      "[GIN] 2025/11/08 - 16:30:00 | 200 | 1ms | ::1 | GET \"/\"\n"
      "I1108 16:30:00.123456       1 leaderelection.go:250] attempting\n"
      "2025/11/08 16:30:00 /app/queue.go:77 record not found\n"
      "2025/11/08 16:30:00 main.go:31: [PodManager] Deleted pod " + pod + "\n"
      "2025/11/08 16:30:00 [PodManager] Deleted pod web-7d9f-x2k\n"
      "2025/11/08 16:30:00 [PodManager] Assigned task 7 (type: plan) to pod " + pod +
      " slot 4\r\n");
  EXPECT_EQ(result.summary.text(),
            "lines 11: understood 0, passed over 11\n"
            "  blank 1\n"
            "  continuation 1\n"
            "  access log 1\n"
            "  lease log 1\n"
            "  database log 1\n"
            "  agent process 1\n"
            "  unknown shape 3\n"
            "  unusable name 2\n"
            "events 4, of them assumed 4\n");
}

TEST(ImporterLog, ALineOfTenMegabytesIsPassedOver) {
  const std::string line = "2025/11/08 16:30:00 [PodManager] Deleted pod " + pod + "\n";
  const ImportResult result =
      import_text(line + std::string(std::size_t{10} << 20U, 'x') + "\n" + line);
  EXPECT_EQ(unused(result, UnusedLine::too_long), 1);
  EXPECT_EQ(result.summary.lines, 3);
  EXPECT_EQ(result.summary.understood.at("PM03"), 2);
}

// --- recognising one ---

TEST(ImporterLog, OnlyTheServersLogIsRecognised) {
  EXPECT_TRUE(is_platform_log("2025/12/04 14:02:40 [PodManager] Deleted pod x\n"));
  EXPECT_TRUE(is_platform_log("[GIN] x\n\n2025/12/04 14:02:40 Server exited gracefully\r\n"));
  EXPECT_TRUE(is_platform_log("[TaskQueue] K8s mode with slot management enabled for task 598"));
  EXPECT_FALSE(is_platform_log(""));
  EXPECT_FALSE(is_platform_log("Server exited gracefully\n"));
  EXPECT_FALSE(is_platform_log(R"({"specversion":"1.0","id":"0"})"));
  EXPECT_FALSE(is_platform_log("2025/12/04 14:02:40 [Other] Deleted pod x\n"));
}

TEST(ImporterLog, TheLogOfAnApiServerIsRecognised) {
  EXPECT_TRUE(is_kubernetes_audit_log(R"({"kind":"Event","auditID":"1354641c","verb":"create"})"));
  EXPECT_FALSE(is_kubernetes_audit_log(""));
  EXPECT_FALSE(is_kubernetes_audit_log(R"({"image":"agent:1"})"));
  EXPECT_FALSE(is_kubernetes_audit_log(R"({"specversion":"1.0","auditID":"1354641c"})"));
  EXPECT_FALSE(is_kubernetes_audit_log("2025/12/04 14:02:40 \"auditID\"\n"));
}

// --- anything at all ---

RC_GTEST_PROP(ImporterLog, AnyBytesAreReadToTheirEnd, (const std::string& bytes)) {
  const ImportResult result = import_text(bytes);
  RC_ASSERT(result.summary.understood_lines() >= 0);
}

// Lines of known shapes in any order, with a few names, tell contradictory things. Whatever they
// tell is folded.
RC_GTEST_PROP(ImporterLog, KnownLinesInAnyOrderAreAllFolded, ()) {
  std::vector<const LineShape*> shapes;
  for (const auto& some : {shapes_of_pods(), shapes_of_tasks(), shapes_of_server()}) {
    for (const LineShape& shape : some) {
      if (shape.starred || !shape.events.empty()) shapes.push_back(&shape);
    }
  }
  const auto number = [](int below) { return std::to_string(*rc::gen::inRange(0, below)); };
  std::string log;
  const int lines = *rc::gen::inRange(0, 60);
  int seconds = 0;
  for (int i = 0; i < lines; ++i) {
    const LineShape& shape = *shapes[*rc::gen::inRange<std::size_t>(0, shapes.size())];
    std::string line(shape.text);
    const std::pair<std::string, std::string> values[] = {
        {"<pod>", "iac-agent-p" + number(2) + "-176259043" + number(3)},
        {"<pool>", "p" + number(2)},
        {"<ws>", "ws-" + number(3)},
        {"<agent>", "agent-p" + number(2) + "-176259043" + number(6) + "000000000"},
        {"<task>", number(4)},
        {"<slot>", number(4)},
        {"<n>", number(4)},
        {"<dur>", "1m30s"},
        {"<x>", "0.5"},
        {"<word>", *rc::gen::elementOf(std::vector<std::string>{
                       "plan", "apply", "plan_and_apply", "Running", "Failed", "failed",
                       "applied", "apply_pending", "cancelled", "success"})},
        {"<text>", "[" + number(4) + " " + number(4) + "]"}};
    for (const auto& [placeholder, value] : values) {
      for (std::size_t at = line.find(placeholder); at != line.npos; at = line.find(placeholder)) {
        line.replace(at, placeholder.size(), value);
      }
    }
    seconds += *rc::gen::inRange(0, 40);
    const std::string tag = shape.tag.empty() ? "" : "[" + std::string(shape.tag) + "] ";
    log += fmt::format("2025/11/08 16:{:02}:{:02} {}{}\n", 30 + seconds / 60 % 30, seconds % 60,
                       tag, line);
  }
  const ImportResult result = import_text(log);
  RC_LOG() << log << result.summary.first_refusal << '\n';
  RC_ASSERT(result.summary.refused == 0);
  World world;
  for (std::size_t i = 0; i < result.events.size(); ++i) {
    const ImportedEvent& one = result.events[i];
    RC_ASSERT(evolve(world, one.event).empty());
    RC_ASSERT(one.cause <= i);
    RC_ASSERT((one.cause == 0 || result.events[one.cause - 1].line == one.line));
  }
  RC_ASSERT(world == result.world);
}

}  // namespace
}  // namespace holdfast
