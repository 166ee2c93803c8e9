// A log is the run that wrote it: for every scenario of the library the log is read back, strictly,
// and folded event by event. Then nothing tells the two apart: not an event, not the world after
// it, not what a judge says, not why.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <holdfast/replay/causes.h>
#include <holdfast/replay/log_writer.h>
#include <holdfast/replay/replayer.h>
#include <holdfast/sim/event_fingerprint.h>
#include <holdfast/sim/run.h>
#include <holdfast/sim/scenario_reader.h>

namespace holdfast {
namespace {

// Longer scenarios are cut: what comes later is more of the same.
constexpr std::int64_t longest_us = 40 * minute;

std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(HOLDFAST_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Scenario scenario_in(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const Source source = std::get<Source>(make_source(path, text));
  Diagnostics diagnostics(source);
  std::optional<Scenario> scenario = read_scenario(source, diagnostics);
  EXPECT_EQ(diagnostics.render(), "");
  return scenario.value_or(Scenario());
}

LogHeader header_of(const Scenario& scenario) {
  LogHeader header;
  header.program_version = "1.0.0";
  header.scenario = scenario.name;
  header.profile = scenario.profile;
  header.seed = scenario.seed;
  header.start = scenario.start;
  header.zone_us = scenario.zone_us;
  header.replicas = scenario.replicas;
  header.setup = scenario.setup;
  return header;
}

// What observers are told, as a number for each event.
class Told : public Observer {
 public:
  void before(const World&, const Clock& clock, const Occurrence& occurrence) override {
    Fingerprint one;
    add_event(one, occurrence.event);
    one.add_number(static_cast<std::uint64_t>(clock.now().us));
    one.add_number(occurrence.sequence);
    one.add_number(occurrence.cause);
    one.add_number(occurrence.opening ? 1 : 0);
    events.push_back(one.value());
  }
  void after(const World&, const Clock&, const Occurrence&) override {}
  std::vector<std::uint64_t> events;
};

// Reads a log in step with the run that wrote it, and holds world against world after every event.
class InStep : public Observer {
 public:
  explicit InStep(const std::string& content) : stream_(content) {
    EXPECT_TRUE(reader_.open(stream_, "log"));
  }
  void before(const World&, const Clock&, const Occurrence&) override {}
  void after(const World& world, const Clock& clock, const Occurrence& occurrence) override {
    const LoggedEvent* logged = reader_.next();
    ASSERT_NE(logged, nullptr) << (reader_.error() ? render(*reader_.error()) : "the log ends");
    ASSERT_TRUE(reader_.fold()) << render(*reader_.error());
    const bool same = logged->sequence == occurrence.sequence &&
                      logged->event == occurrence.event && reader_.world() == world &&
                      reader_.clock().now() == clock.now();
    if (!same && first_different == 0) first_different = occurrence.sequence;
  }
  bool at_the_end() { return reader_.next() == nullptr && !reader_.error(); }
  std::uint64_t first_different = 0;

 private:
  std::istringstream stream_;
  LogReader reader_;
};

class Writing : public Observer {
 public:
  Writing(std::ostream& out, bool compressed, const LogHeader& header) {
    EXPECT_TRUE(writer_.open(out, "log", compressed, header));
  }
  void before(const World&, const Clock&, const Occurrence&) override {}
  void after(const World&, const Clock&, const Occurrence& occurrence) override {
    EXPECT_TRUE(writer_.write(occurrence.event, occurrence.sequence, occurrence.cause));
  }
  void close() { EXPECT_TRUE(writer_.close()); }

 private:
  LogWriter writer_;
};

// What a judge says, all of it, as text that can be compared.
std::string said(const std::vector<PropertyRecord>& records) {
  std::string text;
  for (const PropertyRecord& record : records) {
    const Violation& first = record.first;
    text += fmt::format("{} {} {} antecedents {} violations {} reached {} at {}\n",
                        record.property->name, record.judged, record.within_us,
                        record.antecedents, record.violations, record.reached,
                        record.first_reached.us);
    if (record.violations == 0) continue;
    text += fmt::format("  {} | {} {} | {} | {}\n", first.sentence, first.sequence,
                        first.time.us, first.by, first.believed);
  }
  return text;
}

// The first violation that is an event; 0: none.
std::uint64_t violating_event(const std::vector<PropertyRecord>& records) {
  for (const PropertyRecord& record : records) {
    if (record.violations != 0 && record.first.sequence != 0) return record.first.sequence;
  }
  return 0;
}

class RoundTrip : public testing::TestWithParam<std::string> {};

TEST_P(RoundTrip, the_log_folds_to_the_run_that_wrote_it) {
  const Scenario scenario = scenario_in(GetParam());
  std::ostringstream plain;
  std::ostringstream compressed;
  Writing write_plain(plain, false, header_of(scenario));
  Writing write_compressed(compressed, true, header_of(scenario));
  Told told;
  RunOptions options;
  options.seed = scenario.seed;
  options.until_us = std::min(scenario.until_us, longest_us);
  options.observers = {&told, &write_plain, &write_compressed};
  const RunResult result = run_scenario(scenario, options);
  write_plain.close();
  write_compressed.close();
  EXPECT_LT(compressed.str().size(), plain.str().size());

  for (const std::string& content : {plain.str(), compressed.str()}) {
    Replayer replayer({"log", content});
    ASSERT_TRUE(replayer.open());
    EXPECT_EQ(replayer.header(), header_of(scenario));
    Told again;
    const holdfast::Setup setup = replayer.header().setup;
    Judge judge(setup);
    judge.begin_at(scenario.start);
    for (const Expectation& expectation : scenario.expect) {
      if (expectation.within_us < 0) continue;
      judge.judge_within(expectation.property, expectation.within_us);
    }
    Observer* const observers[] = {&again, &judge};
    ASSERT_TRUE(replayer.run(observers)) << render(*replayer.error());
    judge.finish(replayer.world(), Clock::at(result.end, scenario.zone_us));
    EXPECT_EQ(replayer.warning(), std::nullopt);
    EXPECT_TRUE(replayer.passed_over().empty());
    EXPECT_EQ(replayer.folded(), result.events);
    EXPECT_EQ(again.events, told.events);
    EXPECT_EQ(said(judge.records()), said(result.records));
  }
  InStep in_step(compressed.str());
  options.observers = {&in_step};
  (void)run_scenario(scenario, options);
  EXPECT_EQ(in_step.first_different, 0U) << "the world after this event";
  EXPECT_TRUE(in_step.at_the_end());
}

TEST_P(RoundTrip, the_log_tells_the_same_causes_as_the_run) {
  const Scenario scenario = scenario_in(GetParam());
  std::ostringstream plain;
  Writing write(plain, false, header_of(scenario));
  RunOptions options;
  options.seed = scenario.seed;
  options.until_us = std::min(scenario.until_us, longest_us);
  options.observers = {&write};
  const std::uint64_t event = violating_event(run_scenario(scenario, options).records);
  write.close();
  if (event == 0) return;
  CauseTracker of_run(event);
  options.observers = {&of_run};
  (void)run_scenario(scenario, options);
  Replayer replayer({"log", plain.str()});
  ASSERT_TRUE(replayer.open());
  CauseTracker of_log(event);
  Observer* const observers[] = {&of_log};
  ASSERT_TRUE(replayer.run(observers));
  ASSERT_FALSE(of_run.chain().empty());
  EXPECT_EQ(of_run.chain().front().sequence, event);
  EXPECT_EQ(causes_line(of_log.chain()), causes_line(of_run.chain()));
}

std::string name_of(const testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).lexically_relative(
      HOLDFAST_SOURCE_DIR "/scenarios").replace_extension().string();
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '/' || c == '-'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(scenarios, RoundTrip, testing::ValuesIn(scenario_files()), name_of);

TEST(RoundTripOfAll, there_are_scenarios_to_try) { EXPECT_GT(scenario_files().size(), 20U); }

}  // namespace
}  // namespace holdfast
