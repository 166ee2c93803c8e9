// The style of the whole tree, held by a test: each finding names the file, the line and what to
// use instead. The first half shows on small bad texts that every check can fail, the second runs
// the checks over the tree. The checks themselves: tests/support/tidy_*.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <holdfast/tests/support/scratch_folder.h>
#include <holdfast/tests/support/tidy_form.h>
#include <holdfast/tests/support/tidy_rules.h>
#include <holdfast/tests/support/tidy_source.h>

namespace holdfast {
namespace {

using Tree = std::vector<SourceFile>;

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

std::string names(std::string_view path, std::string text) {
  return to_text(check_banned_names(source_file(std::string(path), std::move(text))));
}

std::string includes(std::string_view path, std::string text) {
  return to_text(check_banned_includes(source_file(std::string(path), std::move(text))));
}

std::string dependencies(std::string_view path, std::string text) {
  const Tree tree = {source_file("model/pod.h", ""), source_file("sim/walk.h", ""),
                     source_file("tests/sim/near.h", ""), source_file("tests/support/toy.h", "")};
  return to_text(check_dependencies(source_file(std::string(path), std::move(text)), tree));
}

// First and last line and name of each function.
std::string spans(const SourceFile& file) {
  std::string text;
  for (const FunctionSpan& function : functions_of(file)) {
    text += std::to_string(function.first_line) + '-' + std::to_string(function.last_line) + ' ' +
            function.name + '\n';
  }
  return text;
}

// --- telling code from comments and literals ---

TEST(TidySource, keeps_code_and_comments_apart) {
  const SourceFile file = source_file("a.cpp", "int a; // b\n/* c\nd */ int e;\n");
  EXPECT_EQ(file.code, "int a;     \n    \n     int e;\n");
  EXPECT_EQ(file.comments, "       // b\n/* c\nd */       \n");
}

TEST(TidySource, blanks_what_stands_in_literals) {
  EXPECT_EQ(source_file("a.cpp", R"(f("a//b", '"', "\"x");)").code, R"(f("    ", ' ', "   ");)");
  EXPECT_EQ(source_file("a.cpp", "g(R\"x(a\n)\" b)x\", u8R\"(\")\");").code,
            "g(R\"   \n      \", u8R\"   \");");
}

TEST(TidySource, takes_the_quote_in_a_number_for_no_literal) {
  const std::string text = "a = 1'000'000 + 0xFF'AB'CD; b = 'c'; // d";
  EXPECT_EQ(source_file("a.cpp", text).code, "a = 1'000'000 + 0xFF'AB'CD; b = ' ';     ");
}

TEST(TidySource, finds_includes_but_not_those_in_literals_and_comments) {
  const SourceFile file = source_file(
      "a.cpp",
      "#include <a.h>\n//#include <b.h>\n  # include \"c.h\"\nx = R\"(\n#include <d>\n)\";");
  const std::vector<Include> found = includes_of(file);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].target, "a.h");
  EXPECT_EQ(found[0].line, 1);
  EXPECT_FALSE(found[0].quoted);
  EXPECT_EQ(found[1].target, "c.h");
  EXPECT_EQ(found[1].line, 3);
  EXPECT_TRUE(found[1].quoted);
}

TEST(TidySource, reads_every_folder_but_those_of_builds) {
  const ScratchFolder folder;
  const std::filesystem::path& root = folder.path();
  for (const char* path : {"model/a.h", "scenarios/b/c.yaml", ".ci/run", "build/d.h",
                           "build-asan/e.h", ".git/f.h", "tests/build/g.h", "worktree/.git"}) {
    std::filesystem::create_directories((root / path).parent_path());
    std::ofstream(root / path) << path;
  }
  std::string seen;
  for (const SourceFile& file : read_tree(root)) seen += file.path + "=" + file.text + "\n";
  EXPECT_EQ(seen, ".ci/run=.ci/run\nmodel/a.h=model/a.h\nscenarios/b/c.yaml=scenarios/b/c.yaml\n");
}

// --- form ---

TEST(TidyForm, names_a_line_that_is_too_long) {
  const std::string fits(100, 'x');
  EXPECT_EQ(to_text(check_line_lengths(source_file("a.h", "\n" + fits + "\n" + fits + "y\n"))),
            "a.h:3: 101 of at most 100 columns: break the line\n");
}

TEST(TidyForm, counts_characters_not_bytes) {
  EXPECT_EQ(to_text(check_line_lengths(source_file("a.h", repeated("ü", 100)))), "");
}

TEST(TidyForm, names_a_file_that_is_too_long) {
  EXPECT_EQ(to_text(check_file_length(source_file("a.h", repeated("\n", 500)))), "");
  EXPECT_EQ(to_text(check_file_length(source_file("a.h", repeated("\n", 501)))),
            "a.h:501: 501 of at most 500 lines: cut the file in two by subject\n");
}

TEST(TidyForm, names_a_function_that_is_too_long) {
  const auto with_lines = [](int lines) {
    const std::string body = repeated("  { ++a; }\n", lines);
    return source_file("a.cpp", "namespace n {\n\nint f(int a) {\n" + body + "}\n}\n");
  };
  EXPECT_EQ(to_text(check_function_lengths(with_lines(68))), "");
  EXPECT_EQ(to_text(check_function_lengths(with_lines(69))),
            "a.cpp:3: function f has 71 of at most 70 lines: give its steps functions of their "
            "own\n");
}

TEST(TidyForm, finds_functions_by_their_braces) {
  const SourceFile file = source_file("a.cpp", R"(
struct S : T<f()> {
  S(int a)
      : a_{a}, b_{f(a)} {
    g();
  }
  int h() const { return 1; }
  int c[2] = {f(1), f(2)};
};
enum class E { a = f(1), b };
template <class T>
  requires(sizeof(T) > 1)
auto k(T t) -> decltype(t) {
  if (t) { return [](int x) { return x; }(t); }
  return t;
}
constexpr Row rows[] = {
    {"a", [](int a) { return a; }, 1},
    {f(2), g},
};
TEST(Suite, name) {
}
)");
  EXPECT_EQ(spans(file), "3-6 S\n7-7 h\n11-16 requires\n18-18 \n21-22 TEST(Suite, name)\n");
}

TEST(TidyForm, is_not_misled_by_braces_in_literals_comments_and_macros) {
  const SourceFile file =
      source_file("a.cpp", "#define OPEN {\nvoid f() {\n  g(\"}\", '}');  // }\n}\nvoid h() {}\n");
  EXPECT_EQ(spans(file), "2-4 f\n5-5 h\n");
}

TEST(TidyForm, names_blanks_tabs_and_a_missing_line_end) {
  EXPECT_EQ(to_text(check_blanks(source_file("a.md", "a \nb\tc\nd\r\ne\t\nf"))),
            "a.md:1: blank at the end of the line: delete it\n"
            "a.md:2: tab: indent with spaces, write \\t in a literal\n"
            "a.md:3: carriage return: end lines with a line feed only\n"
            "a.md:4: blank at the end of the line: delete it\n"
            "a.md:5: no line end at the end of the file: add one\n");
  EXPECT_EQ(to_text(check_blanks(source_file("a.md", "a\n\n"))),
            "a.md:2: empty line at the end of the file: delete it\n");
  EXPECT_EQ(to_text(check_blanks(source_file("tests/logs/data/a.log", "a \t\n\n"))), "");
}

TEST(TidyForm, wants_pragma_once_before_other_code) {
  EXPECT_EQ(to_text(check_pragma_once(source_file("a.h", "// what for\n#pragma once\n"))), "");
  EXPECT_EQ(to_text(check_pragma_once(source_file("a.h", "// #pragma once\nint a;\n"))),
            "a.h:2: the header's code begins here: write #pragma once before it\n");
  EXPECT_EQ(to_text(check_pragma_once(source_file("a.h", ""))),
            "a.h:1: the header's code begins here: write #pragma once before it\n");
}

// --- rules ---

TEST(TidyRules, lets_a_part_use_itself_and_those_to_its_left) {
  EXPECT_EQ(dependencies("sim/a.cpp",
                         "#include <holdfast/model/pod.h>\n"
                         "#include <holdfast/sim/walk.h>\n#include <vector>\n"),
            "");
  EXPECT_EQ(dependencies("tests/sim/a.cpp",
                         "#include <holdfast/tests/support/toy.h>\n#include \"near.h\"\n"),
            "");
}

TEST(TidyRules, names_an_include_to_the_right) {
  EXPECT_EQ(dependencies("model/pod.cpp", "\n#include <holdfast/sim/walk.h>\n"),
            "model/pod.cpp:2: model/ may not use sim/: move what both need to the left (model, "
            "sim, replay, reports, cli), or pass it in\n");
  EXPECT_EQ(dependencies("cli/a.cpp", "#include <holdfast/tests/support/toy.h>\n"),
            "cli/a.cpp:1: cli/ may not use tests/: move what both need to the left (model, sim, "
            "replay, reports, cli), or pass it in\n");
}

TEST(TidyRules, names_includes_of_another_form) {
  EXPECT_EQ(dependencies("sim/a.cpp",
                         "#include \"walk.h\"\n#include <model/pod.h>\n"
                         "#include <holdfast/sim/none.h>\n"),
            "sim/a.cpp:1: \"walk.h\": write <holdfast/PART/FILE.h> for a project header\n"
            "sim/a.cpp:2: <model/pod.h>: write <holdfast/model/pod.h>, or it may be a file of the "
            "user's\n"
            "sim/a.cpp:3: <holdfast/sim/none.h>: no such file in the tree\n");
  EXPECT_EQ(dependencies("tests/sim/a.cpp", "#include \"toy.h\"\n"),
            "tests/sim/a.cpp:1: \"toy.h\": write <holdfast/PART/FILE.h> for a project header\n");
}

TEST(TidyRules, names_a_header_that_a_part_does_without) {
  EXPECT_EQ(includes("replay/a.h", "#include <cmath>\n"),
            "replay/a.h:1: <cmath>: use integers: floating-point functions differ from one library "
            "to the next\n");
  EXPECT_EQ(includes("model/a.h", "#include <fmt/core.h>\n"),
            "model/a.h:1: <fmt/core.h>: move it to sim/ or further right: model/ is Boost.MSM and "
            "the standard library, without clocks, threads, chance and text\n");
  EXPECT_EQ(includes("sim/a.h", "#include <fstream>\n"),
            "sim/a.h:1: <fstream>: take and give text: model, sim and reports touch no disk\n");
  EXPECT_EQ(includes("reports/a.h", "#include <cmath>\n#include <fmt/core.h>\n"), "");
  EXPECT_EQ(includes("model/a.h", "#include <boost/msm/back/state_machine.hpp>\n"), "");
}

TEST(TidyRules, names_chance_that_differs_between_libraries) {
  const std::string use =
      "use RandomStream (holdfast/sim/random.h): the same numbers with every standard library\n";
  EXPECT_EQ(names("sim/a.cpp", "std::uniform_int_distribution<int> d;\n"),
            "sim/a.cpp:1: std::uniform_int_distribution: " + use);
  EXPECT_EQ(names("tests/sim/a.cpp", "\nint a = rand();"), "tests/sim/a.cpp:2: rand(): " + use);
  EXPECT_EQ(names("sim/a.cpp", "std::mt19937_64 g;"), "sim/a.cpp:1: std::mt19937: " + use);
  EXPECT_EQ(names("sim/a.cpp", "int operand(int); operand (1); random.rand(2);"), "");
}

TEST(TidyRules, names_containers_without_an_order) {
  EXPECT_EQ(names("tests/a.h", "std::unordered_map<int, int> m;\n"),
            "tests/a.h:1: std::unordered_: use std::map, std::set or a sorted vector: the same "
            "order in every run\n");
}

TEST(TidyRules, names_printing_and_leaving_outside_the_program) {
  EXPECT_EQ(names("sim/a.cpp", "std::cout << 1;\nstd::printf(\"x\");\nstd::exit(1);\n"),
            "sim/a.cpp:1: std::cout: return text: only cli/ prints\n"
            "sim/a.cpp:2: printf(): return text: only cli/ prints\n"
            "sim/a.cpp:3: exit(): return a result: only cli/ ends the program\n");
  EXPECT_EQ(names("cli/a.cpp", "std::cout << 1; std::printf(\"x\"); std::exit(1);"), "");
  EXPECT_EQ(names("model/a.cpp", "state.exit(1); on_exit(2); row->exit(3); machine::exit(4);"), "");
}

TEST(TidyRules, names_a_whole_namespace_let_in) {
  EXPECT_EQ(names("tests/a.cpp", "using namespace std;\n"),
            "tests/a.cpp:1: using namespace: write the name out, or a using-declaration for that "
            "one name\n");
}

TEST(TidyRules, sees_no_banned_name_in_comments_and_literals) {
  EXPECT_EQ(names("sim/a.cpp", "// std::rand\nf(\"std::cout\");\n"), "");
}

TEST(TidyRules, names_notes_left_in_comments) {
  EXPECT_EQ(to_text(check_leftover_notes(source_file("a.cpp", "f();\n// TODO: more\n"))),
            "a.cpp:2: TODO: do it, or write a test fixme_... that shows the gap\n");
  EXPECT_EQ(to_text(check_leftover_notes(source_file("a.yaml", "# FIXME\n"))),
            "a.yaml:1: FIXME: do it, or write a test fixme_... that shows the gap\n");
  EXPECT_EQ(to_text(check_leftover_notes(source_file("a.cpp", "int fixme_a; f(\"TODO\");"))), "");
}

TEST(TidyRules, names_paths_of_one_machine) {
  const std::string advice =
      "path of one machine: write it from the root of the checkout, in tests HOLDFAST_SOURCE_DIR "
      "or testing::TempDir()\n";
  const std::string temporary = std::string("/") + "tmp/x";
  const auto findings = [](const std::string& text) {
    return to_text(check_machine_paths(source_file("a.md", text), "/builds/user/holdfast"));
  };
  EXPECT_EQ(findings("a\nsee " + temporary + "\n"), "a.md:2: " + advice);
  EXPECT_EQ(findings("in /builds/user/holdfast/model\n"), "a.md:1: " + advice);
  EXPECT_EQ(findings("see frame" + temporary + " and a" + temporary + "\n"), "");
}

TEST(TidyRules, names_headers_that_nothing_includes) {
  const Tree tree = {source_file("model/a.cpp", "#include <holdfast/model/a.h>\n"),
                     source_file("model/a.h", "#include <holdfast/model/b.h>\n"),
                     source_file("model/b.h", ""), source_file("tests/model/c.h", ""),
                     source_file("tests/model/c_test.cpp", "#include \"c.h\"\n")};
  EXPECT_EQ(to_text(check_dead_files(tree)),
            "model/a.h:1: no file but its own source includes this header: use it or delete it\n");
}

TEST(TidyRules, names_sources_that_nothing_builds) {
  const std::string advice =
      ":1: nothing builds this source: name it as tests/CMakeLists.txt says, or move it to its "
      "part\n";
  const Tree tree = {source_file("a.cpp", ""), source_file("tests/a_test.cpp", ""),
                     source_file("tests/bench/a.cpp", ""),
                     source_file("tests/model/a_test.cpp", ""),
                     source_file("tests/tidy_test.cpp", "")};
  EXPECT_EQ(to_text(check_dead_files(tree)),
            "a.cpp" + advice + "tests/a_test.cpp" + advice + "tests/bench/a.cpp" + advice);
}

TEST(TidyRules, names_folders_that_do_not_belong) {
  const Tree tree = {source_file(".ci/run", ""),
                     source_file("CMakeLists.txt", ""),
                     source_file("docs/a.md", ""),
                     source_file("docs/b.md", ""),
                     source_file("scenarios/README.md", ""),
                     source_file("scenarios/x/a.yaml", ""),
                     source_file("scenarios/y/a.md", "")};
  EXPECT_EQ(to_text(check_folders(tree)),
            "docs/a.md:1: docs/ is no folder of the architecture: the parts are model, sim, "
            "replay, reports and cli, beside scenarios and tests\n"
            "scenarios/y:1: no scenario in this folder: add a .yaml file or delete it\n");
}

// --- the tree ---

class TidyTree : public testing::Test {
 protected:
  static void SetUpTestSuite() { tree() = read_tree(HOLDFAST_SOURCE_DIR); }
  static Tree& tree() {
    static Tree files;
    return files;
  }
  static void expect_none(const std::vector<Finding>& findings) {
    EXPECT_TRUE(findings.empty()) << to_text(findings);
  }
  template <class Check>
  static void expect_none_in_files(Check check) {
    std::vector<Finding> all;
    for (const SourceFile& file : tree()) {
      const std::vector<Finding> some = check(file);
      all.insert(all.end(), some.begin(), some.end());
    }
    expect_none(all);
  }
};

TEST_F(TidyTree, is_read) {
  std::string seen;
  for (const SourceFile& file : tree()) seen += ' ' + file.path;
  for (const char* path : {" CMakeLists.txt", " model/model.h", " tests/tidy_test.cpp"}) {
    EXPECT_NE(seen.find(path), std::string::npos) << path;
  }
}

TEST_F(TidyTree, lines_fit) { expect_none_in_files(check_line_lengths); }
TEST_F(TidyTree, files_fit) { expect_none_in_files(check_file_length); }
TEST_F(TidyTree, functions_fit) { expect_none_in_files(check_function_lengths); }
TEST_F(TidyTree, blanks_are_in_order) { expect_none_in_files(check_blanks); }
TEST_F(TidyTree, headers_have_pragma_once) { expect_none_in_files(check_pragma_once); }
TEST_F(TidyTree, parts_include_what_they_may) { expect_none_in_files(check_banned_includes); }
TEST_F(TidyTree, parts_call_what_they_may) { expect_none_in_files(check_banned_names); }
TEST_F(TidyTree, no_note_is_left) { expect_none_in_files(check_leftover_notes); }
TEST_F(TidyTree, no_file_is_dead) { expect_none(check_dead_files(tree())); }
TEST_F(TidyTree, folders_are_those_of_the_architecture) { expect_none(check_folders(tree())); }

TEST_F(TidyTree, parts_keep_the_line_of_dependencies) {
  expect_none_in_files([](const SourceFile& file) { return check_dependencies(file, tree()); });
}

TEST_F(TidyTree, no_path_of_one_machine_is_left) {
  expect_none_in_files(
      [](const SourceFile& file) { return check_machine_paths(file, HOLDFAST_SOURCE_DIR); });
}

}  // namespace
}  // namespace holdfast
