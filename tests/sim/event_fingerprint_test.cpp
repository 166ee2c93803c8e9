// Every field of an event is in its fingerprint. A field that is added to Event, Procedure or
// TaskRow does not compile in event_fingerprint.cpp until it is named there; these tests show that
// each that is named counts.
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <vector>

#include <holdfast/sim/event_fingerprint.h>

namespace holdfast {
namespace {

std::uint64_t value(const Event& event) {
  Fingerprint fingerprint;
  add_event(fingerprint, event);
  return fingerprint.value();
}

// Every way to change one field; all lead to different events.
using Change = std::function<void(Event&)>;

std::vector<Change> changes_of_row(const std::function<TaskRow&(Event&)>& row) {
  const auto with = [row](auto change) -> Change {
    return [row, change](Event& e) { change(row(e)); };
  };
  return {with([](TaskRow& r) { r.status = TaskStatus::applied; }),
          with([](TaskRow& r) { r.stage = TaskStage::applying; }),
          with([](TaskRow& r) { r.confirmed = true; }),
          with([](TaskRow& r) { r.agent = 3; }),
          with([](TaskRow& r) { r.retry_count = 1; }),
          with([](TaskRow& r) { r.started = {5}; }),
          with([](TaskRow& r) { r.completed = {5}; })};
}

std::vector<Change> changes_of_procedure() {
  const auto with = [](auto change) -> Change { return [=](Event& e) { change(e.after); }; };
  std::vector<Change> all = {with([](Procedure& p) { p.depth = 2; }),
                             with([](Procedure& p) { p.stack[0].at = 1; }),
                             with([](Procedure& p) { p.stack[0].program = Program{9}; }),
                             with([](Procedure& p) { p.replica = 1; }),
                             with([](Procedure& p) { p.sender = 1; }),
                             with([](Procedure& p) { p.memory = 1; }),
                             with([](Procedure& p) { p.pool = 1; }),
                             with([](Procedure& p) { p.workspace = 1; }),
                             with([](Procedure& p) { p.task = 1; }),
                             with([](Procedure& p) { p.pod = 1; }),
                             with([](Procedure& p) { p.slot = 1; }),
                             with([](Procedure& p) { p.agent = 1; }),
                             with([](Procedure& p) { p.action = Action::apply; }),
                             with([](Procedure& p) { p.outcome = TaskStatus::failed; }),
                             with([](Procedure& p) { p.failed = true; }),
                             with([](Procedure& p) { p.flag = true; }),
                             with([](Procedure& p) { p.count = -1; }),
                             with([](Procedure& p) { p.wanted = -1; }),
                             with([](Procedure& p) { p.removed = -1; }),
                             with([](Procedure& p) { p.reason = Reason::steady; }),
                             with([](Procedure& p) { p.min_replicas = -1; }),
                             with([](Procedure& p) { p.max_replicas = -1; }),
                             with([](Procedure& p) { p.later.resize(1); }),
                             with([](Procedure& p) { p.later.resize(2); }),
                             with([](Procedure& p) { p.later = {{1, 0}}; }),
                             with([](Procedure& p) { p.later = {{0, 1}}; }),
                             with([](Procedure& p) { p.wake = {7}; }),
                             with([](Procedure& p) { p.pods.insert(70); }),
                             with([](Procedure& p) { p.dead.insert(70); }),
                             with([](Procedure& p) { p.running.insert(70); }),
                             with([](Procedure& p) { p.waiting.insert(70); })};
  const std::vector<Change> row = changes_of_row([](Event& e) -> TaskRow& { return e.after.row; });
  all.insert(all.end(), row.begin(), row.end());
  return all;
}

std::vector<Change> changes_of_event() {
  std::vector<Change> all = {[](Event& e) { e.type = EventType::fault_injected; },
                             [](Event& e) { e.reason = Reason::steady; },
                             [](Event& e) { e.task_type = TaskType::drift_check; },
                             [](Event& e) { e.status = TaskStatus::failed; },
                             [](Event& e) { e.action = Action::apply; },
                             [](Event& e) { e.fault = Fault::eviction; },
                             [](Event& e) { e.mode = ExecutionMode::local; },
                             [](Event& e) { e.timer = TimerKind::retry; },
                             [](Event& e) { e.slot = 1; },
                             [](Event& e) { e.flag = true; },
                             [](Event& e) { e.pool = 1; },
                             [](Event& e) { e.workspace = 1; },
                             [](Event& e) { e.task = 1; },
                             [](Event& e) { e.pod = 1; },
                             [](Event& e) { e.replica = 1; },
                             [](Event& e) { e.memory = 1; },
                             [](Event& e) { e.procedure = 1; },
                             [](Event& e) { e.place = 1; },
                             [](Event& e) { e.n[0] = -1; },
                             [](Event& e) { e.n[1] = -1; },
                             [](Event& e) { e.n[2] = -1; },
                             [](Event& e) { e.n[3] = -1; },
                             [](Event& e) { e.time = {3}; },
                             [](Event& e) { e.at = {3}; },
                             [](Event& e) { e.pods.insert(70); },
                             [](Event& e) { e.others.insert(70); },
                             [](Event& e) { e.freeze.push_back({1, 0, 0}); },
                             [](Event& e) { e.freeze.push_back({0, 1, 0}); },
                             [](Event& e) { e.freeze.push_back({0, 0, 1}); },
                             [](Event& e) { e.freeze.resize(2); },
                             [](Event& e) { e.after.depth = 1; }};
  const std::vector<Change> row = changes_of_row([](Event& e) -> TaskRow& { return e.row; });
  all.insert(all.end(), row.begin(), row.end());
  return all;
}

// The event itself and each changed one have fingerprints of their own, whatever type it is.
void all_differ(const Event& event, const std::vector<Change>& changes) {
  std::set<std::uint64_t> seen = {value(event)};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Event changed = event;
    changes[i](changed);
    EXPECT_TRUE(seen.insert(value(changed)).second)
        << "change " << i << " of " << info(event.type).name;
  }
}

TEST(EventFingerprint, every_field_of_an_event_counts_whatever_its_type) {
  for (const EventInfo& type : event_table()) {
    if (type.type == EventType::fault_injected) continue;  // one of the changes
    Event event;
    event.type = type.type;
    all_differ(event, changes_of_event());
  }
}

TEST(EventFingerprint, every_register_of_a_procedure_counts) {
  Event event;
  event.after.depth = 1;
  all_differ(event, changes_of_procedure());
}

// The order of what is added counts too.
TEST(EventFingerprint, two_events_in_another_order_are_another_course) {
  Event one;
  Event other;
  other.pod = 1;
  Fingerprint forwards;
  add_event(forwards, one);
  add_event(forwards, other);
  Fingerprint backwards;
  add_event(backwards, other);
  add_event(backwards, one);
  EXPECT_NE(forwards.value(), backwards.value());
}

}  // namespace
}  // namespace holdfast
