// The worked example in replay/LOG_FORMAT.md is what the writer writes.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <holdfast/tests/replay/random_events.h>
#include <holdfast/tests/support/drive.h>

namespace holdfast {
namespace {

constexpr std::string_view fence = "```jsonl\n";

Course example() {
  Drive d;
  d.clock = Clock::at({1'762'617'188'123'456});
  d.setup.pools = {"pool-a"};
  d.setup.workspaces = {"billing"};
  d.setup.tasks = {{0, TaskType::plan_and_apply}};
  d.serve();
  const PoolIndex pool = d.pool(0, 2);
  d.setup.pools.resize(1);
  const WorkspaceIndex workspace = d.workspace(pool);
  d.setup.workspaces.resize(1);
  const PodIndex pod = d.pod(pool);
  d.manage(pod);
  const TaskIndex task = d.task(workspace);
  d.wait(second);
  d.assign(pod, 0, task);
  const ProcedureIndex sync = d.start(Program::sync_pods, [&](Procedure& p) { p.pool = pool; });
  d.step(sync);
  Course course;
  course.header.program_version = "0.1.0";
  course.header.scenario = "scenarios/example.yaml";
  course.header.profile = "slots";
  course.header.seed = 7;
  course.header.start = d.log.front().time;
  course.header.setup = d.setup;
  course.header.within = {{"pool_settles", 5 * minute}};
  course.header.end = {course.header.start.us + 10 * minute};
  course.header.events = d.log.size();
  course.events = d.log;
  return course;
}

TEST(LogFormat, the_worked_example_is_up_to_date) {
  const std::string path = HOLDFAST_SOURCE_DIR "/replay/LOG_FORMAT.md";
  std::ostringstream read;
  read << std::ifstream(path).rdbuf();
  std::string page = read.str();
  const std::size_t begin = page.find(fence) + fence.size();
  const std::size_t end = page.find("```\n", begin);
  ASSERT_NE(end, std::string::npos);
  const std::string written = log_text(example());
  if (std::getenv("HOLDFAST_UPDATE_GOLDEN") != nullptr) {
    std::string updated = page;
    std::ofstream(path) << updated.replace(begin, end - begin, written);
    return;
  }
  EXPECT_EQ(page.substr(begin, end - begin), written)
      << "stale: run this test with HOLDFAST_UPDATE_GOLDEN=1";
}

}  // namespace
}  // namespace holdfast
