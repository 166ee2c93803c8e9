// Chance for every timed or random walk, from one seed. The generator is xoshiro256** of David
// Blackman and Sebastiano Vigna ("Scrambled Linear Pseudorandom Number Generators", ACM TOMS 47,
// 2021); its state is filled by SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom
// Number Generators", OOPSLA 2014) from a fingerprint of seed, name and entity. No library
// generator or distribution is used, since the latter differ between libraries.
//
// Streams are named, so that chance is reproducible piece by piece: what one stream draws never
// shifts what another draws, and a new stream leaves all others as they were.
//
// Invariants
// 1. The draws of a stream depend on seed, name, entity number and the draws before it in that
//    stream.
// 2. `below`, `between` and `chance` take one word each, and a further one only where keeping the
//    first would favour some numbers; that has a probability of less than n / 2^64.
// 3. They grow with the word taken: two runs with the same seed and different bounds draw alike.
//
// A stream is not to be shared between threads; give each thread streams of its own.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace holdfast {

// The next state of SplitMix64 is the state plus a constant; its output is that state, mixed.
std::uint64_t splitmix(std::uint64_t& state);

// One source of chance. A value: a copy draws the same again.
class RandomStream {
 public:
  using State = std::array<std::uint64_t, 4>;

  RandomStream(std::uint64_t seed, std::string_view name, std::uint64_t entity = 0);
  // Goes on from a state. Requires: some word of it is not 0.
  explicit RandomStream(const State& state);

  // 64 random bits.
  std::uint64_t next();

  // A number from 0 to n - 1, each as likely as any other. Requires: n > 0.
  std::uint64_t below(std::uint64_t n);

  // A number from `lowest` to `highest`, both included. Requires: lowest <= highest.
  std::int64_t between(std::int64_t lowest, std::int64_t highest);

  // True in `numerator` of `denominator` cases; takes its word also where the answer is certain.
  // Requires: denominator > 0. A numerator above it counts as certain.
  bool chance(std::uint64_t numerator, std::uint64_t denominator);

  const State& state() const { return state_; }

  bool operator==(const RandomStream&) const = default;

 private:
  State state_;
};

// All streams of one run, each made when it is first asked for.
//
// Invariants
// 1. A stream stays where it is as long as the RandomStreams lives: a reference to it can be kept,
//    and should be where a name is drawn from often.
// 2. In which order streams are asked for changes no draw.
class RandomStreams {
 public:
  explicit RandomStreams(std::uint64_t seed) : seed_(seed) {}

  // The stream of this name for this entity. Names are part of what a seed means: renaming a stream
  // changes every run that draws from it.
  RandomStream& stream(std::string_view name, std::uint64_t entity = 0);

  std::uint64_t seed() const { return seed_; }

  // One last word, made from the state of every stream asked for. Two runs of the same thing must
  // agree in it; where they do not, something besides the seed has had a say.
  std::uint64_t unseed() const;

 private:
  using Entities = std::map<std::uint64_t, RandomStream>;

  std::uint64_t seed_;
  std::map<std::string, Entities, std::less<>> streams_;
};

}  // namespace holdfast
