#include <holdfast/reports/labelled.h>

namespace holdfast {
namespace {

constexpr std::size_t label_width = 10;
constexpr std::size_t line_width = 100;

}  // namespace

std::string labelled(std::string_view label, std::string_view text, Tone tone, Paint paint) {
  std::string line = label.empty() ? std::string() : paint(tone, label);
  line.append(label_width - label.size(), ' ');
  line += text;
  return line + '\n';
}

std::string labelled_list(std::string_view label, std::string_view lead,
                          const std::vector<std::string>& words, Tone tone, Paint paint) {
  std::string text;
  std::string line(lead);
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string word = words[i];
    if (i + 1 < words.size()) word += ',';
    if (!line.empty() && label_width + line.size() + 1 + word.size() > line_width) {
      text += labelled(label, line, tone, paint);
      label = "";
      line = word;
    } else {
      line += (line.empty() ? "" : " ") + word;
    }
  }
  return text + labelled(label, line, tone, paint);
}

}  // namespace holdfast
