#include <holdfast/sim/event_fingerprint.h>

namespace holdfast {
namespace {

template <typename T>
std::uint64_t word(T value) {
  return static_cast<std::uint64_t>(value);
}

void add_set(Fingerprint& f, const IndexSet& set) {
  f.add_number(word(set.size()));
  set.for_each([&](std::uint16_t i) { f.add_number(i); });
}

void add_row(Fingerprint& f, const TaskRow& row) {
  f.add_number(word(row.status) | word(row.stage) << 8 | word(row.confirmed) << 16 |
               word(row.retry_count) << 24 | word(row.agent) << 32);
  f.add_number(word(row.started.us));
  f.add_number(word(row.completed.us));
}

void add_procedure(Fingerprint& f, const Procedure& p) {
  for (std::size_t i = 0; i < p.depth; ++i) {
    f.add_number(word(p.stack[i].program) << 8 | p.stack[i].at);
  }
  f.add_number(word(p.replica) | word(p.sender) << 16 | word(p.memory) << 32 | word(p.pool) << 48);
  f.add_number(word(p.workspace) | word(p.task) << 16 | word(p.pod) << 32 | word(p.agent) << 48);
  f.add_number(word(p.slot) | word(p.action) << 8 | word(p.outcome) << 16 | word(p.failed) << 24 |
               word(p.flag) << 32);
  f.add_number(word(static_cast<std::uint16_t>(p.count)) |
               word(static_cast<std::uint16_t>(p.wanted)) << 16 |
               word(static_cast<std::uint16_t>(p.removed)) << 32);
  f.add_number(word(p.min_replicas));
  f.add_number(word(p.max_replicas));
  f.add_number(word(p.wake.us));
  add_row(f, p.row);
  add_set(f, p.pods);
  add_set(f, p.dead);
  add_set(f, p.running);
  add_set(f, p.waiting);
}

}  // namespace

void add_event(Fingerprint& f, const Event& e) {
  f.add_number(word(e.type) | word(e.reason) << 8 | word(e.task_type) << 16 |
               word(e.status) << 24 | word(e.action) << 32 | word(e.fault) << 40 |
               word(e.mode) << 48 | word(e.timer) << 56);
  f.add_number(word(e.slot) | word(e.flag) << 8 | word(e.pool) << 16 | word(e.workspace) << 32 |
               word(e.task) << 48);
  f.add_number(word(e.pod) | word(e.replica) << 16 | word(e.memory) << 32 |
               word(e.procedure) << 48);
  f.add_number(e.place);
  for (const std::int64_t n : e.n) f.add_number(word(n));
  f.add_number(word(e.time.us));
  f.add_number(word(e.at.us));
  add_set(f, e.pods);
  add_set(f, e.others);
  if (info(e.type).has(Field::row)) add_row(f, e.row);
  for (const FreezeSchedule& window : e.freeze) {
    f.add_number(word(window.from_minute) | word(window.to_minute) << 16 |
                 word(window.weekdays) << 32);
  }
  if (e.after.depth != 0) add_procedure(f, e.after);
}

}  // namespace holdfast
