#include <holdfast/sim/timings.h>

#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

std::string text_of(std::string_view name) {
  const TimingName* row = find_timing(name);
  return row == nullptr ? "no such timing" : distribution_text(Timings().*row->member);
}

TEST(Timings, defaults_are_those_of_the_platform) {
  EXPECT_EQ(text_of("cluster_call"), "20ms..200ms");
  EXPECT_EQ(text_of("database_call"), "1ms..20ms");
  EXPECT_EQ(text_of("memory_step"), "0s");
  EXPECT_EQ(text_of("goroutine_start"), "0s..1ms");
  EXPECT_EQ(text_of("pod_start"), "5s..40s");
  EXPECT_EQ(text_of("pod_termination"), "0s");
  EXPECT_EQ(text_of("agent_connect"), "1s..3s");
  EXPECT_EQ(text_of("agent_reconnect"), "500ms..5s");
  EXPECT_EQ(text_of("server_down"), "2s..30s");
  EXPECT_EQ(text_of("plan"), "lognormal 1m x1.5");
  EXPECT_EQ(text_of("apply"), "lognormal 2m x1.5");
  EXPECT_EQ(text_of("apply_cold_start"), "1m");
  EXPECT_EQ(text_of("apply_warm_start"), "4s");
  EXPECT_EQ(text_of("confirm"), "exponential 30m");
}

TEST(Timings, each_name_reaches_a_member_of_its_own) {
  std::set<std::string_view> names;
  Timings timings;
  for (const TimingName& row : timing_names()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.about.empty()) << row.name;
    EXPECT_EQ(find_timing(row.name), &row);
    EXPECT_FALSE((timings.*row.member).is_never()) << row.name << " shares a member";
    timings.*row.member = Distribution::never();
  }
  EXPECT_EQ(names.size(), sizeof(Timings) / sizeof(Distribution));
  EXPECT_NE(timings, Timings());
}

TEST(Timings, an_unknown_name_is_not_found) {
  EXPECT_EQ(find_timing("cluster_cal"), nullptr);
  EXPECT_EQ(find_timing(""), nullptr);
}

}  // namespace
}  // namespace holdfast
