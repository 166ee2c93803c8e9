// A course of events for people: a line each, relative to the start, with names. The short form
// tells milestones only, says once what repeats itself, and of a long course keeps the beginning,
// what led to the violation that is shown, and the end.
//
// Not for use from several threads. Memory of the short form does not grow with the course.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <string>
#include <string_view>

#include <holdfast/reports/time_text.h>
#include <holdfast/reports/tone.h>
#include <holdfast/sim/judge.h>

namespace holdfast {

enum class TimelineForm : std::uint8_t { none, brief, all };

class Timeline : public Observer {
 public:
  struct Options {
    TimelineForm form = TimelineForm::brief;
    Moment start;
    std::int64_t until_us = 0;
    const Violation* violation = nullptr;  // marked where it happens; may be null
    Paint paint = paint_nothing;
    // A line for what the world is at the beginning. Of an imported log nothing is given.
    bool tells_given = true;
    std::int64_t before_us = 0;            // the longest distance before the start
    // Of a log that was made from another, of the event that is looked at: the line that tells it,
    // 0 if none is known, and whether the type of the task that it submits is known.
    std::function<std::int64_t()> source_line = {};
    std::function<bool(std::uint64_t sequence)> type_known = {};
  };
  // `write` is given whole lines as soon as they are certain. Requires: `setup` and the violation
  // outlive the timeline.
  Timeline(const Setup& setup, Options options, std::function<void(std::string_view)> write);

  void before(const World& world, const Clock& clock, const Occurrence& occurrence) override;
  void after(const World&, const Clock&, const Occurrence&) override {}
  // A line of the log that this one was made from, of which there is no event: tells it before the
  // next event. Only the long form tells what is no milestone.
  void note(Moment time, std::int64_t source_line, std::string text, bool is_milestone);
  // Writes what is still kept back.
  void finish();

 private:
  struct Line {
    std::uint64_t sequence = 0;  // 0: no event
    Moment time;
    std::string text;
    std::uint64_t times = 1;     // that it happened
    Moment last;
    bool violates = false;
    std::int64_t source_line = 0;
  };
  using Lines = std::list<Line>;

  void add(Line line, bool repeats);
  void add_given(const World& world);
  void mark_overdue(Moment now);
  void keep_latest();
  void write_line(const Line& line) const;

  const Setup& setup_;
  Options options_;
  std::function<void(std::string_view)> write_;
  SinceStart since_start_;
  bool began_ = false;
  bool marked_ = false;
  std::uint64_t room_ = 0;         // how many more lines are kept for good
  std::uint64_t left_out_ = 0;     // since the last line that was kept
  Lines kept_;                     // to be written; a line may still be repeated
  Lines latest_;
  std::map<std::string, Lines::iterator, std::less<>> repeatable_;
};

}  // namespace holdfast
