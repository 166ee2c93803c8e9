#include <holdfast/replay/replayer.h>

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <holdfast/replay/log_writer.h>
#include <holdfast/sim/judge.h>

namespace holdfast {
namespace {

constexpr Moment start{1'762'617'000 * second};  // 2025-11-08T15:50:00Z

Event event_of(EventType type, std::int64_t after_us) {
  Event event;
  event.type = type;
  event.time = {start.us + after_us};
  return event;
}

// A server starts, a pool is configured, a timer is armed: so things stand. Then a pod is created,
// runs and is gone.
std::vector<Event> course() {
  std::vector<Event> events;
  const auto add = [&](EventType type, std::int64_t after_us) -> Event& {
    return events.emplace_back(event_of(type, after_us));
  };
  Event& configured = add(EventType::pool_configured, -hour);
  configured.pool = 0;
  configured.n = {0, 3, 0, 0};
  add(EventType::server_started, -hour).replica = 0;
  Event& armed = add(EventType::server_timer_armed, 0);
  armed.replica = 0;
  armed.timer = TimerKind::monitor;
  armed.place = 0;
  armed.at = {start.us + 10 * second};
  Event& created = add(EventType::pod_created, 0);
  created.pool = 0;
  created.pod = 0;
  created.n = {1, 1, 0, 0};
  add(EventType::pod_running, 2 * second).pod = 0;
  add(EventType::pod_delete_requested, 4 * second).pod = 0;
  add(EventType::pod_gone, 6 * second).pod = 0;
  return events;
}

LogHeader header() {
  LogHeader header;
  header.program_version = "1.0.0";
  header.profile = "slots";
  header.start = start;
  header.setup.pools = {"pool-a"};
  return header;
}

std::string log_of(const std::vector<Event>& events) {
  std::ostringstream out;
  LogWriter writer;
  EXPECT_TRUE(writer.open(out, "log", false, header()));
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_TRUE(writer.write(events[i], i + 1, 0)) << writer.error()->message;
  }
  EXPECT_TRUE(writer.close());
  return out.str();
}

// The same with a header that says how far the run went, and may say how many events it has.
std::string log_until(Moment end, std::uint64_t count = 0) {
  std::ostringstream out;
  LogWriter writer;
  LogHeader with_end = header();
  with_end.end = end;
  with_end.events = count;
  EXPECT_TRUE(writer.open(out, "log", false, with_end));
  const std::vector<Event> events = course();
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_TRUE(writer.write(events[i], i + 1, 0)) << writer.error()->message;
  }
  EXPECT_TRUE(writer.close());
  return out.str();
}

std::string with_line(std::string log, std::size_t line, const std::string& text) {
  std::size_t at = 0;
  for (std::size_t i = 1; i < line; ++i) at = log.find('\n', at) + 1;
  return log.replace(at, log.find('\n', at) - at, text);
}

// What is seen, as "4 pod.created" with '*' behind what belongs to the opening.
class Seen : public Observer {
 public:
  void before(const World&, const Clock&, const Occurrence& occurrence) override {
    text += fmt::format("{} {}{}\n", occurrence.sequence, info(occurrence.event.type).name,
                        occurrence.opening ? "*" : "");
    EXPECT_EQ(occurrence.step, nullptr);
  }
  void after(const World&, const Clock&, const Occurrence&) override { ++folded; }
  std::string text;
  std::uint64_t folded = 0;
};

std::string fold(Replayer& replayer, const ReplayPoint& until = {}) {
  Seen seen;
  Observer* const observers[] = {&seen};
  if (!replayer.run(observers, until)) return replayer.error()->message;
  EXPECT_EQ(seen.folded, replayer.folded());
  return seen.text;
}

PodState state_of_pod(const Replayer& replayer) {
  return replayer.world().pods.empty() ? PodState::absent : replayer.world().pods[0].state;
}

TEST(Replayer, observers_see_every_event_and_which_belong_to_the_opening) {
  Replayer replayer({"log", log_of(course())});
  ASSERT_TRUE(replayer.open());
  EXPECT_EQ(fold(replayer),
            "1 pool.configured*\n2 server.started*\n3 server.timer_armed*\n4 pod.created\n"
            "5 pod.running\n6 pod.delete_requested\n7 pod.gone\n");
  EXPECT_EQ(replayer.sequence(), 7U);
  EXPECT_FALSE(replayer.stopped());
  EXPECT_EQ(replayer.clock().now().us, start.us + 6 * second);
}

TEST(Replayer, a_log_without_an_opening_has_none) {
  std::vector<Event> events = course();
  events.erase(events.begin() + 2);
  Replayer replayer({"log", log_of(events)});
  ASSERT_TRUE(replayer.open());
  EXPECT_EQ(fold(replayer).find('*'), std::string::npos);
}

TEST(Replayer, stops_after_a_sequence_and_keeps_the_world_there) {
  Replayer replayer({"log", log_of(course())});
  ASSERT_TRUE(replayer.open());
  EXPECT_EQ(fold(replayer, {.sequence = 5}),
            "1 pool.configured*\n2 server.started*\n3 server.timer_armed*\n4 pod.created\n"
            "5 pod.running\n");
  EXPECT_EQ(state_of_pod(replayer), PodState::running);
  EXPECT_EQ(replayer.sequence(), 5U);
  EXPECT_TRUE(replayer.stopped());
  EXPECT_EQ(replayer.clock().now().us, start.us + 2 * second);
}

TEST(Replayer, stops_after_all_events_up_to_a_moment_and_the_clock_stands_there) {
  Replayer replayer({"log", log_of(course())});
  ASSERT_TRUE(replayer.open());
  const Moment then{start.us + 4 * second};
  (void)fold(replayer, {.time = then});
  EXPECT_EQ(state_of_pod(replayer), PodState::terminating);
  (void)fold(replayer, {.time = Moment{then.us - 1}});
  EXPECT_EQ(state_of_pod(replayer), PodState::running);
  EXPECT_EQ(replayer.clock().now().us, then.us - 1);
}

TEST(Replayer, may_be_run_again_and_begins_anew) {
  Replayer replayer({"log", log_of(course())});
  ASSERT_TRUE(replayer.open());
  (void)fold(replayer, {.sequence = 4});
  (void)fold(replayer);
  EXPECT_EQ(state_of_pod(replayer), PodState::gone);
  (void)fold(replayer, {.sequence = 0});
  EXPECT_EQ(state_of_pod(replayer), PodState::absent);
  EXPECT_EQ(replayer.sequence(), 0U);
}

TEST(Replayer, a_sequence_behind_the_end_is_not_reached) {
  Replayer replayer({"log", log_of(course())});
  ASSERT_TRUE(replayer.open());
  (void)fold(replayer, {.sequence = 100});
  EXPECT_EQ(replayer.sequence(), 7U);
  EXPECT_FALSE(replayer.stopped());
}

// --- how far the run went ---

std::int64_t seconds_at_the_end(const std::string& log, const ReplayPoint& until = {}) {
  Replayer replayer({"log", log});
  EXPECT_TRUE(replayer.open());
  (void)fold(replayer, until);
  return (replayer.clock().now().us - start.us) / second;
}

TEST(Replayer, after_the_last_event_the_clock_stands_at_the_end_of_the_run) {
  const std::string log = log_until({start.us + 9 * second});
  EXPECT_EQ(seconds_at_the_end(log), 9);
  EXPECT_EQ(seconds_at_the_end(log, {.time = Moment{start.us + 8 * second}}), 8);
  EXPECT_EQ(seconds_at_the_end(log, {.time = Moment{start.us + hour}}), 9);
  EXPECT_EQ(seconds_at_the_end(log, {.time = Moment{start.us + 5 * second}}), 5);
  EXPECT_EQ(seconds_at_the_end(log, {.sequence = 7}), 6) << "after the event, not later";
  EXPECT_EQ(seconds_at_the_end(log_of(course())), 6) << "nobody said how far it went";
}

TEST(Replayer, of_a_log_that_was_cut_off_nothing_is_known_behind_its_last_event) {
  std::string log = log_until({start.us + 9 * second});
  log.resize(log.size() - 10);
  EXPECT_EQ(seconds_at_the_end(log), 4);
}

TEST(Replayer, a_timer_that_did_not_fire_shows_that_a_log_was_cut_off_between_two_lines) {
  const Moment due{start.us + 10 * second};
  for (const Moment end : {Moment{due.us - 1}, due}) {
    Replayer replayer({"log", log_until(end)});
    ASSERT_TRUE(replayer.open());
    (void)fold(replayer);
    EXPECT_EQ(replayer.warning().has_value(), end == due);
    EXPECT_EQ(replayer.clock().now().us, end == due ? start.us + 6 * second : end.us);
    if (end != due) continue;
    EXPECT_EQ(render(*replayer.warning()),
              "log: cut off before its run ended: nothing shows that the timer fired that was due "
              "at 2025-11-08T15:50:10.000000Z\n");
  }
}

TEST(Replayer, the_number_of_its_events_shows_whether_a_log_was_cut_off_between_two_lines) {
  const Moment end{start.us + hour};
  Replayer whole({"log", log_until(end, course().size())});
  ASSERT_TRUE(whole.open());
  (void)fold(whole);
  EXPECT_FALSE(whole.warning().has_value()) << "no timer has to fire in a course that is given";
  EXPECT_EQ(whole.clock().now(), end);
  Replayer cut({"log", log_until(end, course().size() + 1)});
  ASSERT_TRUE(cut.open());
  (void)fold(cut);
  ASSERT_TRUE(cut.warning().has_value());
  EXPECT_EQ(render(*cut.warning()),
            "log: cut off before its run ended: these are 7 of its 8 events\n");
  EXPECT_EQ(cut.clock().now().us, start.us + 6 * second);
}

TEST(Replayer, says_which_events_are_assumed) {
  std::ostringstream out;
  LogWriter writer;
  ASSERT_TRUE(writer.open(out, "log", false, header()));
  const std::vector<Event> events = course();
  for (std::size_t i = 0; i < events.size(); ++i) {
    ASSERT_TRUE(i % 3 == 1 ? writer.write_assumed(events[i], i + 1, 0)
                           : writer.write(events[i], i + 1, 0));
  }
  ASSERT_TRUE(writer.close());
  Replayer replayer({"log", out.str()});
  ASSERT_TRUE(replayer.open());
  class Asking : public Observer {
   public:
    explicit Asking(const Replayer& asked) : asked_(asked) {}
    void before(const World&, const Clock&, const Occurrence& occurrence) override {
      if (asked_.assumed()) text += fmt::format("{} ", occurrence.sequence);
    }
    void after(const World&, const Clock&, const Occurrence&) override {}
    std::string text;

   private:
    const Replayer& asked_;
  };
  for (int time = 0; time < 2; ++time) {
    Asking asking(replayer);
    Observer* const observers[] = {&asking};
    ASSERT_TRUE(replayer.run(observers));
    EXPECT_EQ(asking.text, "2 5 ");
    EXPECT_EQ(replayer.folded_assumed(), 2U);
  }
}

TEST(Replayer, strict_a_refused_event_ends_it) {
  std::vector<Event> events = course();
  events.insert(events.begin() + 5, event_of(EventType::pod_running, 3 * second));
  events[5].pod = 0;
  Replayer replayer({"log", log_of(events)});
  ASSERT_TRUE(replayer.open());
  EXPECT_NE(fold(replayer).find("the model refuses holdfast.pod.running"), std::string::npos);
  EXPECT_EQ(replayer.error()->place.line, 7);
}

TEST(Replayer, lenient_observers_never_see_an_event_that_is_refused) {
  std::vector<Event> events = course();
  events.insert(events.begin() + 5, event_of(EventType::pod_running, 3 * second));
  events[5].pod = 0;
  Replayer replayer({"log", log_of(events)}, {.lenient = true});
  ASSERT_TRUE(replayer.open());
  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(fold(replayer),
              "1 pool.configured*\n2 server.started*\n3 server.timer_armed*\n4 pod.created\n"
              "5 pod.running\n7 pod.delete_requested\n8 pod.gone\n");
    EXPECT_EQ(replayer.passed_over().text(), "passed over 1 line (1 refused by the model)");
  }
}

