#include <holdfast/tests/support/tidy_rules.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace holdfast {
namespace {

// `allowed` names the folders that may use it. A `*` at the end of a name stands for any ending, a
// `(` for a call.
struct Banned {
  std::string_view name;
  std::string_view allowed;
  std::string_view instead;
};

constexpr std::array<std::string_view, 6> parts = {"model",   "sim", "replay",
                                                   "reports", "cli", "tests"};

constexpr std::string_view use_random =
    "use RandomStream (holdfast/sim/random.h): the same numbers with every standard library";
constexpr std::string_view use_ordered =
    "use std::map, std::set or a sorted vector: the same order in every run";
constexpr std::string_view return_text = "return text: only cli/ prints";
constexpr std::string_view return_result = "return a result: only cli/ ends the program";
constexpr std::string_view use_format = "use fmt::format_to, in model/ std::to_chars";
constexpr std::string_view use_integers =
    "use integers: floating-point functions differ from one library to the next";
constexpr std::string_view use_scanner =
    "write a scanner by hand, it is faster by a factor of 20 and says where the text is wrong";
constexpr std::string_view no_disk = "take and give text: model, sim and reports touch no disk";
constexpr std::string_view time_is_argument = "take a Moment: time is an argument";
constexpr std::string_view from_chars = "use std::from_chars: it does not read the locale";
constexpr std::string_view model_is_plain =
    "move it to sim/ or further right: model/ is Boost.MSM and the standard library, without "
    "clocks, threads, chance and text";

constexpr std::array banned_includes = std::to_array<Banned>({
    {"random", "tests", use_random},
    {"unordered_map", "", use_ordered},
    {"unordered_set", "", use_ordered},
    {"iostream", "cli tests", return_text},
    {"regex", "", use_scanner},
    {"cmath", "reports cli tests", use_integers},
    {"math.h", "reports cli tests", use_integers},
    {"complex", "reports cli tests", use_integers},
    {"fstream", "replay cli tests", no_disk},
    {"filesystem", "replay cli tests", no_disk},
    {"chrono", "sim replay reports cli tests", model_is_plain},
    {"thread", "sim replay cli tests", model_is_plain},
    {"mutex", "sim replay cli tests", model_is_plain},
    {"future", "sim replay cli tests", model_is_plain},
    {"condition_variable", "sim replay cli tests", model_is_plain},
    {"sstream", "tests", "use fmt::format_to, in model/ std::string and std::to_chars"},
    {"iomanip", "tests", use_format},
    {"fmt/*", "sim replay reports cli tests", model_is_plain},
    {"simdjson*", "sim replay tests", "use the readers of sim/input or replay/"},
    {"libfyaml*", "sim tests", "use the YAML reader of sim/input"},
    {"zstd*", "replay tests", "use the log reader and writer of replay/"},
    {"CLI/*", "cli tests", "options are read in cli/ only"},
    {"nlohmann/*", "tests", "use simdjson to read; nlohmann is for tests only"},
    {"gtest/*", "tests", "move it to tests/"},
    {"gmock/*", "tests", "move it to tests/"},
    {"rapidcheck*", "tests", "move it to tests/"},
    {"benchmark/*", "tests", "move it to tests/bench"},
});

constexpr std::array banned_names = std::to_array<Banned>({
    {"std::rand", "", use_random},
    {"rand(", "", use_random},
    {"srand(", "", use_random},
    {"std::random_device", "", use_random},
    {"std::default_random_engine", "", use_random},
    {"std::mt19937*", "tests", use_random},
    {"std::shuffle", "", use_random},
    {"std::sample", "", use_random},
    {"std::generate_canonical", "", use_random},
    {"std::uniform_int_distribution", "", use_random},
    {"std::uniform_real_distribution", "", use_random},
    {"std::bernoulli_distribution", "", use_random},
    {"std::binomial_distribution", "", use_random},
    {"std::geometric_distribution", "", use_random},
    {"std::poisson_distribution", "", use_random},
    {"std::exponential_distribution", "", use_random},
    {"std::gamma_distribution", "", use_random},
    {"std::weibull_distribution", "", use_random},
    {"std::normal_distribution", "", use_random},
    {"std::lognormal_distribution", "", use_random},
    {"std::discrete_distribution", "", use_random},
    {"std::piecewise_constant_distribution", "", use_random},
    {"std::unordered_*", "", use_ordered},
    {"std::hash", "tests", "use Fingerprint (holdfast/model/fingerprint.h): the same everywhere"},
    {"std::regex*", "", use_scanner},
    {"std::cout", "cli tests", return_text},
    {"std::cerr", "cli tests", return_text},
    {"std::clog", "cli tests", return_text},
    {"printf(", "cli tests", return_text},
    {"fprintf(", "cli tests", return_text},
    {"vprintf(", "cli tests", return_text},
    {"vfprintf(", "cli tests", return_text},
    {"puts(", "cli tests", return_text},
    {"fputs(", "cli tests", return_text},
    {"putchar(", "cli tests", return_text},
    {"perror(", "cli tests", return_text},
    {"fmt::print", "cli tests", return_text},
    {"sprintf(", "tests", use_format},
    {"snprintf(", "tests", use_format},
    {"fopen(", "replay cli tests", no_disk},
    {"exit(", "cli tests", return_result},
    {"_exit(", "cli tests", return_result},
    {"_Exit(", "cli tests", return_result},
    {"quick_exit(", "cli tests", return_result},
    {"abort(", "cli tests", return_result},
    {"std::terminate", "cli tests", return_result},
    {"getenv(", "cli tests", "take it as an argument: only cli/ reads the environment"},
    {"system_clock", "cli tests", time_is_argument},
    {"high_resolution_clock", "", "use std::chrono::steady_clock: it does not go back"},
    {"steady_clock", "sim cli tests", time_is_argument},
    {"std::time", "cli tests", time_is_argument},
    {"gettimeofday(", "cli tests", time_is_argument},
    {"clock_gettime(", "cli tests", time_is_argument},
    {"__DATE__", "", "leave it out: two builds of one source are the same bytes"},
    {"__TIME__", "", "leave it out: two builds of one source are the same bytes"},
    {"atoi(", "", from_chars},
    {"atof(", "", from_chars},
    {"strtod(", "", from_chars},
    {"using namespace", "", "write the name out, or a using-declaration for that one name"},
});

constexpr std::array<std::string_view, 3> notes = {"TODO", "FIXME", "XXX"};

constexpr std::array<std::string_view, 5> machine_folders = {"work", "tmp", "home", "root",
                                                             "Users"};

bool is_listed(std::string_view list, std::string_view word) {
  for (std::size_t at = list.find(word); at != std::string_view::npos;
       at = list.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
  }
  return false;
}

std::size_t rank_of(std::string_view part) {
  return static_cast<std::size_t>(std::find(parts.begin(), parts.end(), part) - parts.begin());
}

// What stands before a call: `std::` is the function meant, any other scope or an object is not.
bool is_other_function(std::string_view before) {
  if (before.ends_with("std::")) return false;
  if (before.ends_with("::")) return before.size() > 2 && is_word(before[before.size() - 3]);
  return before.ends_with('.') || before.ends_with("->");
}

// Places of `name` in `code` as a word of its own.
std::vector<std::size_t> places_of(std::string_view code, std::string_view name) {
  const bool any_ending = name.ends_with('*');
  const bool is_call = name.ends_with('(');
  if (any_ending || is_call) name.remove_suffix(1);
  std::vector<std::size_t> places;
  for (std::size_t at = code.find(name); at != std::string_view::npos;
       at = code.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if (at > 0 && is_word(code[at - 1])) continue;
    if (!any_ending && end < code.size() && is_word(code[end])) continue;
    if (is_call) {
      const std::size_t next = code.find_first_not_of(' ', end);
      if (next == std::string_view::npos || code[next] != '(') continue;
      if (is_other_function(code.substr(0, at))) continue;
    }
    places.push_back(at);
  }
  return places;
}

bool include_matches(std::string_view pattern, std::string_view target) {
  if (!pattern.ends_with('*')) return pattern == target;
  return target.starts_with(pattern.substr(0, pattern.size() - 1));
}

std::string shown(std::string_view name) {
  std::string text(name);
  if (text.ends_with('(')) text += ')';
  if (text.ends_with('*')) text.pop_back();
  return text;
}

bool is_in_tree(const std::vector<SourceFile>& tree, std::string_view path) {
  const auto at = std::lower_bound(
      tree.begin(), tree.end(), path,
      [](const SourceFile& file, std::string_view wanted) { return file.path < wanted; });
  return at != tree.end() && at->path == path;
}

// The path in the tree that an include means, "" if it is no header of the project.
std::string project_path(const SourceFile& file, const Include& include) {
  constexpr std::string_view prefix = "holdfast/";
  if (include.quoted) {
    return file.path.substr(0, file.path.rfind('/') + 1) + std::string(include.target);
  }
  if (!include.target.starts_with(prefix)) return {};
  return std::string(include.target.substr(prefix.size()));
}

std::string_view without_ending(std::string_view path) { return path.substr(0, path.rfind('.')); }

// Which sources of tests/ the build takes (see tests/CMakeLists.txt).
bool is_built(std::string_view path) {
  if (path.starts_with("tests/bench/")) return path.ends_with("_bench.cpp");
  if (path.starts_with("tests/fuzz/")) return path.ends_with("_fuzz.cpp");
  if (top_folder(path) == "tests" && path.find('/') == path.rfind('/')) {
    return path == "tests/tidy_test.cpp";
  }
  return rank_of(top_folder(path)) < parts.size();
}

}  // namespace

