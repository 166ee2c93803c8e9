// Checks of the form of one file: sizes, blanks, the first line of a header. Each gives what there
// is to change, nothing if all is well.
#pragma once

#include <holdfast/tests/support/tidy_source.h>

namespace holdfast {

inline constexpr int most_columns = 100;
inline constexpr int most_lines_of_file = 500;
inline constexpr int most_lines_of_function = 70;

// A function as the brace heuristic sees it. The first line is that of its head (the template line
// included), the last that of its closing brace.
struct FunctionSpan {
  int first_line = 0;
  int last_line = 0;
  std::string name;
  friend bool operator==(const FunctionSpan&, const FunctionSpan&) = default;
};

// The functions of a C++ file, bodies of classes included, lambdas and local classes not.
//
// Heuristic, over the code without comments, literals and preprocessor lines: outside a function an
// opening brace begins one if the text since the last `;`, `{` or `}` contains a `)`, does not
// begin with namespace, struct, class, union or enum, and does not end in `=`, `,` or `(`. The
// function ends at the brace that closes it, unless it has `:` after its parameters and `,` or `{`
// follows: then that brace closed a member initialiser.
std::vector<FunctionSpan> functions_of(const SourceFile& file);

// Columns count characters, not bytes. Prose and data may have longer lines.
std::vector<Finding> check_line_lengths(const SourceFile& file);

std::vector<Finding> check_file_length(const SourceFile& file);
std::vector<Finding> check_function_lengths(const SourceFile& file);

// No tab, no blank at the end of a line, no carriage return, one line end at the end of the file.
std::vector<Finding> check_blanks(const SourceFile& file);

// A header's first code is `#pragma once`.
std::vector<Finding> check_pragma_once(const SourceFile& file);

}  // namespace holdfast
