#include <holdfast/tests/replay/random_events.h>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

#include <holdfast/model/names.h>
#include <holdfast/replay/event_fields.h>
#include <holdfast/replay/log_writer.h>
#include <holdfast/replay/program_places.h>
#include <holdfast/tests/support/drive.h>

namespace holdfast {
namespace {

constexpr std::int64_t start_us = 1'762'590'434 * second;

template <typename Enum>
Enum any_of() {
  return static_cast<Enum>(*rc::gen::inRange<int>(0, static_cast<int>(count_of<Enum>)));
}

template <typename Number>
Number below(int end) {
  return static_cast<Number>(*rc::gen::inRange(0, end));
}

// Mostly a place below `end`, sometimes none.
std::uint16_t place_or_none(int end) {
  return below<int>(5) == 0 ? none : below<std::uint16_t>(end);
}

SlotIndex any_slot() {
  return below<int>(5) == 0 ? no_slot : below<SlotIndex>(slots_per_pod);
}

Moment any_moment() {
  switch (below<int>(5)) {
    case 0: return never;
    case 1: return elapsed;
    case 2: return just_now;
    default:
      return {*rc::gen::inRange<std::int64_t>(-60'000'000'000 * second, 250'000'000'000 * second)};
  }
}

IndexSet any_set() {
  IndexSet set;
  for (int i = below<int>(6); i > 0; --i) set.insert(below<std::uint16_t>(80));
  return set;
}

TaskRow any_row() {
  TaskRow row;
  row.status = any_of<TaskStatus>();
  row.stage = any_of<TaskStage>();
  row.confirmed = below<int>(2) == 1;
  row.agent = place_or_none(8);
  row.retry_count = below<std::uint8_t>(256);
  row.started = any_moment();
  row.completed = any_moment();
  return row;
}

std::vector<FreezeSchedule> any_freeze() {
  std::vector<FreezeSchedule> windows(below<std::size_t>(3));
  for (FreezeSchedule& window : windows) {
    window = {below<int>(1440), below<int>(1440), below<std::uint8_t>(128)};
  }
  return windows;
}

Procedure any_procedure() {
  Procedure p;
  p.depth = static_cast<std::uint8_t>(1 + below<int>(Procedure::max_depth));
  for (std::size_t i = 0; i < p.depth; ++i) {
    const auto texts = frame_texts();
    p.stack[i] = *frame_named(texts[below<std::size_t>(static_cast<int>(texts.size()))]);
  }
  p.replica = place_or_none(3);
  p.sender = place_or_none(8);
  p.memory = place_or_none(5);
  p.pool = place_or_none(2);
  p.workspace = place_or_none(2);
  p.task = place_or_none(5);
  p.pod = place_or_none(8);
  p.slot = any_slot();
  p.agent = place_or_none(8);
  p.action = any_of<Action>();
  p.outcome = any_of<TaskStatus>();
  p.failed = below<int>(2) == 1;
  p.flag = below<int>(2) == 1;
  p.count = *rc::gen::arbitrary<std::int16_t>();
  p.wanted = *rc::gen::arbitrary<std::int16_t>();
  p.removed = *rc::gen::arbitrary<std::int16_t>();
  p.reason = any_of<Reason>();
  p.min_replicas = *rc::gen::arbitrary<int>();
  p.max_replicas = *rc::gen::arbitrary<int>();
  for (int i = below<int>(4); i > 0; --i) {
    p.later.push_back({*rc::gen::arbitrary<int>(), *rc::gen::arbitrary<int>()});
  }
  p.wake = any_moment();
  if (below<int>(2) == 1) p.row = any_row();
  p.pods = any_set();
  p.dead = any_set();
  p.running = any_set();
  p.waiting = any_set();
  return p;
}

void fill(Event& e, const DataField& field) {
  const auto place = [&](int end) {
    return field.nullable ? place_or_none(end) : below<std::uint16_t>(end);
  };
  switch (field.field) {
    case Field::reason: e.reason = any_of<Reason>(); break;
    case Field::task_type: e.task_type = any_of<TaskType>(); break;
    case Field::status: e.status = any_of<TaskStatus>(); break;
    case Field::action: e.action = any_of<Action>(); break;
    case Field::fault: e.fault = any_of<Fault>(); break;
    case Field::mode: e.mode = any_of<ExecutionMode>(); break;
    case Field::timer: e.timer = any_of<TimerKind>(); break;
    case Field::slot: e.slot = any_slot(); break;
    case Field::flag: e.flag = below<int>(2) == 1; break;
    case Field::pool: e.pool = place(2); break;
    case Field::workspace: e.workspace = place(2); break;
    case Field::task: e.task = place(8); break;
    case Field::pod: e.pod = place(10); break;
    case Field::replica: e.replica = place(3); break;
    case Field::memory: e.memory = place(5); break;
    case Field::procedure: e.procedure = place(100); break;
    case Field::place: e.place = place(100); break;
    case Field::n0: case Field::n1: case Field::n2: case Field::n3: {
      const auto i = static_cast<std::size_t>(field.field) - static_cast<std::size_t>(Field::n0);
      e.n[i] = *rc::gen::arbitrary<std::int64_t>();
      break;
    }
    case Field::at: e.at = any_moment(); break;
    case Field::pods: e.pods = any_set(); break;
    case Field::others: e.others = any_set(); break;
    case Field::row: e.row = any_row(); break;
    case Field::freeze: e.freeze = any_freeze(); break;
    case Field::after: e.after = any_procedure(); break;
  }
}

}  // namespace

Setup small_setup() {
  Setup setup;
  setup.pools = {"pool-a", "pool-b"};
  setup.workspaces = {"billing", "two\nlines \"quoted\" \\ \xe4\xb8\xad"};
  return setup;
}

World named_world() {
  World world;
  const auto add_pod = [&](PodState state, PoolIndex pool, std::int64_t seconds) {
    world.pods.push_back({state, PodState::absent, pool, {start_us + seconds * second + 17}, 1, 1});
    world.agents.emplace_back();
  };
  add_pod(PodState::running, 0, 0);
  add_pod(PodState::gone, 0, 0);      // shares a name with one that is listed
  add_pod(PodState::gone, 0, 5);
  add_pod(PodState::gone, 0, 5);      // two of one name, both gone
  add_pod(PodState::gone, 1, 9);
  add_pod(PodState::absent, 0, 0);
  add_pod(PodState::pending, 1, 0);
  add_pod(PodState::pending, 1, 0);   // two of one name, both listed
  for (const std::uint32_t number : {598U, 599U, 7U, 598U}) {
    Task& task = world.tasks.emplace_back();
    task.exists = true;
    task.number = number;
  }
  return world;
}

Event random_event(EventType type) {
  Event e;
  e.type = type;
  e.time = below<int>(20) == 0 ? never : any_moment();
  if (e.time == elapsed) e.time = just_now;
  for (const DataField& field : data_fields(type)) fill(e, field);
  e.pool = info(type).has(Field::pool) ? e.pool : place_or_none(2);
  e.replica = info(type).has(Field::replica) ? e.replica : place_or_none(3);
  return e;
}

LogHeader full_header() {
  LogHeader header;
  header.program_version = "0.1.0";
  header.scenario = "scenarios/incident-598/restart.yaml";
  header.profile = "production";
  header.seed = UINT64_MAX;
  header.start = {start_us};
  header.zone_us = -5 * hour;
  header.replicas = 2;
  header.setup = small_setup();
  header.setup.knobs = find_profile("production")->knobs;
  header.setup.tasks = {{1, TaskType::plan}, {0, TaskType::drift_check}};
  header.setup.configs = {{1, 2, 3, {{.from_minute = 60, .to_minute = 5, .weekdays = 0x41}}}};
  header.setup.slots_on_agent = 3;
  header.setup.keep_everything = true;
  header.imported = "platform";
  header.within = {{"pool_settles", 90 * second}, {"reservation_restored", 2 * day}};
  header.end = {start_us + hour};
  header.events = 57;
  return header;
}

Course small_course() {
  Drive d;
  d.serve();
  const PoolIndex pool = d.pool(1, 3);
  const WorkspaceIndex workspace = d.workspace(pool);
  const TaskIndex task = d.task(workspace);
  const PodIndex pod = d.pod(pool);
  d.wait(second);
  const PodIndex idle = d.pod(pool);
  d.connect(pod);
  d.manage(pod);
  d.manage(idle);
  d.assign(pod, 0, task);
  d.planned_on(pod, 0, task);
  d.wait(minute + 123);
  d.run(Program::sync_pods, [&](Procedure& p) { p.pool = pool; });
  d.run(Program::reconcile, [&](Procedure& p) { p.pool = pool; });
  Course course;
  course.header.program_version = "0.1.0";
  course.header.scenario = "small";
  course.header.profile = "slots";
  course.header.start = d.log.front().time;
  course.header.setup = d.setup;
  course.events = d.log;
  course.end = d.world;
  return course;
}

std::string log_text(const Course& course, bool compressed) {
  std::ostringstream stream;
  LogWriter writer;
  EXPECT_TRUE(writer.open(stream, "course", compressed, course.header));
  std::uint64_t sequence = 0;
  for (const Event& event : course.events) {
    EXPECT_TRUE(writer.write(event, sequence + 1, sequence)) << writer.error()->message;
    ++sequence;
  }
  EXPECT_TRUE(writer.close());
  return stream.str();
}

}  // namespace holdfast
