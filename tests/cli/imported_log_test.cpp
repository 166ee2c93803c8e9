// The marks of assumed events in a timeline: whatever form its lines have.
#include <holdfast/cli/imported_log.h>

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include <holdfast/replay/log_writer.h>

namespace holdfast {
namespace {

constexpr Moment start{1'762'617'000 * second};

// A log of seven events, of which the second, the third and the sixth are assumed.
std::string small_log() {
  LogHeader header;
  header.imported = "platform";
  header.start = start;
  header.setup.pools = {"pool-a"};
  std::ostringstream out;
  LogWriter writer;
  EXPECT_TRUE(writer.open(out, "log", false, header));
  for (std::uint64_t sequence = 1; sequence <= 7; ++sequence) {
    Event measured;
    measured.type = EventType::autoscaler_measured;
    measured.time = start;
    measured.pool = 0;
    measured.replica = measured.memory = 0;
    const bool assumed = sequence == 2 || sequence == 3 || sequence == 6;
    EXPECT_TRUE(assumed ? writer.write_assumed(measured, sequence, 0)
                        : writer.write(measured, sequence, 0));
  }
  EXPECT_TRUE(writer.close());
  return out.str();
}

class Marks : public testing::Test {
 protected:
  Marks() : replayer_({"log", small_log()}), marks_(replayer_) {
    Observer* const observers[] = {&marks_};
    EXPECT_TRUE(replayer_.open() && replayer_.run(observers));
  }

  Replayer replayer_;
  AssumedMarks marks_;
};

TEST_F(Marks, stand_behind_the_numbers_of_assumed_events) {
  EXPECT_EQ(marks_.marked("  +00:00.000        1  a\n"), "  +00:00.000        1  a\n");
  EXPECT_EQ(marks_.marked("  +00:00.000        2  a\n"), "  +00:00.000        2* a\n");
  EXPECT_EQ(marks_.marked("  +00:00.000        3  a\n"), "  +00:00.000        3* a\n");
  EXPECT_EQ(marks_.marked("  +00:00.000        4  a\n"), "  +00:00.000        4  a\n");
  EXPECT_EQ(marks_.marked("  +00:00.000        6  a\n"), "  +00:00.000        6* a\n");
  EXPECT_EQ(marks_.marked("  +00:00.000        8  a\n"), "  +00:00.000        8  a\n");
  EXPECT_EQ(marks_.marked("  +00:00.000       26  a\n"), "  +00:00.000       26  a\n");
}

TEST_F(Marks, stand_there_in_every_form_of_time) {
  EXPECT_EQ(marks_.marked("  -135:00.000        2  a\n"), "  -135:00.000        2* a\n");
  EXPECT_EQ(marks_.marked("  +1:02:18.104        2  a\n"), "  +1:02:18.104        2* a\n");
  EXPECT_EQ(marks_.marked("  +  3d 04:02:18.104        2  a\n"),
            "  +  3d 04:02:18.104        2* a\n");
}

TEST_F(Marks, leave_colours_alone) {
  EXPECT_EQ(marks_.marked("  +00:00.000  \x1b[2m      2\x1b[0m  \x1b[31ma\x1b[0m\n"),
            "  +00:00.000  \x1b[2m      2\x1b[0m* \x1b[31ma\x1b[0m\n");
  EXPECT_EQ(marks_.marked("  +00:00.000  \x1b[2m      4\x1b[0m  a\n"),
            "  +00:00.000  \x1b[2m      4\x1b[0m  a\n");
}

TEST_F(Marks, leave_lines_of_no_event_alone) {
  for (const std::string line :
       {"  +00:00.000           given: 2 pods\n", "  +00:00.000           task 2  waits\n",
        "  ... 2  more lines, see --timeline all\n", "\n", "", "  \x1b[2m... 2  lines\x1b[0m\n",
        "  +00:00.000  \x1b[2m       \x1b[0m  given: 2  pods\n"}) {
    EXPECT_EQ(marks_.marked(line), line);
  }
}

TEST_F(Marks, are_explained_where_a_timeline_follows) {
  FoundLog found;
  found.input.path = "log";
  EXPECT_EQ(imported_line(found, replayer_, true, paint_nothing),
            "imported  from a log of the kind platform; 7 events, 3 of them assumed, marked *\n");
  EXPECT_EQ(imported_line(found, replayer_, false, paint_nothing),
            "imported  from a log of the kind platform; 7 events, 3 of them assumed\n");
}

}  // namespace
}  // namespace holdfast
