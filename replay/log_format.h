// What a log is, apart from its events: the version of its format and what its first event says.
// LOG_FORMAT.md is the specification. Plain values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <holdfast/model/moment.h>
#include <holdfast/model/steps.h>

namespace holdfast {

// Raised when a log of the version before could be misread.
inline constexpr int log_format_version = 1;

inline constexpr std::string_view event_type_prefix = "holdfast.";
inline constexpr std::string_view log_opened_type = "holdfast.log.opened";

// The sequence of the first event, log.opened; those of the model follow it without a gap.
inline constexpr std::uint64_t log_opened_sequence = 0;
// "Nothing in this log led to it": log.opened leads to nothing.
inline constexpr std::uint64_t no_causation = 0;

// The content of log.opened: what a reader needs to fold the log without its scenario.
struct LogHeader {
  int format = log_format_version;
  std::string program_version;
  std::string scenario;  // its name or path as given; empty if there was none
  std::string profile;   // of which the knobs began; empty if there was none
  std::string imported;  // what kind of log it was made from: "platform"; empty: it was simulated
  std::uint64_t seed = 0;
  Moment start = never;  // the first instant of the run; never if it had no time
  std::int64_t zone_us = Clock::default_zone_us;
  int replicas = 1;
  Setup setup;           // knobs, ids of pools and workspaces, what users may do
  // The eventual properties that the run was held against: what is owed must be given so soon, in
  // microseconds.
  std::map<std::string, std::int64_t> within;
  // How far the run went, whether anything happened up to then or not; never if that is not known.
  Moment end = never;

  bool operator==(const LogHeader&) const = default;
};

}  // namespace holdfast
