#include <holdfast/sim/input/nearest_name.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace holdfast {

namespace {

// Nobody mistypes a name this long, and the distance below is quadratic.
constexpr std::size_t max_name_length = 64;
constexpr std::size_t min_prefix_length = 3;

std::string folded(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-') c = '_';
  }
  return result;
}

// Optimal string alignment distance: Levenshtein plus swaps of neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> two_rows_up(b.size() + 1);
  std::vector<std::size_t> row_up(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    two_rows_up.swap(row_up);
    row_up.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = row_up[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, row_up[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], two_rows_up[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string only_continuation(std::string_view text, std::span<const std::string> candidates) {
  if (text.size() < min_prefix_length) return {};
  std::string found;
  for (const std::string& candidate : candidates) {
    if (!folded(candidate).starts_with(text)) continue;
    if (!found.empty()) return {};
    found = candidate;
  }
  return found;
}

}  // namespace

std::string nearest_name(std::string_view text, std::span<const std::string> candidates) {
  if (text.empty() || text.size() > max_name_length) return {};
  const std::string wanted = folded(text);
  std::string best;
  std::size_t best_distance = max_name_length;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > max_name_length) continue;
    const std::size_t longer = std::max(wanted.size(), candidate.size());
    const std::size_t shorter = std::min(wanted.size(), candidate.size());
    const std::size_t allowed = std::max<std::size_t>(1, longer / 3);
    const std::size_t distance = edit_distance(wanted, folded(candidate));
    if (distance > allowed || distance >= shorter || distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
  }
  return best.empty() ? only_continuation(wanted, candidates) : best;
}

std::string did_you_mean(std::string_view text, std::span<const std::string> candidates) {
  const std::string nearest = nearest_name(text, candidates);
  return nearest.empty() ? std::string() : "did you mean '" + nearest + "'?";
}

}  // namespace holdfast
