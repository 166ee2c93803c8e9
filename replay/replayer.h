// Folds a log for whoever looks on: the same Observers as in a run, which cannot tell the
// difference but for Occurrence::step, which a log does not have. Stops where it is asked to and
// keeps the world there.
//
//   Replayer replayer({.path = "restart.jsonl.zst"});
//   if (!replayer.open()) return *replayer.error();
//   Judge judge(replayer.header().setup);
//   Observer* const observers[] = {&judge};
//   if (!replayer.run(observers)) return *replayer.error();
//   judge.finish(replayer.world(), replayer.clock());
//
// A log of any length is folded in bounded memory. Not for use from several threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <holdfast/replay/kept_input.h>
#include <holdfast/replay/log_reader.h>
#include <holdfast/sim/simulator.h>

namespace holdfast {

// Where a log lies.
struct LogInput {
  // Of the file; where the bytes come from elsewhere, what stands for it in messages.
  std::string path;
  std::optional<std::string> content = std::nullopt;
  std::shared_ptr<KeptInput> kept = nullptr;
};

// A place in a log: after the event with that sequence, or after all events up to that moment.
// Neither: its end.
struct ReplayPoint {
  std::optional<std::uint64_t> sequence = std::nullopt;
  std::optional<Moment> time = std::nullopt;

  bool is_end() const { return !sequence && !time; }
  bool operator==(const ReplayPoint&) const = default;
};

// Reads a place as people write it: a sequence (57), an instant (2025-11-08T15:50:18Z), a time of
// the log's day in a zone so far ahead of UTC with up to six digits of a fraction (15:50:18.104233;
// the next day's if the log starts later than that), or how long after the start (+18s, +1h30m).
// The text says why not.
std::variant<ReplayPoint, std::string> read_replay_point(std::string_view text, Moment start,
                                                         std::int64_t zone_us = 0);

class Replayer {
 public:
  explicit Replayer(LogInput input, LogReaderOptions options = {});
  ~Replayer();
  Replayer(const Replayer&) = delete;
  Replayer& operator=(const Replayer&) = delete;

  // Reads the header. False: error() says why.
  [[nodiscard]] bool open();
  // Requires: open() was true.
  const LogHeader& header() const;

  // Folds the log from its beginning as far as `until`. Observers see each event that is used, and
  // no other: not those that a lenient reader passes over. May be called again, which begins anew.
  // False: error() says which line is wrong.
  // Requires: open() was true.
  [[nodiscard]] bool run(std::span<Observer* const> observers, const ReplayPoint& until = {});

  // How things stand where the last run ended.
  const World& world() const;
  // Where `until` names a moment that the log reaches, that moment; after all of a log whose header
  // says how far its run went, that moment; else the last event's.
  Clock clock() const;
  std::uint64_t sequence() const;   // of the last event that was folded
  std::uint64_t folded() const;
  bool stopped() const;             // before the log's end: `until` lies inside it
  // While observers look on: whether the event is assumed.
  bool assumed() const;
  // The same of the line that it comes from, in what the log was made from; 0: none is known.
  std::int64_t source_line() const;
  std::uint64_t folded_assumed() const;   // of those folded

  const std::optional<Diagnostic>& error() const;
  // Why the log ends early, and what a lenient reader could not use, as far as was read.
  const std::optional<Diagnostic>& warning() const;
  const PassedOver& passed_over() const;
  const std::vector<Diagnostic>& notes() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast
