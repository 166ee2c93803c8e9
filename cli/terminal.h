// What the program writes to: standard output for results, standard error for complaints and
// progress. Colours and progress are for terminals only. One thread writes at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <holdfast/reports/tone.h>

namespace holdfast {

class Terminal {
 public:
  // That of the process: colours unless NO_COLOR is set, TERM is `dumb` or the output is no
  // terminal.
  Terminal();

  // Results.
  void print(std::string_view text);
  // Mistakes and warnings.
  void complain(std::string_view text);
  // How results are painted.
  Paint paint() const;
  // Columns of standard output; 100 if it is no terminal.
  std::size_t width() const { return width_; }
  // One line on standard error that the next one replaces; nothing unless that is a terminal.
  void show_progress(std::string_view text);
  void clear_progress();
  bool shows_progress() const { return error_is_terminal_; }

  // Hands everything to the system. False if it did not take all of it.
  bool flush();

 private:
  bool coloured_ = false;
  bool error_is_terminal_ = false;
  bool has_progress_ = false;
  bool broken_ = false;
  std::size_t width_ = 100;
};

// A rate, what is done and what is left of long work: "12 of 100 seeds, 8/s, 11 s left". Told at
// most a few times a second.
class Progress {
 public:
  Progress(Terminal& terminal, std::string_view unit, std::uint64_t total);
  ~Progress() { terminal_.clear_progress(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void tell(std::uint64_t done);

 private:
  using Time = std::chrono::steady_clock;

  Terminal& terminal_;
  std::string_view unit_;
  std::uint64_t total_;
  Time::time_point start_;
  Time::time_point told_;
};

}  // namespace holdfast
