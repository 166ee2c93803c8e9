// Whole logs: written, read, folded, cut, damaged.
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include <holdfast/replay/log_reader.h>
#include <holdfast/replay/log_writer.h>
#include <holdfast/tests/replay/random_events.h>
#include <holdfast/tests/support/scratch_folder.h>

namespace holdfast {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

// What came of reading a log to its end.
struct Reading {
  std::vector<Event> events;
  World world;
  std::string error;     // as it is shown
  std::string warning;
  std::string passed_over;
  std::vector<std::string> notes;
};

Reading read_all(const std::string& text, LogReaderOptions options = {}) {
  std::istringstream stream(text);
  LogReader log(options);
  Reading reading;
  if (log.open(stream, "a.jsonl")) {
    while (const LoggedEvent* event = log.next()) {
      reading.events.push_back(event->event);
      if (!log.fold()) reading.events.pop_back();
    }
  }
  reading.world = log.world();
  if (log.error()) reading.error = render(*log.error());
  if (log.warning()) reading.warning = render(*log.warning());
  reading.passed_over = log.passed_over().text();
  for (const Diagnostic& note : log.notes()) {
    reading.notes.push_back(fmt::format("{}: {}", note.place.line, note.message));
  }
  return reading;
}

Reading read_lenient(const std::string& text) { return read_all(text, {.lenient = true}); }

// The first line of a message: without the excerpt.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

class LogFile : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return folder_.file(name); }

  const Course course_ = small_course();
  const std::string text_ = log_text(course_);

 private:
  ScratchFolder folder_;
};

TEST_F(LogFile, the_events_come_back_and_fold_to_the_same_world) {
  std::istringstream stream(text_);
  LogReader log;
  ASSERT_TRUE(log.open(stream, "a.jsonl"));
  EXPECT_EQ(log.header(), course_.header);
  std::size_t i = 0;
  while (const LoggedEvent* event = log.next()) {
    ASSERT_LT(i, course_.events.size());
    EXPECT_EQ(event->event, course_.events[i]) << info(event->event.type).name;
    EXPECT_EQ(event->sequence, i + 1);
    EXPECT_EQ(event->causation, i);
    EXPECT_EQ(event->line, static_cast<std::int64_t>(i) + 2);
    EXPECT_EQ(log.clock().now(), event->event.time);
    ++i;
  }
  EXPECT_EQ(i, course_.events.size());
  EXPECT_FALSE(log.error());
  EXPECT_FALSE(log.warning());
  EXPECT_EQ(log.world(), course_.end);
  EXPECT_EQ(log.folded(), course_.events.size());
}

TEST_F(LogFile, the_world_is_the_one_before_the_event_until_it_is_folded) {
  std::istringstream stream(text_);
  LogReader log;
  ASSERT_TRUE(log.open(stream, "a.jsonl"));
  ASSERT_NE(log.next(), nullptr);  // server.started
  EXPECT_TRUE(log.world().replicas.empty());
  EXPECT_TRUE(log.fold());
  EXPECT_EQ(log.world().replicas.size(), 1U);
  EXPECT_FALSE(log.fold()) << "an event folds once";
}

TEST_F(LogFile, a_compressed_log_has_the_same_content) {
  const std::string compressed = log_text(course_, true);
  EXPECT_LT(compressed.size(), text_.size() / 3);
  const Reading reading = read_all(compressed);
  EXPECT_EQ(reading.error + reading.warning, "");
  EXPECT_EQ(reading.events, course_.events);
  EXPECT_EQ(reading.world, course_.end);
}

TEST_F(LogFile, writing_twice_gives_the_same_bytes) { EXPECT_EQ(text_, log_text(small_course())); }

TEST_F(LogFile, a_file_is_compressed_by_its_name_and_recognised_by_its_bytes) {
  for (const char* name : {"a.jsonl", "a.jsonl.zst"}) {
    const std::string file = path(name);
    LogWriter writer;
    ASSERT_TRUE(writer.open(file, course_.header));
    for (std::size_t i = 0; i < course_.events.size(); ++i) {
      ASSERT_TRUE(writer.write(course_.events[i], i + 1, i));
    }
    EXPECT_EQ(writer.reported(), 0U) << "nothing is promised before a flush";
    ASSERT_TRUE(writer.flush());
    EXPECT_EQ(writer.reported(), course_.events.size());
    const std::string copy = path("killed.log");
    std::filesystem::copy_file(file, copy, std::filesystem::copy_options::overwrite_existing);
    ASSERT_TRUE(writer.close());
    for (const std::string& one : {file, copy}) {
      LogReader log;
      ASSERT_TRUE(log.open(one));
      while (log.next() != nullptr) {}
      EXPECT_EQ(log.world(), course_.end) << one;
      EXPECT_FALSE(log.error());
    }
  }
}

TEST_F(LogFile, a_log_cut_at_any_byte_is_read_up_to_the_last_whole_event) {
  const std::size_t header = text_.find('\n') + 1;
  const std::vector<std::string> lines = lines_of(text_);
  std::size_t whole = 0;                       // events that end before `size`
  std::size_t next_end = header + lines[1].size();
  for (std::size_t size = header; size < text_.size(); ++size) {
    if (size >= next_end) {
      ++whole;
      next_end += 1 + (whole + 1 < lines.size() ? lines[whole + 1].size() : text_.size());
    }
    const Reading reading = read_all(text_.substr(0, size));
    ASSERT_EQ(reading.error, "") << size;
    ASSERT_EQ(reading.events.size(), whole) << size;
    const bool between = text_[size - 1] == '\n' || text_[size] == '\n';
    ASSERT_EQ(first_line(reading.warning),
              between ? ""
                      : fmt::format("a.jsonl:{}:1: cut off in the middle of this line, the last "
                                    "one: read up to the event before it",
                                    whole + 2))
        << size;
  }
}

TEST_F(LogFile, a_log_cut_in_its_header_has_nothing_to_read) {
  const std::size_t header = text_.find('\n');
  for (std::size_t size = 1; size < header; ++size) {
    ASSERT_EQ(read_all(text_.substr(0, size)).error,
              "a.jsonl: cut off in the middle of its first event: there is nothing to read\n");
  }
  EXPECT_EQ(read_all("").error,
            "a.jsonl: expected a log that begins with 'holdfast.log.opened', found an empty "
            "file\n");
}

TEST_F(LogFile, a_compressed_log_cut_at_any_byte_ends_with_a_warning) {
  std::ostringstream stream;
  LogWriter writer;
  ASSERT_TRUE(writer.open(stream, "a", true, course_.header));
  std::vector<std::size_t> flushed;  // bytes after which an event is promised
  for (std::size_t i = 0; i < course_.events.size(); ++i) {
    ASSERT_TRUE(writer.write(course_.events[i], i + 1, i));
    ASSERT_TRUE(writer.flush());
    flushed.push_back(stream.str().size());
  }
  ASSERT_TRUE(writer.close());
  const std::string text = stream.str();
  for (std::size_t size = 0; size < text.size(); ++size) {
    const Reading reading = read_all(text.substr(0, size));
    const auto promised = static_cast<std::size_t>(
        std::upper_bound(flushed.begin(), flushed.end(), size) - flushed.begin());
    ASSERT_GE(reading.events.size(), promised) << size;
    if (promised == 0) continue;
    ASSERT_EQ(reading.error, "") << size;
    ASSERT_NE(reading.warning.find("cut off in the middle of"), std::string::npos) << size;
  }
  EXPECT_EQ(read_all(text).warning, "");
}

TEST_F(LogFile, damaged_zstd_is_an_error) {
  std::string text = log_text(course_, true);
  text[text.size() / 2] = static_cast<char>(text[text.size() / 2] ^ 0x55);
  const Reading reading = read_all(text);
  EXPECT_NE(reading.error.find("not valid zstd"), std::string::npos) << reading.error;
}

TEST_F(LogFile, names_file_line_and_column_and_shows_the_line) {
  std::vector<std::string> lines = lines_of(text_);
  const std::size_t at = lines[3].find("holdfast.");
  lines[3].replace(at, 9, "holdfsat.");
  EXPECT_EQ(first_line(read_all(joined(lines)).error),
            fmt::format("a.jsonl:4:{}: type: unknown event type 'holdfsat.server.recovered'", at));
  EXPECT_NE(read_all(joined(lines)).error.find("did you mean 'holdfast.server.recovered'?"),
            std::string::npos);
}

// No byte from 0x80 on begins a character by itself.
TEST_F(LogFile, a_first_line_that_is_no_text_is_an_error) {
  for (int byte = 0x80; byte <= 0xff; ++byte) {
    const std::string bad(1, static_cast<char>(byte));
    for (const std::string before : {"", "{\"specversion\":\"1.0\",", "{\"a\":\"b\" "}) {
      EXPECT_EQ(first_line(read_all(before + bad + '\n').error),
                fmt::format("a.jsonl:1:{}: expected text in UTF-8, found a byte that is not",
                            before.size() + 1))
          << byte;
    }
  }
}

TEST_F(LogFile, a_gap_in_the_sequence_is_an_error) {
  std::vector<std::string> lines = lines_of(text_);
  lines.erase(lines.begin() + 5);
  const Reading reading = read_all(joined(lines));
  EXPECT_EQ(reading.events.size(), 4U);
  EXPECT_NE(reading.error.find("sequence: expected '5' after the event before, found '6'"),
            std::string::npos)
      << reading.error;
  EXPECT_NE(reading.error.find("events are missing before this line"), std::string::npos);
}

