#include <holdfast/tests/conformance/conformance.h>

#include <stdexcept>

#include <fmt/format.h>

#include <holdfast/model/fingerprint.h>
#include <holdfast/tests/conformance/observations.h>
#include <holdfast/tests/conformance/operations.h>

namespace holdfast {

namespace {

Json recorded_of(const Json& state) {
  Json recorded = comparable(state);
  recorded["violated"] = {{"by events", recorded_events(state)}, {"at rest", recorded_rest(state)}};
  return recorded;
}

std::string digest_of(const Json& state) {
  return fmt::format("{:016x}", Fingerprint().add(state.dump()).value());
}

}  // namespace

Verdict compare_with(const Recording& recording, const Knobs& knobs, Compare options) {
  Verdict verdict;
  if (recording.states.empty()) return verdict;
  Walker walker;
  walker.setup.knobs = knobs;
  SlotTimes times;
  EventObserver observer(walker);
  walker.look = [&](const World& before, const Event& event) {
    times.see(event);
    observer.see(before, event);
  };
  start_servers(walker);
  Observations owed_before;
  for (const Json& state : recording.states) {
    const Json& operation = state.at("op");
    try {
      observer.clear();
      if (state.contains("skip")) {
        settle_down(walker);  // the operation did not apply: nothing happened
      } else {
        perform(walker, operation);
      }
      Json ours = snapshot(walker, times);
      ours["violated"] = {{"by events", observer.names()}, {"at rest", owed_now(walker)}};
      if (state.contains("digest")) {
        verdict.digests.push_back(digest_of(ours));
        verdict.differences = differences({{"digest", state["digest"]}},
                                          {{"digest", verdict.digests.back()}});
        if (options == Compare::nothing) verdict.differences.clear();
      } else {
        verdict.differences = differences(recorded_of(state), ours);
      }
    } catch (const std::exception& error) {
      verdict.refusal = error.what();
    }
    if (!verdict.differences.empty() || !verdict.refusal.empty()) {
      verdict.passed = false;
      verdict.operation = operation.dump();
      break;
    }
    for (const auto& [what, by] : observer.seen()) {
      verdict.falls.push_back({verdict.operations, operation.value("op", ""), what, by});
    }
    const Observations owed = owed_now(walker);
    for (const std::string& what : owed) {
      if (owed_before.contains(what)) continue;
      verdict.falls.push_back({verdict.operations, operation.value("op", ""), what, ""});
    }
    owed_before = owed;
    ++verdict.operations;
  }
  return verdict;
}

std::string describe(const Recording& recording, const Verdict& verdict) {
  if (verdict.passed) return {};
  std::string text = fmt::format("{}: operation {} of {}: {}\n", recording.name,
                                 verdict.operations, recording.states.size(), verdict.operation);
  if (!verdict.refusal.empty()) text += fmt::format("  the model refuses: {}\n", verdict.refusal);
  for (const Difference& difference : verdict.differences) {
    text += fmt::format("  {}\n    recorded  {}\n    ours      {}\n", difference.field,
                        difference.recorded.empty() ? "-" : difference.recorded,
                        difference.ours.empty() ? "-" : difference.ours);
  }
  return text;
}

std::string list_falls(const Recording& recording, const Verdict& verdict) {
  std::string text;
  for (const Fall& fall : verdict.falls) {
    text += fmt::format("{} {} {}: {}{}{}\n", recording.name, fall.operation, fall.name, fall.what,
                        fall.by.empty() ? "" : " by ", fall.by);
  }
  return text;
}

}  // namespace holdfast
