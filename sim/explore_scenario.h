// Explores a scenario and says of every never-property what became of it.
//
// Thread safety: a function of its arguments; uses as many threads as the options say.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <holdfast/sim/course.h>
#include <holdfast/sim/course_parameters.h>
#include <holdfast/sim/critical_step.h>

namespace holdfast {

// `holds`: in every state within the bounds. `not_asked`: so too, but its antecedent never
// occurred, so that it says nothing. `undecided`: a limit ended the search before an answer.
enum class Answer : std::uint8_t { violated, holds, not_asked, undecided };
template <>
inline constexpr auto names_of<Answer> =
    std::to_array<std::string_view>({"violated", "holds", "not_asked", "undecided"});

struct ShortestCourse {
  // Empty: the way that was found could not be walked again, which is an error of holdfast.
  std::optional<Course> course;
  std::string cause;     // by cause: what takes the step that violates, with whoever called it
  std::string sentence;  // of the violation; with the names of the timed course if there is one
  int changes = 0;       // steps that change something besides the procedure that takes them
  Scenario scenario;     // takes the course; only with a course
  CourseParameters parameters;   // of that scenario; if asked for and the timing is possible
  bool timing_possible = false;  // it is violated with the clock as well
  std::optional<CriticalStep> critical;  // if it was asked for
};

struct PropertyAnswer {
  const Property* property = nullptr;
  Answer answer = Answer::undecided;
  std::size_t depth = 0;                         // moves to the violation
  std::optional<ShortestCourse> counterexample;  // of what is violated
  std::vector<ShortestCourse> others;            // by cause: of each other one, nearest first
};

struct ScenarioExploration {
  Bounds bounds;  // as they applied
  Grid grid;      // likewise; its unit is 0 where no time was kept
  Coverage coverage;
  Exploration exploration;              // without its traces
  std::vector<PropertyAnswer> answers;  // of the never-properties, in their order
  bool more_causes = false;             // by cause: there are more than could be told apart

  bool is_whole() const { return exploration.ending == Ending::complete; }
  const PropertyAnswer& answer(std::string_view property) const;
};

struct ScenarioExploreOptions {
  ExploreOptions explore;
  PlatformSpace::Options space;
  // Only this property is answered, and the search ends with it unless it is by cause; empty: all.
  std::string property;
  // Says of each course on which parameters it depends, by running it with each of them changed.
  bool parameters = false;
  // Looks for the critical step of each counterexample, within the limits of `explore`.
  bool critical_step = false;
};

// Requires: space_refusal(scenario) is empty, and grid_refusal(scenario) too if time is kept; the
// property is empty or a never-property.
ScenarioExploration explore_scenario(const Scenario& scenario,
                                     const ScenarioExploreOptions& options);

}  // namespace holdfast