TEST(Replayer, lenient_goes_on_after_a_line_that_is_no_json) {
  Replayer replayer({"log", with_line(log_of(course()), 6, "oops")}, {.lenient = true});
  ASSERT_TRUE(replayer.open());
  (void)fold(replayer);
  EXPECT_EQ(replayer.folded(), 6U);
  EXPECT_EQ(replayer.passed_over().text(), "passed over 1 line (1 no JSON)");
}

TEST(Replayer, says_why_there_is_nothing_to_read) {
  Replayer empty({"log", ""});
  EXPECT_FALSE(empty.open());
  EXPECT_EQ(render(*empty.error()),
            "log: expected a log that begins with 'holdfast.log.opened', found an empty file\n");
  Replayer missing({"no/such/log.jsonl", {}});
  EXPECT_FALSE(missing.open());
  EXPECT_EQ(render(*missing.error()),
            "no/such/log.jsonl: cannot open: No such file or directory\n");
}

// --- places in a log -----------------------------------------------------------------------------

std::string point(std::string_view text, Moment from = start) {
  const auto read = read_replay_point(text, from);
  if (const auto* fault = std::get_if<std::string>(&read)) return *fault;
  const ReplayPoint& point = std::get<ReplayPoint>(read);
  if (point.sequence) return fmt::format("event {}", *point.sequence);
  return fmt::format("{}s", static_cast<double>(point.time->us - from.us) / second);
}

