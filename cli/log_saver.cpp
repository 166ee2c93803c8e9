#include <holdfast/cli/log_saver.h>

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <holdfast/cli/help.h>
#include <holdfast/reports/plain_text.h>

namespace holdfast {
namespace {

// The bounds that a run of the scenario judges by: of several for one property the shortest.
std::map<std::string, std::int64_t> bounds_of(const Scenario& scenario) {
  std::map<std::string, std::int64_t> bounds;
  for (const Expectation& expectation : scenario.expect) {
    if (expectation.within_us < 0) continue;
    const auto [bound, is_first] = bounds.emplace(expectation.property, expectation.within_us);
    if (!is_first) bound->second = std::min(bound->second, expectation.within_us);
  }
  return bounds;
}

}  // namespace

LogSaver::LogSaver(std::string path, const Scenario& scenario, const RunResult& known)
    : output_(std::move(path)) {
  LogHeader header;
  header.program_version = std::string(program_version());
  header.scenario = as_utf8(scenario.file);
  header.profile = scenario.profile;
  header.seed = known.seed;
  header.start = scenario.start;
  header.zone_us = scenario.zone_us;
  header.replicas = scenario.replicas;
  header.setup = scenario.setup;
  header.within = bounds_of(scenario);
  header.end = known.end;
  header.events = known.events;
  good_ = writer_.open(output_.temporary_path(), header);
}

void LogSaver::after(const World&, const Clock&, const Occurrence& occurrence) {
  if (good_) good_ = writer_.write(occurrence.event, occurrence.sequence, occurrence.cause);
}

std::string LogSaver::finish() {
  if (good_) good_ = writer_.close();
  if (good_) return output_.commit();
  return fmt::format("cannot write {}: {}", output_.path(),
                     writer_.error() ? writer_.error()->message : "nothing was written");
}

}  // namespace holdfast
