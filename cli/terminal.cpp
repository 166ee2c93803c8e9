#include <holdfast/cli/terminal.h>

#include <cstdio>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

namespace holdfast {
namespace {

std::string paint_with_colours(Tone tone, std::string_view text) {
  std::string_view code;
  switch (tone) {
    case Tone::plain: return std::string(text);
    case Tone::quiet: code = "2"; break;
    case Tone::strong: code = "1"; break;
    case Tone::good: code = "32"; break;
    case Tone::bad: code = "1;31"; break;
    case Tone::doubtful: code = "33"; break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

// https://no-color.org: set and not empty.
bool wants_colours() {
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* term = std::getenv("TERM");
  return term != nullptr && *term != '\0' && std::string_view(term) != "dumb";
}

std::string seconds_text(double seconds) {
  if (seconds < 60) return fmt::format("{:.0f} s", seconds);
  if (seconds < 3600) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace

Terminal::Terminal() {
  const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  error_is_terminal_ = isatty(STDERR_FILENO) == 1;
  coloured_ = is_terminal && wants_colours();
  winsize size{};
  if (is_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    width_ = size.ws_col;
  }
}

void Terminal::print(std::string_view text) {
  clear_progress();
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) broken_ = true;
}

void Terminal::complain(std::string_view text) {
  clear_progress();
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

Paint Terminal::paint() const { return coloured_ ? paint_with_colours : paint_nothing; }

void Terminal::show_progress(std::string_view text) {
  if (!error_is_terminal_) return;
  std::fflush(stdout);
  fmt::print(stderr, "\r\x1b[K{}", text);
  std::fflush(stderr);
  has_progress_ = true;
}

void Terminal::clear_progress() {
  if (!has_progress_) return;
  has_progress_ = false;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

bool Terminal::flush() { return std::fflush(stdout) == 0 && !broken_; }

Progress::Progress(Terminal& terminal, std::string_view unit, std::uint64_t total)
    : terminal_(terminal), unit_(unit), total_(total), start_(Time::now()), told_(start_) {}

void Progress::tell(std::uint64_t done) {
  constexpr auto pause = std::chrono::milliseconds(200);
  if (!terminal_.shows_progress()) return;
  const Time::time_point now = Time::now();
  if (now - told_ < pause) return;
  told_ = now;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = static_cast<double>(done) / seconds;
  std::string text = fmt::format("{} of {} {}", done, total_, unit_);
  if (done > 0) {
    text += fmt::format(", {:.{}f}/s, {} left", rate, rate < 10 ? 1 : 0,
                        seconds_text(static_cast<double>(total_ - done) / rate));
  }
  terminal_.show_progress(text);
}

}  // namespace holdfast
