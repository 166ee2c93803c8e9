#include <holdfast/sim/input/diagnostics.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace holdfast {

Diagnostics::Diagnostics(Source source) : source_(std::move(source)) {}

void Diagnostics::add(Span where, std::string message, std::string hint) {
  add(source_.diagnose(where, std::move(message), std::move(hint)));
}

void Diagnostics::add(Diagnostic diagnostic) {
  ++count_;
  const auto before = [](const Diagnostic& a, const Diagnostic& b) { return a.place < b.place; };
  const auto at = std::upper_bound(kept_.begin(), kept_.end(), diagnostic, before);
  kept_.insert(at, std::move(diagnostic));
  if (kept_.size() > max_kept) kept_.pop_back();
}

std::string Diagnostics::render() const {
  std::string text;
  for (const Diagnostic& diagnostic : kept_) text += holdfast::render(diagnostic);
  if (count_ > kept_.size()) text += fmt::format("and {} more\n", count_ - kept_.size());
  return text;
}

}  // namespace holdfast
