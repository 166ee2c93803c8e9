// What is scheduled: one thing of each kind for an actor, work apart, and the order of what is due
// at one moment.
#include <gtest/gtest.h>

#include <vector>

#include <holdfast/sim/agenda.h>

namespace holdfast {
namespace {

std::vector<std::pair<AlarmKind, int>> all(Agenda& agenda) {
  std::vector<std::pair<AlarmKind, int>> result;
  while (!agenda.empty()) {
    const Alarm alarm = agenda.pop();
    result.emplace_back(alarm.kind, alarm.index);
  }
  return result;
}

TEST(Agenda, setting_again_replaces_what_was_set_for_the_same_actor) {
  Agenda agenda;
  agenda.set(AlarmKind::pod, 3, 10);
  agenda.set(AlarmKind::pod, 3, 5);
  agenda.set(AlarmKind::pod, 4, 7);
  agenda.set(AlarmKind::agent_start, 3, 6);
  EXPECT_EQ(agenda.next_us(), 5);
  const std::vector<std::pair<AlarmKind, int>> expected = {
      {AlarmKind::pod, 3}, {AlarmKind::agent_start, 3}, {AlarmKind::pod, 4}};
  EXPECT_EQ(all(agenda), expected);
}

TEST(Agenda, an_agent_may_have_several_works_each_with_its_detail) {
  Agenda agenda;
  agenda.set(AlarmKind::work, 1, 5, 70);
  agenda.set(AlarmKind::work, 1, 5, 80);
  EXPECT_EQ(agenda.pop().detail, 70U);
  EXPECT_EQ(agenda.pop().detail, 80U);
  EXPECT_TRUE(agenda.empty());
}

TEST(Agenda, what_is_cleared_does_not_ring_and_what_has_rung_is_not_set) {
  Agenda agenda;
  agenda.set(AlarmKind::timer, 0, 5);
  EXPECT_TRUE(agenda.is_set(AlarmKind::timer, 0));
  agenda.clear(AlarmKind::timer, 0);
  agenda.clear(AlarmKind::timer, 9);
  EXPECT_FALSE(agenda.is_set(AlarmKind::timer, 0));
  EXPECT_TRUE(agenda.empty());
  agenda.set(AlarmKind::timer, 0, 5);
  agenda.pop();
  EXPECT_FALSE(agenda.is_set(AlarmKind::timer, 0));
}

TEST(Agenda, at_one_moment_happenings_come_before_timers_others_and_procedures) {
  Agenda agenda;
  const AlarmKind order[] = {
      AlarmKind::happening,     AlarmKind::random_fault,  AlarmKind::timer,
      AlarmKind::pod,           AlarmKind::agent_start,   AlarmKind::agent_connect,
      AlarmKind::agent_stop,    AlarmKind::work,          AlarmKind::replica_start,
      AlarmKind::replica_ready, AlarmKind::leader,        AlarmKind::confirm,
      AlarmKind::local_work,    AlarmKind::procedure};
  ASSERT_EQ(std::size(order), alarm_kind_count);
  std::vector<std::pair<AlarmKind, int>> expected;
  for (const AlarmKind kind : order) expected.emplace_back(kind, 0);
  // Procedures first, so that only their rank puts them last; within one rank the order of setting.
  agenda.set(AlarmKind::procedure, 0, 5);
  for (std::size_t i = 2; i + 1 < std::size(order); ++i) agenda.set(order[i], 0, 5);
  agenda.set(AlarmKind::happening, 0, 5);
  agenda.set(AlarmKind::random_fault, 0, 5);
  EXPECT_EQ(all(agenda), expected);
}

}  // namespace
}  // namespace holdfast
