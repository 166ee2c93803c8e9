// Checks of what files use: the line of dependencies, includes and calls that have a replacement,
// words that do not stay, files that nothing uses, folders that do not belong.
#pragma once

#include <holdfast/tests/support/tidy_source.h>

namespace holdfast {

// A project header is included as <holdfast/PART/FILE.h>, is in the tree, and lies in the same part
// or in one to the left: model, sim, replay, reports, cli, tests. Tests may include a header of
// their own folder in quotes.
std::vector<Finding> check_dependencies(const SourceFile& file,
                                        const std::vector<SourceFile>& tree);

// Headers that a part does without.
std::vector<Finding> check_banned_includes(const SourceFile& file);

// Names in code that a part does without.
std::vector<Finding> check_banned_names(const SourceFile& file);

// Notes to oneself (see the table) in comments and prose.
std::vector<Finding> check_leftover_notes(const SourceFile& file);

// Paths of the machine that built or wrote the project. `checkout` is the folder it lies in now.
std::vector<Finding> check_machine_paths(const SourceFile& file, std::string_view checkout);

// Headers that no other file includes but their own source, and sources that no target builds.
std::vector<Finding> check_dead_files(const std::vector<SourceFile>& tree);

// Folders at the root are those of the architecture; each folder of scenarios/ has a scenario.
std::vector<Finding> check_folders(const std::vector<SourceFile>& tree);

}  // namespace holdfast
