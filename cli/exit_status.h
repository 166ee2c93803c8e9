// How the program ends: what a script may rely on.
#pragma once

namespace holdfast {

enum class ExitStatus : int {
  good = 0,           // every expectation is met and nothing is violated that was not expected
  failed = 1,         // an expectation is not met, or something is violated that nobody expected
  refused = 2,        // bad usage, bad input, or a file that cannot be written
  inconclusive = 3,   // a bound or a limit was hit before there was an answer
  interrupted = 130   // by Ctrl-C or SIGTERM, after writing what was found so far
};

// The status of several results together: refused beats interrupted, that beats failed, that beats
// inconclusive.
constexpr ExitStatus worse_of(ExitStatus a, ExitStatus b) {
  const auto rank = [](ExitStatus status) {
    switch (status) {
      case ExitStatus::good: return 0;
      case ExitStatus::inconclusive: return 1;
      case ExitStatus::failed: return 2;
      case ExitStatus::interrupted: return 3;
      case ExitStatus::refused: return 4;
    }
    return 4;
  };
  return rank(a) < rank(b) ? b : a;
}

}  // namespace holdfast
