// Timelines of hand-made courses: what is told, what is folded, what is left out.
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <holdfast/reports/event_sentence.h>
#include <holdfast/reports/timeline.h>

namespace holdfast {
namespace {

using WalkSetup = Setup;  // testing::Test has a member called Setup

constexpr Moment start{1'762'617'000 * second};

// A course of events a second apart, in a world with one server that never changes.
class TimelineOf : public testing::Test {
 protected:
  TimelineOf() {
    world_.replicas.resize(1);
    setup_.pools = {"pool-a"};
    setup_.workspaces = {"ws-1"};
  }

  void begin(TimelineForm form, const Violation* violation = nullptr) {
    timeline_.emplace(setup_,
                      Timeline::Options{form, start, 10 * minute, violation, paint_nothing},
                      [this](std::string_view lines) { text_ += lines; });
  }
  void happen(Event event) {
    ++sequence_;
    const Moment now{start.us + static_cast<std::int64_t>(sequence_) * second};
    event.time = now;
    timeline_->before(world_, Clock::at(now), {event, sequence_, 0, &step_});
  }
  void submit(std::int64_t number) {
    Event event;
    event.type = EventType::task_submitted;
    event.workspace = 0;
    event.n[0] = number;
    happen(event);
  }
  void skip_scale_down() {
    Event event;
    event.type = EventType::autoscaler_skipped;
    event.pool = 0;
    event.reason = Reason::apply_pending;
    happen(event);
  }
  std::string finished() {
    timeline_->finish();
    return text_;
  }

  World world_;
  WalkSetup setup_;
  Step step_;
  std::uint64_t sequence_ = 0;
  std::string text_;
  std::optional<Timeline> timeline_;
};

const std::string given = "  +00:00.000           given: 0 pods\n";

TEST_F(TimelineOf, nothing_that_happens_is_empty) {
  begin(TimelineForm::brief);
  EXPECT_EQ(finished(), "");
}

TEST_F(TimelineOf, a_run_without_a_timeline_is_empty) {
  begin(TimelineForm::none);
  submit(1);
  EXPECT_EQ(finished(), "");
}

TEST_F(TimelineOf, milestones_stand_a_line_each_and_details_only_where_all_is_asked_for) {
  Event detail;
  detail.type = EventType::workspace_unlocked;
  detail.workspace = 0;
  begin(TimelineForm::brief);
  submit(1);
  happen(detail);
  EXPECT_EQ(finished(), given +
                            "  +00:01.000        1  task 1 (plan) is submitted in ws-1\n");
  text_.clear();
  begin(TimelineForm::all);
  happen(detail);
  EXPECT_EQ(finished(), given + "  +00:03.000        3  ws-1 is unlocked\n");
}

TEST_F(TimelineOf, what_repeats_itself_is_told_once_until_something_else_happens) {
  begin(TimelineForm::brief);
  for (int i = 0; i < 3; ++i) skip_scale_down();
  submit(1);
  skip_scale_down();
  EXPECT_EQ(finished(),
            given +
                "  +00:01.000        1  autoscaler holds back a scale-down of pool-a "
                "(apply_pending) (3 times, until +00:03.000)\n"
                "  +00:04.000        4  task 1 (plan) is submitted in ws-1\n"
                "  +00:05.000        5  autoscaler holds back a scale-down of pool-a "
                "(apply_pending)\n");
}

TEST_F(TimelineOf, a_line_without_an_event_stands_where_it_was_said) {
  begin(TimelineForm::brief);
  submit(1);
  timeline_->note({start.us + second}, 4, "a task must wait", true);
  timeline_->note({start.us + second}, 5, "a task is looked for", false);
  timeline_->note({start.us + 2 * second}, 6, "a task must wait", true);
  submit(2);
  EXPECT_EQ(finished(), given +
                            "  +00:01.000        1  task 1 (plan) is submitted in ws-1\n"
                            "  +00:01.000           a task must wait (line 4) (2 times, until "
                            "+00:02.000)\n"
                            "  +00:02.000        2  task 2 (plan) is submitted in ws-1\n");
  text_.clear();
  begin(TimelineForm::all);
  timeline_->note({start.us + second}, 5, "a task is looked for", false);
  EXPECT_EQ(finished(), "  +00:01.000           a task is looked for (line 5)\n");
}

TEST_F(TimelineOf, an_imported_course_names_the_lines_behind_its_events_and_is_given_nothing) {
  Timeline::Options options{TimelineForm::brief, start, minute, nullptr, paint_nothing};
  options.tells_given = false;
  options.before_us = 2 * hour;
  options.source_line = [this] { return static_cast<std::int64_t>(sequence_) * 10; };
  options.type_known = [](std::uint64_t sequence) { return sequence != 2; };
  timeline_.emplace(setup_, options, [this](std::string_view lines) { text_ += lines; });
  submit(1);
  setup_.workspaces = {""};
  submit(2);
  EXPECT_EQ(finished(),
            "  +0:00:01.000        1  task 1 (plan) is submitted in ws-1 (line 10)\n"
            "  +0:00:02.000        2  task 2 is submitted (line 20)\n");
}

TEST_F(TimelineOf, a_long_course_keeps_its_beginning_its_end_and_what_led_to_the_violation) {
  Property property{};
  property.name = "reserved_pod_kept";
  Violation violation;
  violation.property = &property;
  violation.sequence = 100;
  begin(TimelineForm::brief, &violation);
  for (int i = 1; i <= 200; ++i) submit(i);
  const std::string text = finished();
  EXPECT_NE(text.find("task 29 (plan)"), std::string::npos);
  EXPECT_EQ(text.find("task 30 (plan)"), std::string::npos);
  EXPECT_NE(text.find("  ... 50 more lines, see --timeline all\n  +01:20.000       80  task 80 "),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("task 100 (plan) is submitted in ws-1  <- violates reserved_pod_kept\n"),
            std::string::npos);
  EXPECT_NE(text.find("task 110 (plan)"), std::string::npos);
  EXPECT_NE(text.find("  ... 70 more lines, see --timeline all\n  +03:01.000      181  task 181 "),
            std::string::npos)
      << text;
  EXPECT_TRUE(text.ends_with("task 200 (plan) is submitted in ws-1\n"));
}

TEST_F(TimelineOf, what_is_left_out_is_counted_in_the_right_number) {
  for (std::uint32_t i = 1; i <= 6; ++i) {
    Task task;
    task.exists = true;
    task.number = i;
    world_.tasks.push_back(task);
  }
  world_.pods.push_back({.state = PodState::running, .pool = 0, .created = start});
  begin(TimelineForm::brief);
  for (int i = 1; i <= 50; ++i) submit(i);
  const std::string text = finished();
  EXPECT_NE(text.find("given: 1 pod, task 1 pending, task 2 pending, task 3 pending, task 4 pending"
                      ", task 5 pending and 1 more task\n"),
            std::string::npos) << text;
  EXPECT_NE(text.find("  ... 1 more line, see --timeline all\n"), std::string::npos) << text;
}

TEST_F(TimelineOf, a_violation_of_nothing_happening_has_a_line_of_its_own) {
  Property property{};
  property.name = "pending_task_runs";
  Violation violation;
  violation.property = &property;
  violation.sentence = "task 1 is Pending and has not started";
  violation.time = {start.us + 1500 * millisecond};
  begin(TimelineForm::brief, &violation);
  submit(1);
  submit(2);
  EXPECT_EQ(finished(), given +
                            "  +00:01.000        1  task 1 (plan) is submitted in ws-1\n"
                            "  +00:01.500           task 1 is Pending and has not started  <- "
                            "violates pending_task_runs\n"
                            "  +00:02.000        2  task 2 (plan) is submitted in ws-1\n");
}

TEST(EventSentence, every_event_but_bookkeeping_has_one) {
  World world;
  world.replicas.resize(1);
  const WalkSetup setup{};
  for (const EventInfo& row : event_table()) {
    Event event;
    event.type = row.type;
    event.time = start;
    const bool is_told = weight_of(event) != Weight::bookkeeping;
    EXPECT_EQ(sentence_of(event, world, setup).empty(), !is_told) << row.name;
  }
}

TEST(EventSentence, names_pods_as_the_cluster_does) {
  World world;
  world.replicas.resize(1);
  world.pods.push_back({PodState::running, PodState::absent, 0, start, 1, 1});
  WalkSetup setup;
  setup.pools = {"pool-a"};
  Event event;
  event.type = EventType::pod_delete_requested;
  event.pod = 0;
  event.reason = Reason::freeze_window;
  EXPECT_EQ(sentence_of(event, world, setup),
            "pod iac-agent-pool-a-1762617000 is deleted (freeze_window)");
}

TEST(EventSentence, an_orphan_is_what_its_row_says_then) {
  World world;
  world.tasks.resize(1);
  world.tasks[0].exists = true;
  world.tasks[0].number = 4;
  const WalkSetup setup;
  Event event;
  event.type = EventType::task_orphaned;
  event.task = 0;
  event.row.status = TaskStatus::failed;
  EXPECT_EQ(sentence_of(event, world, setup),
            "task 4 is found running by a restarted server: failed");
  event.row.status = TaskStatus::apply_pending;
  EXPECT_EQ(sentence_of(event, world, setup),
            "task 4 is found running by a restarted server: apply_pending");
}

TEST(EventSentence, a_workspace_without_a_name_is_that_of_its_task) {
  World world;
  world.tasks.resize(1);
  world.tasks[0].exists = true;
  world.tasks[0].number = 4;
  world.tasks[0].workspace = 0;
  WalkSetup setup;
  setup.workspaces = {"", ""};
  Event event;
  event.type = EventType::queue_retry_fired;
  event.workspace = 0;
  EXPECT_EQ(sentence_of(event, world, setup), "the workspace of task 4 is tried again now");
  event.workspace = 1;
  EXPECT_EQ(sentence_of(event, world, setup), "#1 is tried again now");
}

TEST(EventSentence, counts_in_the_right_number) {
  WalkSetup setup;
  setup.pools = {"pool-a"};
  Event event;
  event.type = EventType::autoscaler_measured;
  event.pool = 0;
  event.n = {1, 3, 0, 1};
  EXPECT_EQ(sentence_of(event, {}, setup),
            "autoscaler believes of pool-a: 1 pod, 3 slots, 0 running, 1 reserved");
  event.n = {2, 1, 0, 1};
  EXPECT_EQ(sentence_of(event, {}, setup),
            "autoscaler believes of pool-a: 2 pods, 1 slot, 0 running, 1 reserved");
}

TEST(EventSentence, tells_whose_belief_changes_where_there_are_several) {
  World world;
  world.replicas.resize(2);
  world.pods.push_back({PodState::running, PodState::absent, 0, start, 1, 1});
  WalkSetup setup;
  setup.pools = {"pool-a"};
  Event event;
  event.type = EventType::slot_released;
  event.pod = 0;
  event.slot = 2;
  event.memory = 1;
  EXPECT_EQ(sentence_of(event, world, setup),
            "replica 1: slot 2 of pod iac-agent-pool-a-1762617000 is released");
  event.memory = 2;
  EXPECT_EQ(sentence_of(event, world, setup),
            "a request's own memory: slot 2 of pod iac-agent-pool-a-1762617000 is released");
}

}  // namespace
}  // namespace holdfast