std::vector<Finding> check_dependencies(const SourceFile& file,
                                        const std::vector<SourceFile>& tree) {
  std::vector<Finding> findings;
  const std::string_view own = top_folder(file.path);
  for (const Include& include : includes_of(file)) {
    const std::string target(include.target);
    const std::string path = project_path(file, include);
    if (include.quoted && !(own == "tests" && is_in_tree(tree, path))) {
      findings.push_back({file.path, include.line,
                          "\"" + target + "\": write <holdfast/PART/FILE.h> for a project header"});
    } else if (path.empty()) {
      if (rank_of(top_folder(target)) == parts.size()) continue;
      findings.push_back(
          {file.path, include.line,
           '<' + target + ">: write <holdfast/" + target + ">, or it may be a file of the user's"});
    } else if (rank_of(top_folder(path)) > rank_of(own)) {
      findings.push_back({file.path, include.line,
                          std::string(own) + "/ may not use " + std::string(top_folder(path)) +
                              "/: move what both need to the left (model, sim, replay, reports, "
                              "cli), or pass it in"});
    } else if (!is_in_tree(tree, path)) {
      findings.push_back({file.path, include.line, '<' + target + ">: no such file in the tree"});
    }
  }
  return findings;
}

std::vector<Finding> check_banned_includes(const SourceFile& file) {
  std::vector<Finding> findings;
  const std::string_view own = top_folder(file.path);
  for (const Include& include : includes_of(file)) {
    for (const Banned& banned : banned_includes) {
      if (!include_matches(banned.name, include.target) || is_listed(banned.allowed, own)) continue;
      findings.push_back({file.path, include.line,
                          '<' + std::string(include.target) + ">: " + std::string(banned.instead)});
    }
  }
  return findings;
}

