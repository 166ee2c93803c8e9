#include <holdfast/reports/timeline.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <holdfast/model/names.h>
#include <holdfast/model/names_of_entities.h>
#include <holdfast/reports/event_sentence.h>
#include <holdfast/sim/counted.h>

namespace holdfast {
namespace {

constexpr std::uint64_t lines_at_the_beginning = 30;
constexpr std::uint64_t lines_before_a_violation = 20;
constexpr std::uint64_t lines_after_a_violation = 10;
constexpr std::size_t most_repeatable = 64;
constexpr int sequence_width = 7;
constexpr int most_given = 5;

// What tells nothing new when it comes again in the same words.
bool repeats_itself(EventType type) {
  switch (type) {
    case EventType::agent_refused:
    case EventType::autoscaler_decided:
    case EventType::autoscaler_frozen:
    case EventType::autoscaler_skipped:
    case EventType::pod_create_refused:
    case EventType::queue_no_agent:
    case EventType::queue_no_free_slot:
    case EventType::queue_push_failed:
    case EventType::queue_retry_scheduled:
    case EventType::slot_assign_refused: return true;
    default: return false;
  }
}

std::string counted_pods(const World& world) {
  const auto pods = std::count_if(world.pods.begin(), world.pods.end(),
                                  [](const Pod& pod) { return lives(pod); });
  return counted(pods, "pod");
}

// ", task 598 apply_pending on iac-agent-pool-a-1762590434"
std::string told_task(const Task& task, const World& world, const Setup& setup) {
  std::string text = fmt::format(", task {} {}", task.number, name(task.row.status));
  const PodIndex pod = is_running(task.row.status) ? task.row.agent : task.plan_pod;
  if (pod != none) text += " on " + pod_name(world, setup, pod);
  return text;
}

}  // namespace

Timeline::Timeline(const Setup& setup, Options options,
                   std::function<void(std::string_view)> write)
    : setup_(setup),
      options_(std::move(options)),
      write_(std::move(write)),
      since_start_(options_.start, std::max(options_.until_us, options_.before_us)),
      room_(lines_at_the_beginning) {}

void Timeline::before(const World& world, const Clock& clock, const Occurrence& occurrence) {
  if (options_.form == TimelineForm::none || occurrence.opening) return;
  if (!began_ && options_.tells_given) add_given(world);
  mark_overdue(clock.now());
  const Event& event = occurrence.event;
  const bool violates =
      options_.violation != nullptr && options_.violation->sequence == occurrence.sequence;
  const Weight least =
      options_.form == TimelineForm::all ? Weight::detail : Weight::milestone;
  if (weight_of(event) < least && !violates) return;
  const bool type_known = !options_.type_known || options_.type_known(occurrence.sequence);
  std::string text = sentence_of(event, world, setup_, type_known);
  if (text.empty()) text = std::string(info(event.type).name);
  const std::int64_t line = options_.source_line ? options_.source_line() : 0;
  add({occurrence.sequence, clock.now(), std::move(text), 1, {}, violates, line},
      repeats_itself(event.type) && !violates);
}

void Timeline::note(Moment time, std::int64_t source_line, std::string text, bool is_milestone) {
  const bool told = options_.form == TimelineForm::all ||
                    (options_.form == TimelineForm::brief && is_milestone);
  if (told) add({0, time, std::move(text), 1, {}, false, source_line}, true);
}

void Timeline::finish() {
  if (options_.form == TimelineForm::none) return;
  mark_overdue({options_.start.us + options_.until_us + 1});
  keep_latest();
  for (const Line& line : kept_) write_line(line);
  kept_.clear();
}

void Timeline::add(Line line, bool repeats) {
  if (options_.form == TimelineForm::all) return write_line(line);
  if (repeats) {
    const auto known = repeatable_.find(line.text);
    if (known != repeatable_.end()) {
      ++known->second->times;
      known->second->last = line.time;
      return;
    }
  } else {
    repeatable_.clear();
  }
  if (line.violates) {
    keep_latest();
    room_ = std::max(room_, lines_after_a_violation + 1);
  }
  Lines& lines = room_ > 0 ? kept_ : latest_;
  if (room_ > 0) --room_;
  lines.push_back(std::move(line));
  if (repeats && repeatable_.size() < most_repeatable) {
    repeatable_.emplace(lines.back().text, std::prev(lines.end()));
  }
  if (latest_.size() <= lines_before_a_violation) return;
  const auto known = repeatable_.find(latest_.front().text);
  if (known != repeatable_.end() && known->second == latest_.begin()) repeatable_.erase(known);
  latest_.pop_front();
  ++left_out_;
}

// A line that stands for what the world is at the beginning.
void Timeline::add_given(const World& world) {
  began_ = true;
  std::string text = "given: " + counted_pods(world);
  int told = 0;
  int others = 0;
  for (const Task& task : world.tasks) {
    if (!task.exists || is_final(task.row.status)) continue;
    if (told < most_given) {
      text += told_task(task, world, setup_);
      ++told;
    } else {
      ++others;
    }
  }
  if (others > 0) text += " and " + counted(others, "more task");
  add({0, options_.start, std::move(text), 1, {}, false, 0}, false);
}

// The violation of an eventual property is that nothing happened.
void Timeline::mark_overdue(Moment now) {
  const Violation* violation = options_.violation;
  if (marked_ || violation == nullptr || violation->sequence != 0) return;
  if (now <= violation->time) return;
  marked_ = true;
  add({0, violation->time, violation->sentence, 1, {}, true, 0}, false);
}

// From now on the latest lines are kept for good, behind the gap that is before them.
void Timeline::keep_latest() {
  if (left_out_ > 0) {
    const std::string gap = counted(static_cast<std::int64_t>(left_out_), "more line");
    kept_.push_back({0, never, "... " + gap + ", see --timeline all", 1, {}, false, 0});
    left_out_ = 0;
  }
  kept_.splice(kept_.end(), latest_);
}

void Timeline::write_line(const Line& line) const {
  const Paint paint = options_.paint;
  if (line.time == never) {
    write_("  " + paint(Tone::quiet, line.text) + '\n');
    return;
  }
  const std::string number =
      line.sequence == 0 ? std::string() : fmt::format("{}", line.sequence);
  std::string text = fmt::format("  {}  ", since_start_.text(line.time));
  text += paint(Tone::quiet, fmt::format("{:>{}}", number, sequence_width));
  text += "  ";
  text += line.violates ? paint(Tone::bad, line.text) : line.text;
  if (line.source_line != 0) {
    text += paint(Tone::quiet, fmt::format(" (line {})", line.source_line));
  }
  if (line.times > 1) {
    text += paint(Tone::quiet, fmt::format(" ({} times, until {})", line.times,
                                           since_start_.text(line.last)));
  }
  if (line.violates) {
    text += paint(Tone::bad, fmt::format("  <- violates {}", options_.violation->property->name));
  }
  write_(text + '\n');
}

}  // namespace holdfast