TEST(ReplayPoint, is_a_sequence_an_instant_a_time_of_day_or_a_duration) {
  EXPECT_EQ(point("57"), "event 57");
  EXPECT_EQ(point("0"), "event 0");
  EXPECT_EQ(point("2025-11-08T15:50:18Z"), "18s");
  EXPECT_EQ(point("2025-11-08T23:50:18.5+08:00"), "18.5s");
  EXPECT_EQ(point("15:50:18.104233"), "18.104233s");
  EXPECT_EQ(point("+18s"), "18s");
  EXPECT_EQ(point("+1h30m"), "5400s");
}

TEST(ReplayPoint, a_time_of_day_before_the_start_is_of_the_next_day) {
  EXPECT_EQ(point("15:49:59"), "86399s");
  const Moment late{start.us + 500 * millisecond};
  EXPECT_EQ(point("15:50:00", late), "-0.5s");
}

constexpr std::string_view expected =
    "expected a sequence (57), an instant (2025-11-08T15:50:18Z), a time of the log's day "
    "(15:50:18.104233) or a duration after its start (+18s), found ";

TEST(ReplayPoint, says_what_else_it_could_be) {
  EXPECT_EQ(point("noon"), std::string(expected) + "'noon'");
  EXPECT_EQ(point(""), std::string(expected) + "''");
  EXPECT_EQ(point("-5"), std::string(expected) + "'-5'");
  EXPECT_EQ(point("25:00:00"), std::string(expected) + "'25:00:00'");
  EXPECT_TRUE(point("+5").starts_with(std::string(expected) + "'+5': ")) << point("+5");
  EXPECT_EQ(point("99999999999999999999999"),
            std::string(expected) + "'99999999999999999999999'");
}

TEST(ReplayPoint, of_a_log_without_time_is_a_sequence) {
  EXPECT_EQ(point("57", never), "event 57");
  EXPECT_EQ(point("+18s", never),
            std::string(expected) + "'+18s': this log has no times, only sequences");
}

}  // namespace
}  // namespace holdfast
