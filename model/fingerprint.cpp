#include <holdfast/model/fingerprint.h>

namespace holdfast {
namespace {

// Shifts, not a copy: the result must not depend on the byte order of the machine.
std::uint64_t word_at(const std::byte* bytes) {
  std::uint64_t word = 0;
  for (unsigned i = 0; i < 8; ++i) word |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  return word;
}

}  // namespace

Fingerprint& Fingerprint::add(std::span<const std::byte> bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && pending_count_ != 0) add_byte(bytes[at++]);
  for (; bytes.size() - at >= 8; at += 8) {
    fold(word_at(bytes.data() + at));
    byte_count_ += 8;
  }
  while (at < bytes.size()) add_byte(bytes[at++]);
  return *this;
}

Fingerprint& Fingerprint::add(std::string_view bytes) {
  return add(std::as_bytes(std::span<const char>(bytes)));
}

Fingerprint& Fingerprint::add_text(std::string_view text) {
  return add_number(text.size()).add(text);
}

Fingerprint& Fingerprint::add_across_words(std::uint64_t number) {
  for (unsigned i = 0; i < 8; ++i) add_byte(static_cast<std::byte>(number >> (8 * i)));
  return *this;
}

void Fingerprint::add_byte(std::byte byte) {
  pending_ |= std::to_integer<std::uint64_t>(byte) << (8 * pending_count_);
  ++byte_count_;
  if (++pending_count_ < 8) return;
  fold(pending_);
  pending_ = 0;
  pending_count_ = 0;
}

std::uint64_t fingerprint(std::span<const std::byte> bytes) {
  return Fingerprint().add(bytes).value();
}

std::uint64_t fingerprint(std::string_view bytes) { return Fingerprint().add(bytes).value(); }

std::string hexadecimal(std::uint64_t value) {
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4) {
    *digit = "0123456789abcdef"[value & 15];
  }
  return text;
}

std::string hexadecimal(const WideFingerprint& value) {
  return hexadecimal(value.high) + hexadecimal(value.low);
}

}  // namespace holdfast
