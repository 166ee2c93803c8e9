#pragma once

// Collects what is wrong with one input file, so that a user sees several mistakes at once.
// Not for use from several threads.
//
// Invariants
// 1. kept() is sorted by place; of equal places the first added comes first.
// 2. kept() holds the first `max_kept` of all that were added, so memory stays bounded.

#include <cstddef>
#include <string>
#include <vector>

#include <holdfast/sim/input/diagnostic.h>
#include <holdfast/sim/input/source.h>

namespace holdfast {

class Diagnostics {
 public:
  static constexpr std::size_t max_kept = 20;

  // For mistakes in `source`.
  explicit Diagnostics(Source source = {});

  // Adds a mistake in the source.
  void add(Span where, std::string message, std::string hint = {});

  // Adds a mistake that was found elsewhere.
  void add(Diagnostic diagnostic);

  bool empty() const { return count_ == 0; }
  std::size_t count() const { return count_; }
  const std::vector<Diagnostic>& kept() const { return kept_; }
  const Source& source() const { return source_; }

  // All that are kept as text, and how many more there were; empty when there are none.
  std::string render() const;

 private:
  Source source_;
  std::vector<Diagnostic> kept_;
  std::size_t count_ = 0;
};

}  // namespace holdfast