TEST_F(LogFile, an_event_that_the_model_refuses_is_an_error_that_tells_the_state) {
  Course course = course_;
  Event again;
  again.type = EventType::pod_running;
  again.time = course.events.back().time;
  again.pod = 0;
  course.events.push_back(again);
  const Reading reading = read_all(log_text(course));
  EXPECT_EQ(reading.events, course_.events);
  EXPECT_NE(reading.error.find("the model refuses holdfast.pod.running: the pod machine has no "
                               "such arrow from its state"),
            std::string::npos)
      << reading.error;
  EXPECT_NE(reading.error.find("pod iac-agent-pool-0-1762590000 is running"), std::string::npos)
      << reading.error;
}

TEST_F(LogFile, a_lenient_reader_goes_on_and_counts) {
  std::vector<std::string> lines = lines_of(text_);
  const std::size_t count = lines.size();
  lines.insert(lines.begin() + 4, "{\"no\": json");
  lines.insert(lines.begin() + 6, lines[5]);
  const auto running = std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find("holdfast.pod.running") != std::string::npos;
  });
  ASSERT_NE(running, lines.end());
  *running = running->substr(0, running->find("pod.running")) + "pod.walking" +
             running->substr(running->find("pod.running") + 11);
  const Reading reading = read_lenient(joined(lines));
  EXPECT_EQ(reading.error, "");
  EXPECT_EQ(reading.passed_over,
            "passed over 3 lines (1 no JSON, 1 unknown type, 1 sequence gap)");
  ASSERT_EQ(reading.notes.size(), 3U);
  EXPECT_EQ(reading.notes[1], "7: sequence: expected '5' after the event before, found '4'");
  EXPECT_EQ(reading.events.size(), count - 2) << "the header and one event";
}

TEST_F(LogFile, a_lenient_reader_uses_what_follows_a_gap) {
  std::vector<std::string> lines = lines_of(text_);
  // The last event: nothing after it depends on the one before.
  lines.erase(lines.end() - 2);
  const Reading reading = read_lenient(joined(lines));
  EXPECT_EQ(reading.error, "");
  EXPECT_EQ(reading.passed_over, "1 gap in the sequence");
  EXPECT_EQ(reading.events.size(), course_.events.size() - 1);
}

TEST_F(LogFile, a_lenient_reader_passes_over_what_the_model_refuses) {
  Course course = course_;
  course.events.insert(course.events.begin() + 3, course.events[0]);
  const Reading reading = read_lenient(log_text(course));
  EXPECT_EQ(reading.passed_over, "passed over 1 line (1 refused by the model)");
  EXPECT_EQ(reading.world, course_.end);
}

TEST_F(LogFile, a_line_of_20_megabytes_is_refused_without_holding_it) {
  std::vector<std::string> lines = lines_of(text_);
  lines.insert(lines.begin() + 4, "{\"a\":\"" + std::string(20 << 20, 'x') + "\"}");
  const std::string text = joined(lines);
  EXPECT_EQ(first_line(read_all(text).error),
            "a.jsonl:5:1: the line is longer than 16777216 bytes");
  const Reading reading = read_lenient(text);
  EXPECT_EQ(reading.passed_over, "passed over 1 line (1 too long)");
  EXPECT_EQ(reading.world, course_.end);
}

TEST_F(LogFile, what_a_broker_adds_to_each_event_is_accepted_in_both_modes) {
  std::vector<std::string> lines = lines_of(text_);
  for (std::string& line : lines) {
    line.insert(1, R"("traceparent":"00-1-1-01","partitionkey":"7","sequencetype":"Integer",)");
  }
  for (const bool lenient : {false, true}) {
    const Reading reading = read_all(joined(lines), {.lenient = lenient});
    EXPECT_EQ(reading.error + reading.warning + reading.passed_over, "");
    EXPECT_EQ(reading.events, course_.events);
    EXPECT_EQ(reading.world, course_.end);
  }
  lines.back().insert(1, R"("asumed":true,)");
  const std::string error = read_all(joined(lines)).error;
  EXPECT_EQ(first_line(error), fmt::format("a.jsonl:{}:3: the event has an unknown field 'asumed'",
                                           lines.size()));
  EXPECT_NE(error.find("did you mean 'assumed'?"), std::string::npos) << error;
  EXPECT_EQ(read_lenient(joined(lines)).passed_over, "passed over 1 line (1 unknown field)");
}

// An endless line, or an endless log, made up while it is read.
class Endless : public std::streambuf {
 public:
  Endless(std::string before, std::string again, std::size_t bytes)
      : before_(std::move(before)), again_(std::move(again)), left_(bytes) {}

