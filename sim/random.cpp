#include <holdfast/sim/random.h>

#include <bit>
#include <cassert>

#include <holdfast/model/fingerprint.h>
#include <holdfast/model/wide_product.h>

namespace holdfast {

std::uint64_t splitmix(std::uint64_t& state) {
  state += golden_ratio_bits;
  return mixed(state);
}

// The two outputs of one SplitMix64 run differ, so the four words are never all 0.
RandomStream::RandomStream(std::uint64_t seed, std::string_view name, std::uint64_t entity)
    : state_{} {
  const WideFingerprint origin =
      Fingerprint().add_number(seed).add_text(name).add_number(entity).wide_value();
  std::uint64_t high = origin.high;
  std::uint64_t low = origin.low;
  state_[0] = splitmix(high);
  state_[1] = splitmix(high);
  state_[2] = splitmix(low);
  state_[3] = splitmix(low);
}

RandomStream::RandomStream(const State& state) : state_(state) { assert(state != State{}); }

std::uint64_t RandomStream::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

// The high half of word * n is below n. 2^64 words fall on n numbers; the first 2^64 mod n low
// halves of each number are refused, so that every number keeps the same count (Lemire, "Fast
// Random Integer Generation in an Interval", 2019).
std::uint64_t RandomStream::below(std::uint64_t n) {
  assert(n > 0);
  WideProduct product = wide_product(next(), n);
  if (product.low >= n) return product.high;
  const std::uint64_t refused = (0 - n) % n;
  while (product.low < refused) product = wide_product(next(), n);
  return product.high;
}

std::int64_t RandomStream::between(std::int64_t lowest, std::int64_t highest) {
  assert(lowest <= highest);
  const std::uint64_t start = static_cast<std::uint64_t>(lowest);
  const std::uint64_t count = static_cast<std::uint64_t>(highest) - start + 1;
  // The count of all 64-bit numbers does not fit into 64 bits.
  const std::uint64_t offset = count == 0 ? next() : below(count);
  return static_cast<std::int64_t>(start + offset);
}

bool RandomStream::chance(std::uint64_t numerator, std::uint64_t denominator) {
  return below(denominator) < numerator;
}

RandomStream& RandomStreams::stream(std::string_view name, std::uint64_t entity) {
  auto found = streams_.find(name);
  if (found == streams_.end()) found = streams_.try_emplace(std::string(name)).first;
  return found->second.try_emplace(entity, seed_, name, entity).first->second;
}

std::uint64_t RandomStreams::unseed() const {
  Fingerprint all;
  all.add_number(seed_);
  for (const auto& [name, entities] : streams_) {
    for (const auto& [entity, stream] : entities) {
      all.add_text(name).add_number(entity);
      for (const std::uint64_t word : stream.state()) all.add_number(word);
    }
  }
  return all.value();
}

}  // namespace holdfast