std::vector<Finding> check_banned_names(const SourceFile& file) {
  std::vector<Finding> findings;
  if (!is_cpp(file.path)) return findings;
  for (const Banned& banned : banned_names) {
    if (is_listed(banned.allowed, top_folder(file.path))) continue;
    for (const std::size_t place : places_of(file.code, banned.name)) {
      findings.push_back({file.path, line_at(file.code, place),
                          shown(banned.name) + ": " + std::string(banned.instead)});
    }
  }
  std::sort(findings.begin(), findings.end());
  return findings;
}

std::vector<Finding> check_leftover_notes(const SourceFile& file) {
  std::vector<Finding> findings;
  if (!is_written_by_hand(file.path)) return findings;
  for (const std::string_view note : notes) {
    for (const std::size_t place : places_of(file.comments, note)) {
      findings.push_back(
          {file.path, line_at(file.comments, place),
           std::string(note) + ": do it, or write a test fixme_... that shows the gap"});
    }
  }
  return findings;
}

std::vector<Finding> check_machine_paths(const SourceFile& file, std::string_view checkout) {
  std::vector<Finding> findings;
  if (!is_written_by_hand(file.path)) return findings;
  std::vector<std::string> wanted;
  wanted.reserve(machine_folders.size() + 1);
  for (const std::string_view name : machine_folders)
    wanted.push_back('/' + std::string(name) + '/');
  // A checkout in / or one level below has a name that may be a word of the text.
  if (std::count(checkout.begin(), checkout.end(), '/') > 1) wanted.emplace_back(checkout);
  std::set<int> lines;
  const std::string_view text = file.text;
  for (const std::string& folder : wanted) {
    for (std::size_t at = text.find(folder); at != std::string_view::npos;
         at = text.find(folder, at + 1)) {
      const bool is_relative =
          at > 0 && (is_word(text[at - 1]) ||
                     std::string_view(".-}*/").find(text[at - 1]) != std::string_view::npos);
      if (!is_relative) lines.insert(line_at(text, at));
    }
  }
  for (const int line : lines) {
    findings.push_back({file.path, line,
                        "path of one machine: write it from the root of the checkout, in tests "
                        "HOLDFAST_SOURCE_DIR or testing::TempDir()"});
  }
  return findings;
}

