#include <holdfast/tests/conformance/recording.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include <zlib.h>

#include <holdfast/replay/log_source.h>

namespace holdfast {
namespace {

constexpr std::string_view endings[] = {"", ".gz", ".zst"};
constexpr std::string_view script_part = ".script.jsonl";
constexpr std::string_view golden_part = ".golden.jsonl";
constexpr std::string_view digest_part = ".digests.txt";
constexpr std::size_t longest_line = std::size_t{64} << 20;

[[noreturn]] void refuse(const std::filesystem::path& file, std::size_t line, const char* why) {
  throw std::runtime_error(file.string() + ":" + std::to_string(line) + ": " + why);
}

// zlib reads plain files as they are.
std::string read_by_zlib(const std::filesystem::path& file) {
  gzFile handle = gzopen(file.c_str(), "rb");
  if (handle == nullptr) refuse(file, 0, "cannot be opened");
  std::string text;
  char buffer[1 << 16];
  int got = 0;
  while ((got = gzread(handle, buffer, sizeof buffer)) > 0) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  gzclose(handle);
  if (got < 0) refuse(file, 0, "is no whole gzip file");
  return text;
}

std::vector<Json> read_lines(const std::filesystem::path& file) {
  std::vector<Json> lines;
  const auto add = [&](std::string_view text, std::size_t number) {
    if (text.empty() || text.front() == '#') return;
    Json line = Json::parse(text, nullptr, false);
    if (!line.is_object()) refuse(file, number, "is no JSON object");
    lines.push_back(std::move(line));
  };
  if (file.extension() != ".zst") {
    const std::string text = read_by_zlib(file);
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      add(std::string_view(text).substr(begin, end - begin), ++number);
      begin = end + 1;
    }
    return lines;
  }
  LogLines source(longest_line);
  if (!source.source().open(file.string())) refuse(file, 0, "cannot be opened");
  std::string_view text;
  while (true) {
    const LogLines::Kind kind = source.next(text);
    if (kind == LogLines::Kind::end) break;
    const auto number = static_cast<std::size_t>(source.number());
    if (kind == LogLines::Kind::failure) refuse(file, number, "cannot be read");
    if (kind == LogLines::Kind::too_long) refuse(file, number, "is longer than 64 MiB");
    add(text, number);
  }
  return lines;
}

// The file beside `script` that holds its recording; empty if there is none.
std::filesystem::path golden_of(const std::filesystem::path& script) {
  const std::string name = script.filename().string();
  const std::string stem = name.substr(0, name.find(script_part));
  for (const std::string_view ending : endings) {
    std::filesystem::path golden =
        script.parent_path() / (stem + std::string(golden_part) + std::string(ending));
    if (std::filesystem::exists(golden)) return golden;
  }
  std::filesystem::path digests = script.parent_path() / (stem + std::string(digest_part));
  return std::filesystem::exists(digests) ? digests : std::filesystem::path{};
}

// A state of which only the digest was kept is the operation and that.
std::vector<Json> read_digests(const std::filesystem::path& file,
                               const std::vector<Json>& operations) {
  std::vector<Json> states;
  std::istringstream lines(read_by_zlib(file));
  for (std::string digest; std::getline(lines, digest);) {
    const Json operation = states.size() < operations.size() ? operations[states.size()] : Json{};
    states.push_back({{"op", operation}, {"digest", digest}});
  }
  return states;
}

}  // namespace

std::vector<std::filesystem::path> scripts_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> scripts;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool is_script = std::any_of(
        std::begin(endings), std::end(endings), [&](std::string_view ending) {
          return name.ends_with(std::string(script_part) + std::string(ending));
        });
    if (is_script && !golden_of(entry.path()).empty()) scripts.push_back(entry.path());
  }
  std::sort(scripts.begin(), scripts.end());
  return scripts;
}

Recording read_recording(const std::filesystem::path& script) {
  const std::string name = script.filename().string();
  const std::vector<Json> operations = read_lines(script);
  const std::filesystem::path golden = golden_of(script);
  const bool digests = golden.string().ends_with(digest_part);
  Recording recording{name.substr(0, name.find(script_part)),
                      digests ? read_digests(golden, operations) : read_lines(golden)};
  if (operations.size() != recording.states.size()) {
    refuse(script, operations.size(), "its recording has another number of lines");
  }
  for (std::size_t i = 0; i < recording.states.size(); ++i) {
    const Json& state = recording.states[i];
    if (!state.contains("op") || !state["op"].is_object() || state["op"].value("op", "").empty() ||
        state["op"].value("op", "") != operations[i].value("op", "")) {
      refuse(script, i + 1, "is another operation than the recording's");
    }
  }
  return recording;
}

}  // namespace holdfast
