#include <holdfast/sim/random.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

using Words = std::vector<std::uint64_t>;

Words next_words(RandomStream& stream, std::size_t count) {
  Words words;
  for (std::size_t i = 0; i < count; ++i) words.push_back(stream.next());
  return words;
}

// A stream whose first word is this one: the output of xoshiro256** depends on one word of the
// state, by steps that can be undone (multiplying by the inverses of 9 and 5 modulo 2^64).
RandomStream stream_that_begins_with(std::uint64_t word) {
  constexpr std::uint64_t inverse_of_9 = 0x8e38e38e38e38e39;
  constexpr std::uint64_t inverse_of_5 = 0xcccccccccccccccd;
  static_assert(inverse_of_9 * 9 == 1 && inverse_of_5 * 5 == 1);
  return RandomStream({1, std::rotr(word * inverse_of_9, 7) * inverse_of_5, 2, 3});
}

std::size_t words_taken(const RandomStream& before, const RandomStream& after) {
  RandomStream stream = before;
  for (std::size_t count = 0; count < 100; ++count) {
    if (stream == after) return count;
    stream.next();
  }
  return 100;
}

// The first outputs that the authors' program gives from the state 1, 2, 3, 4.
TEST(Random, generator_is_xoshiro256_starstar) {
  RandomStream stream({1, 2, 3, 4});
  EXPECT_EQ(next_words(stream, 6),
            (Words{11520, 0, 1509978240, 1215971899390074240, 1216172134540287360,
                   607988272756665600}));
}

// The first outputs that are published for the seed 1234567.
TEST(Random, filler_is_splitmix64) {
  std::uint64_t state = 1234567;
  EXPECT_EQ(splitmix(state), 6457827717110365317u);
  EXPECT_EQ(splitmix(state), 3203168211198807973u);
  EXPECT_EQ(splitmix(state), 9817491932198370423u);
}

// The values come from a second implementation, written in another language from the headers' text.
// If they change, every seed that anybody wrote down means another run.
TEST(Random, first_words_of_named_streams_stay) {
  RandomStreams streams(7);
  EXPECT_EQ(next_words(streams.stream("cluster_call"), 3),
            (Words{0x8d0d6be6ab5a97fb, 0x5f9884ff074db3b0, 0x9805fdde4b4d51d5}));
  EXPECT_EQ(next_words(streams.stream("cluster_call", 1), 3),
            (Words{0xae1efe5102740a06, 0x4e42fccbc5fddc54, 0x4899ad50f10aaee3}));
  EXPECT_EQ(next_words(streams.stream("plan"), 3),
            (Words{0x0878508ecdf3d176, 0x23a4bfb97b83367c, 0x2bc6d925c6411194}));
  RandomStreams others(8);
  EXPECT_EQ(next_words(others.stream("cluster_call"), 3),
            (Words{0x35dbde9e9cb44cab, 0x4e24b09d3ebc095f, 0xe497129d4def19a2}));
}

TEST(Random, one_more_draw_in_a_stream_shifts_no_other) {
  RandomStreams calm(598);
  RandomStreams busy(598);
  busy.stream("cluster_call").next();
  busy.stream("plan", 4).next();
  busy.stream("fault").next();
  EXPECT_EQ(next_words(calm.stream("plan", 3), 100), next_words(busy.stream("plan", 3), 100));
  EXPECT_EQ(next_words(calm.stream("plan"), 100), next_words(busy.stream("plan"), 100));
}

TEST(Random, order_of_asking_for_streams_changes_no_draw) {
  RandomStreams forwards(1);
  RandomStreams backwards(1);
  for (std::uint64_t entity = 0; entity < 20; ++entity) {
    forwards.stream("pod_start", entity).next();
    backwards.stream("pod_start", 19 - entity).next();
  }
  for (std::uint64_t entity = 0; entity < 20; ++entity) {
    EXPECT_EQ(forwards.stream("pod_start", entity), backwards.stream("pod_start", entity));
  }
  EXPECT_EQ(forwards.unseed(), backwards.unseed());
}

TEST(Random, a_kept_reference_goes_on_being_the_stream) {
  RandomStreams streams(3);
  RandomStream& kept = streams.stream("confirm");
  for (std::uint64_t i = 0; i < 1000; ++i) streams.stream("other " + std::to_string(i), i).next();
  kept.next();
  EXPECT_EQ(&kept, &streams.stream("confirm"));
  EXPECT_EQ(words_taken(RandomStream(3, "confirm"), streams.stream("confirm")), 1u);
}

TEST(Random, unseed_tells_one_draw_more) {
  RandomStreams streams(3);
  streams.stream("confirm").next();
  const std::uint64_t before = streams.unseed();
  EXPECT_EQ(before, streams.unseed());
  streams.stream("confirm").next();
  EXPECT_NE(before, streams.unseed());
}