std::vector<Finding> check_dead_files(const std::vector<SourceFile>& tree) {
  std::set<std::string> used;
  for (const SourceFile& file : tree) {
    for (const Include& include : includes_of(file)) {
      const std::string path = project_path(file, include);
      if (without_ending(path) != without_ending(file.path)) used.insert(path);
    }
  }
  std::vector<Finding> findings;
  for (const SourceFile& file : tree) {
    if (is_header(file.path) && !used.contains(file.path)) {
      findings.push_back(
          {file.path, 1, "no file but its own source includes this header: use it or delete it"});
    }
    const bool consumer = file.path.starts_with("tests/install/consumer/");
    if (file.path.ends_with(".cpp") && !consumer && !is_built(file.path)) {
      findings.push_back({file.path, 1,
                          "nothing builds this source: name it as tests/CMakeLists.txt says, or "
                          "move it to its part"});
    }
  }
  return findings;
}

std::vector<Finding> check_folders(const std::vector<SourceFile>& tree) {
  std::vector<Finding> findings;
  std::map<std::string, bool> has_scenario;
  std::set<std::string_view> strangers;
  for (const SourceFile& file : tree) {
    const std::string_view top = top_folder(file.path);
    const bool known =
        top.empty() || top == "scenarios" || top.starts_with('.') || rank_of(top) < parts.size();
    if (!known && strangers.insert(top).second) {
      findings.push_back({file.path, 1,
                          std::string(top) +
                              "/ is no folder of the architecture: the parts are "
                              "model, sim, replay, reports and cli, beside scenarios and tests"});
    }
    if (top != "scenarios") continue;
    const std::size_t slash = file.path.find('/', top.size() + 1);
    if (slash == std::string::npos) continue;
    has_scenario[file.path.substr(0, slash)] |= file.path.ends_with(".yaml");
  }
  for (const auto& [folder, has_one] : has_scenario) {
    if (has_one) continue;
    findings.push_back({folder, 1, "no scenario in this folder: add a .yaml file or delete it"});
  }
  return findings;
}

}  // namespace holdfast