 protected:
  std::streamsize xsgetn(char* to, std::streamsize room) override {
    std::streamsize size = 0;
    while (size < room) {
      if (at_ == current().size()) {
        at_ = 0;
        in_before_ = false;
        if (left_ < again_.size()) break;
        left_ -= again_.size();
      }
      const auto part = std::min<std::streamsize>(
          room - size, static_cast<std::streamsize>(current().size() - at_));
      std::copy_n(current().data() + at_, part, to + size);
      at_ += static_cast<std::size_t>(part);
      size += part;
    }
    return size;
  }

 private:
  const std::string& current() const { return in_before_ ? before_ : again_; }

  std::string before_;
  std::string again_;
  std::size_t left_;
  std::size_t at_ = 0;
  bool in_before_ = true;
};

std::int64_t peak_memory_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST_F(LogFile, a_line_of_a_gigabyte_takes_bounded_memory) {
  const std::int64_t before = peak_memory_kib();
  Endless endless(text_, std::string(1 << 20, 'x'), std::size_t{1} << 30U);
  std::istream stream(&endless);
  LogReader log({.lenient = true});
  ASSERT_TRUE(log.open(stream, "-"));
  while (log.next() != nullptr) {}
  EXPECT_EQ(log.passed_over().text(), "passed over 1 line (1 too long)");
  EXPECT_EQ(log.world(), course_.end);
  EXPECT_LT(peak_memory_kib() - before, 256 << 10);  // a sanitizer keeps as much again
}

TEST_F(LogFile, a_long_log_is_written_and_read_in_bounded_memory) {
  const std::string file = path("long.jsonl.zst");
  const std::int64_t before = peak_memory_kib();
  constexpr std::uint64_t count = 200'000;
  Event note;
  note.type = EventType::autoscaler_measured;
  note.time = course_.events.back().time;
  note.pool = 0;
  note.memory = note.replica = 0;
  LogWriter writer;
  ASSERT_TRUE(writer.open(file, course_.header));
  for (std::uint64_t i = 1; i <= count; ++i) {
    note.n = {static_cast<std::int64_t>(i), 3, 2, 1};
    ASSERT_TRUE(writer.write(note, i, i - 1));
  }
  EXPECT_GT(writer.reported(), count / 2) << "a long log is reported by itself";
  ASSERT_TRUE(writer.close());
  LogReader log;
  ASSERT_TRUE(log.open(file));
  while (log.next() != nullptr) {}
  EXPECT_FALSE(log.error());
  EXPECT_EQ(log.folded(), count);
  EXPECT_LT(peak_memory_kib() - before, 32 << 10);
}

// Any damage is told, or the line still says something that may be; nothing else comes of it.
TEST_F(LogFile, any_changed_byte_is_read_or_told) {
  constexpr std::string_view bytes = "\"{}[],:0x-#\\\n\x80 n";
  const std::size_t header = text_.find('\n') + 1;
  std::size_t told = 0;
  std::size_t changed = 0;
  for (std::size_t at = header; at < text_.size(); at += 7) {
    std::string text = text_;
    text[at] = bytes[at / 7 % bytes.size()];
    if (text == text_) continue;
    ++changed;
    const Reading strict = read_all(text);
    const Reading lenient = read_lenient(text);
    told += strict.error.empty() && strict.warning.empty() ? 0 : 1;
    ASSERT_EQ(lenient.error, "") << text;
    ASSERT_EQ(strict.error.empty(), lenient.passed_over.empty()) << text;
  }
  EXPECT_GT(told * 10, changed * 9);
}

TEST_F(LogFile, what_cannot_be_opened_or_written_is_said) {
  LogReader log;
  EXPECT_FALSE(log.open("nowhere/a.jsonl"));
  EXPECT_EQ(render(*log.error()), "nowhere/a.jsonl: cannot open: No such file or directory\n");
  LogWriter writer;
  EXPECT_FALSE(writer.open("nowhere/a.jsonl", course_.header));
  EXPECT_EQ(render(*writer.error()), "nowhere/a.jsonl: cannot open: No such file or directory\n");
  EXPECT_FALSE(writer.open("/dev/full", course_.header));
  EXPECT_EQ(render(*writer.error()), "/dev/full: cannot write: No space left on device\n");
  EXPECT_FALSE(writer.write(course_.events[0], 1, 0)) << "an error stays";
}

TEST_F(LogFile, the_writer_refuses_a_gap_in_the_sequence) {
  std::ostringstream stream;
  LogWriter writer;
  ASSERT_TRUE(writer.open(stream, "a", false, course_.header));
  EXPECT_FALSE(writer.write(course_.events[0], 2, 0));
  EXPECT_EQ(render(*writer.error()), "a: cannot write event 2: 1 is expected next\n");
}

}  // namespace
}  // namespace holdfast
