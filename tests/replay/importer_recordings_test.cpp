// The text logs of the recordings: what they tell is what the platform had in memory at the end.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include <holdfast/replay/log_reader.h>
#include <holdfast/tests/replay/importer_support.h>

namespace holdfast {
namespace {

constexpr std::string_view log_ending = ".log.zst";

std::vector<std::filesystem::path> logs_in(const std::string& folder) {
  std::vector<std::filesystem::path> logs;
  const std::filesystem::path path = shared_data() / "platform" / folder;
  if (!std::filesystem::exists(path)) return logs;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    if (entry.path().string().ends_with(log_ending)) logs.push_back(entry.path());
  }
  std::sort(logs.begin(), logs.end());
  return logs;
}

// The last state of the recording.
nlohmann::json golden_of(const std::filesystem::path& log) {
  std::string name = log.string();
  name.replace(name.size() - log_ending.size(), log_ending.size(), ".golden.jsonl.zst");
  LogLines lines(std::size_t{64} << 20U);
  if (!lines.source().open(name)) return {};
  std::string last;
  std::string_view line;
  while (lines.next(line) == LogLines::Kind::line) last = line;
  return nlohmann::json::parse(last);
}

// One line a pod: "iac-agent-p1-1767607200 agent 1767607275 idle reserved:9:plan_and_apply …"
using Belief = std::set<std::string>;

Belief recorded(const nlohmann::json& golden) {
  Belief belief;
  for (const auto& pod : golden.at("pm")) {
    std::string text = fmt::format("{} {} {}", pod.at("pod").get<std::string>(),
                                   pod.at("agent") == "" ? "-" : "agent",
                                   pod.at("hb").get<std::int64_t>());
    for (const auto& slot : pod.at("slots")) {
      text += " " + slot.at("s").get<std::string>();
      if (!slot.contains("task")) continue;
      text += fmt::format(":{}:{}", slot.at("task").get<int>(), slot.at("type").get<std::string>());
    }
    belief.insert(text);
  }
  return belief;
}

Belief imported(const ImportResult& result) {
  Belief belief;
  if (result.world.memories.empty()) return belief;
  const std::vector<ManagedPod>& pods = result.world.memories[0].pods;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    if (!pods[i].known()) continue;
    std::string text = fmt::format(
        "{} {} {}", pod_name(result.world, result.header.setup, static_cast<PodIndex>(i)),
        pods[i].agent_known() ? "agent" : "-", pods[i].heartbeat.us / second);
    for (const Slot& slot : pods[i].slots) {
      text += fmt::format(" {}", name(slot.state));
      if (slot.state == SlotState::idle) continue;
      text += fmt::format(":{}:{}", result.world.tasks[slot.task].number, name(slot.type));
    }
    belief.insert(text);
  }
  return belief;
}

// Tasks whose end the log shows have the status that they had.
void expect_statuses(const nlohmann::json& golden, const ImportResult& result) {
  std::map<int, std::string> statuses;
  for (const Task& task : result.world.tasks) {
    statuses[static_cast<int>(task.number)] = status_name(task.row.status);
  }
  for (const auto& task : golden.at("tasks")) {
    const auto found = statuses.find(task.at("id").get<int>());
    if (found == statuses.end()) continue;
    EXPECT_EQ(found->second, task.at("status").get<std::string>()) << "task " << found->first;
  }
}

// What a line says is named by the row's shapes.
void expect_named(const ImportResult& result) {
  static const std::map<std::string_view, std::string> named = [] {
    std::map<std::string_view, std::string> events;
    for (const auto& shapes : {shapes_of_pods(), shapes_of_tasks(), shapes_of_server()}) {
      for (const LineShape& shape : shapes) {
        (events[shape.row] += ' ').append(shape.events).append(" ");
      }
    }
    return events;
  }();
  std::set<std::string> missing;
  for (const ImportedEvent& one : result.events) {
    if (one.assumed) continue;
    const std::string event = fmt::format(" {} ", info(one.event.type).name);
    const bool is_named = named.at(one.row).find(event) != std::string::npos;
    if (!is_named) missing.insert(std::string(one.row) + event);
  }
  EXPECT_EQ(missing, std::set<std::string>{});
}

void expect_folds_again(const ImportResult& result) {
  World world;
  for (const ImportedEvent& one : result.events) {
    const std::string_view refusal = evolve(world, one.event);
    ASSERT_TRUE(refusal.empty()) << one.line << ' ' << info(one.event.type).name << ": " << refusal;
  }
  EXPECT_TRUE(world == result.world);
}

void expect_as_recorded(const std::filesystem::path& log) {
  SCOPED_TRACE(log.filename().string());
  const ImportResult result = import_file(log);
  EXPECT_EQ(result.failure, "");
  EXPECT_GT(result.summary.lines, 0);
  EXPECT_EQ(result.summary.refused, 0) << result.summary.first_refusal;
  EXPECT_EQ(result.summary.measured_otherwise, 0);
  EXPECT_EQ(static_cast<std::size_t>(result.summary.events), result.events.size());
  expect_named(result);
  expect_folds_again(result);
  EXPECT_EQ(imported(result), recorded(golden_of(log)));
}

TEST(ImporterRecordings, TheWrittenOnesEndAsRecorded) {
  const auto logs = logs_in("hand");
  if (logs.empty()) GTEST_SKIP() << "no recordings beside the checkout";
  EXPECT_EQ(logs.size(), 31U);
  int with_pods = 0;
  for (const auto& log : logs) {
    expect_as_recorded(log);
    const nlohmann::json golden = golden_of(log);
    expect_statuses(golden, import_file(log));
    if (!golden.at("pm").empty()) ++with_pods;
  }
  EXPECT_GT(with_pods, 15);
}

TEST(ImporterRecordings, TheRandomOnesEndAsRecorded) {
  const auto logs = logs_in("random");
  if (logs.empty()) GTEST_SKIP() << "no recordings beside the checkout";
  EXPECT_GE(logs.size(), 78U);
  for (const auto& log : logs) expect_as_recorded(log);
}

TEST(ImporterRecordings, TheirEventLogsReadBack) {
  const auto logs = logs_in("hand");
  if (logs.empty()) GTEST_SKIP() << "no recordings beside the checkout";
  for (const auto& log : logs) {
    SCOPED_TRACE(log.filename().string());
    const ImportResult result = import_file(log);
    std::ostringstream out;
    LogWriter writer;
    ASSERT_TRUE(writer.open(out, "log", false, result.header));
    ASSERT_TRUE(write_events(result, writer)) << writer.error()->message;
    ASSERT_TRUE(writer.close());
    std::istringstream in(out.str());
    LogReader reader;
    ASSERT_TRUE(reader.open(in, "log")) << render(*reader.error());
    std::size_t events = 0;
    while (reader.next() != nullptr) ++events;
    EXPECT_FALSE(reader.error()) << render(*reader.error());
    EXPECT_EQ(events, result.events.size());
    EXPECT_TRUE(reader.world() == result.world);
    EXPECT_EQ(reader.header(), result.header);
  }
}

}  // namespace
}  // namespace holdfast
