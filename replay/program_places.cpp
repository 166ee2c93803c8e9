#include <holdfast/replay/program_places.h>

#include <algorithm>
#include <array>
#include <vector>

#include <holdfast/model/procedures/turn.h>

namespace holdfast {
namespace {

struct Places {
  std::vector<std::string> texts;
  std::vector<Frame> frames;
  std::array<std::size_t, program_count + 1> begin{};  // of a program's places in `texts`
  std::vector<std::size_t> by_text;

  Places();
};

std::string place_text(const ProgramInfo& program, std::size_t at) {
  const auto begin = program.instructions.begin();
  const std::string_view letter = program.instructions[at].letter;
  const auto before =
      std::count_if(begin, begin + static_cast<std::ptrdiff_t>(at),
                    [&](const Instruction& other) { return other.letter == letter; });
  std::string text = std::string(program.name) + '.' + std::string(letter);
  if (before != 0) text += '/' + std::to_string(before + 1);
  return text;
}

Places::Places() {
  for (std::size_t p = 0; p < program_count; ++p) {
    const auto program = static_cast<Program>(p);
    begin[p] = texts.size();
    for (std::size_t at = 0; at < info(program).instructions.size(); ++at) {
      texts.push_back(place_text(info(program), at));
      frames.push_back({program, static_cast<std::uint8_t>(at)});
    }
  }
  begin[program_count] = texts.size();
  for (std::size_t i = 0; i < texts.size(); ++i) by_text.push_back(i);
  std::sort(by_text.begin(), by_text.end(),
            [&](std::size_t a, std::size_t b) { return texts[a] < texts[b]; });
}

const Places& places() {
  static const Places all;
  return all;
}

}  // namespace

std::string_view frame_text(Frame frame) {
  const Places& all = places();
  const auto program = static_cast<std::size_t>(frame.program);
  if (program >= program_count) return {};
  const std::size_t place = all.begin[program] + frame.at;
  return place < all.begin[program + 1] ? std::string_view(all.texts[place]) : std::string_view{};
}

std::optional<Frame> frame_named(std::string_view text) {
  const Places& all = places();
  const auto found =
      std::lower_bound(all.by_text.begin(), all.by_text.end(), text,
                       [&](std::size_t i, std::string_view name) { return all.texts[i] < name; });
  if (found == all.by_text.end() || all.texts[*found] != text) return std::nullopt;
  return all.frames[*found];
}

std::span<const std::string> frame_texts() { return places().texts; }

}  // namespace holdfast
