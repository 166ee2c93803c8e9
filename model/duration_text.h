// Durations as people write them: `20ms`, `60s`, `30m`, `1h30m`, `0.5s`. Units are us, ms, s, m, h
// and d (24 h); in one text they go from large to small, and only the last number may have a
// fraction.
//
// Thread safety: all functions are pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

// What a text meant, or why it means nothing: then `error` is a phrase for people, and `offset` the
// byte of the text at which it went wrong.
template <class Value>
struct TextResult {
  std::optional<Value> value;
  std::string error;
  std::size_t offset = 0;
};

// 100 years of 365.25 days. Nothing that holdfast simulates lasts longer; the bound keeps every sum
// and product of durations inside 64 bits.
inline constexpr std::int64_t longest_duration_us = std::int64_t{36'525} * 24 * 3600 * 1'000'000;

// The duration that the whole text says, in microseconds.
TextResult<std::int64_t> parse_duration(std::string_view text);

// The shortest exact text in one unit: `1m` for 60 s, `1500ms` for 1.5 s, `0s` for 0.
// Requires: duration_us >= 0.
std::string duration_text(std::int64_t duration_us);

}  // namespace holdfast