// Neighbouring seeds, entities and similar names must differ in half of all bits: 32 of 64, and
// with 64 000 bits compared the mean has a deviation of 0.13.
TEST(Random, neighbouring_streams_have_nothing_in_common) {
  const auto mean_difference = [](RandomStream a, RandomStream b) {
    int bits = 0;
    for (int i = 0; i < 1000; ++i) bits += std::popcount(a.next() ^ b.next());
    return bits / 1000.0;
  };
  const RandomStream stream(7, "plan", 0);
  EXPECT_NEAR(mean_difference(stream, RandomStream(8, "plan", 0)), 32, 0.6);
  EXPECT_NEAR(mean_difference(stream, RandomStream(7, "plan", 1)), 32, 0.6);
  EXPECT_NEAR(mean_difference(stream, RandomStream(7, "plao", 0)), 32, 0.6);
  EXPECT_NEAR(mean_difference(stream, RandomStream(7, "", 0)), 32, 0.6);
}

TEST(Random, below_gives_each_number_its_share) {
  RandomStream stream(1, "dice");
  constexpr int draws = 60'000;
  std::array<int, 6> counts{};
  for (int i = 0; i < draws; ++i) ++counts.at(stream.below(6));
  double chi_square = 0;
  for (const int count : counts) chi_square += (count - 10'000.0) * (count - 10'000.0) / 10'000;
  EXPECT_LT(chi_square, 20.5);  // 5 degrees of freedom: one seed in a thousand would exceed it
}

// With 3 * 2^62 numbers a plain remainder makes the lowest third twice as likely as the others:
// 1/2.
TEST(Random, below_has_no_remainder_bias) {
  RandomStream stream(1, "thirds");
  constexpr std::uint64_t third = std::uint64_t{1} << 62;
  std::array<int, 3> counts{};
  for (int i = 0; i < 30'000; ++i) ++counts.at(stream.below(3 * third) / third);
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 330);  // four deviations
}

TEST(Random, below_refuses_exactly_the_words_in_excess) {
  constexpr std::uint64_t n = std::uint64_t{3} << 62;
  const auto taken = [](std::uint64_t word, std::uint64_t limit) {
    const RandomStream before = stream_that_begins_with(word);
    RandomStream stream = before;
    stream.below(limit);
    return words_taken(before, stream);
  };
  // Word 0, 4, 8, … has the low half 0, which is below 2^64 mod n = 2^62.
  EXPECT_GT(taken(0, n), 1u);
  EXPECT_GT(taken(4, n), 1u);
  EXPECT_EQ(taken(1, n), 1u);
  EXPECT_EQ(taken(3, n), 1u);
  EXPECT_EQ(taken(0, std::uint64_t{1} << 62), 1u);
  EXPECT_EQ(taken(0, 1), 1u);
}

TEST(Random, below_of_one_is_zero_and_the_largest_limit_is_kept) {
  RandomStream stream(2, "limits");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(stream.below(1), 0u);
  for (int i = 0; i < 100; ++i) EXPECT_LT(stream.below(UINT64_MAX), UINT64_MAX);
}

RC_GTEST_PROP(Random, below_stays_below, (std::uint64_t seed, std::uint64_t n)) {
  RC_PRE(n > 0);
  RandomStream stream(seed, "below");
  for (int i = 0; i < 20; ++i) RC_ASSERT(stream.below(n) < n);
}

RC_GTEST_PROP(Random, between_keeps_both_ends, (std::int64_t a, std::int64_t b)) {
  const auto [lowest, highest] = std::minmax(a, b);
  RandomStream stream(1, "between");
  for (int i = 0; i < 20; ++i) {
    const std::int64_t drawn = stream.between(lowest, highest);
    RC_ASSERT(lowest <= drawn);
    RC_ASSERT(drawn <= highest);
  }
}

TEST(Random, between_reaches_both_ends) {
  EXPECT_EQ(stream_that_begins_with(0).between(-3, 12), -3);
  EXPECT_EQ(stream_that_begins_with(UINT64_MAX).between(-3, 12), 12);
  EXPECT_EQ(stream_that_begins_with(0).between(INT64_MIN, INT64_MAX), INT64_MIN);
  EXPECT_EQ(stream_that_begins_with(UINT64_MAX).between(INT64_MIN, INT64_MAX), INT64_MAX);
  EXPECT_EQ(stream_that_begins_with(5).between(4, 4), 4);
}

TEST(Random, chance_comes_as_often_as_it_says) {
  RandomStream stream(1, "chance");
  int hits = 0;
  for (int i = 0; i < 100'000; ++i) hits += stream.chance(3, 100) ? 1 : 0;
  EXPECT_NEAR(hits, 3000, 216);  // four deviations
}

TEST(Random, chance_takes_a_word_even_where_it_is_certain) {
  const RandomStream before(1, "chance");
  RandomStream stream = before;
  EXPECT_FALSE(stream.chance(0, 10));
  EXPECT_TRUE(stream.chance(10, 10));
  EXPECT_TRUE(stream.chance(11, 10));
  EXPECT_EQ(words_taken(before, stream), 3u);
}

// Two runs with one seed and different bounds draw alike, so that they can be compared pair by
// pair.
RC_GTEST_PROP(Random, a_wider_bound_never_draws_less, (std::uint64_t word, std::uint32_t n)) {
  RC_PRE(n > 0u);
  RC_ASSERT(stream_that_begins_with(word).below(n) <=
            stream_that_begins_with(word).below(std::uint64_t{n} * 2));
}

}  // namespace
}  // namespace holdfast
