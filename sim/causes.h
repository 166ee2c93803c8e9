// The causes of violations: which step of which procedure violated which property, called by what.
// An exploration that tells causes apart has a bit for each that it met instead of one for each
// property.
//
// Thread safety: all functions may be called by several threads at a time.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <holdfast/model/model.h>

namespace holdfast {

struct Cause {
  std::uint16_t property = 0;  // place in properties()
  std::string text;            // "autoscaler_cycle > scale > delete_pod ii"

  auto operator<=>(const Cause&) const = default;
};

// What takes the step, with whoever called it.
std::string cause_text(const World& world, const Step& step);

class Causes {
 public:
  static constexpr int most = 64;

  // The bit of the cause. The last bit is shared by all beyond the first 63 that were met: its text
  // is that of one of them, and is_full() tells.
  int bit_of(std::uint16_t property, const std::string& text);
  // Requires: bit_of() gave the bit.
  const Cause& cause(int bit) const;
  // Not every cause has a bit of its own.
  bool is_full() const;

 private:
  mutable std::mutex mutex_;
  std::map<Cause, int> bits_;
  std::vector<const Cause*> by_bit_;
  bool full_ = false;
};

}  // namespace holdfast
