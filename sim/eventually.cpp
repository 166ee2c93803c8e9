#include <holdfast/sim/eventually.h>

#include <algorithm>

namespace holdfast {
namespace {

constexpr PlatformSpace::Options unreduced{.lazy_reads = false, .pods_at_a_time = true};
// No never-property is looked for.
constexpr std::string_view nobodys = "none";
constexpr std::uint64_t first_states = 50'000;

std::size_t length(const Lasso& lasso) { return lasso.stem.size() + lasso.loop.size(); }

struct FoundLasso {
  const Debt* debt = nullptr;
  Lasso lasso;
};

// The shortest for each of whom something is owed by the property, shortest first.
std::vector<FoundLasso> lassos_of(const PlatformGraph& graph, FairCycles& cycles,
                                  const Property& property) {
  std::vector<FoundLasso> found;
  for (std::size_t i = 0; i < graph.debts().size(); ++i) {
    if (graph.debts()[i].property != &property) continue;
    std::optional<Lasso> lasso = cycles.find(graph.owed(i));
    if (lasso) found.push_back({&graph.debts()[i], std::move(*lasso)});
  }
  std::stable_sort(found.begin(), found.end(), [](const FoundLasso& a, const FoundLasso& b) {
    return length(a.lasso) < length(b.lasso);
  });
  return found;
}

bool is_asked(const PlatformGraph& graph, const Property& property) {
  return std::any_of(graph.debts().begin(), graph.debts().end(),
                     [&](const Debt& debt) { return debt.property == &property; });
}

class EventualExplorer {
 public:
  EventualExplorer(const Scenario& scenario, const EventualOptions& options)
      : options_(options),
        limits_(options.limits),
        space_(scenario, unreduced, nobodys),
        walked_(scenario, unreduced, nobodys) {
    for (const Property& property : properties()) {
      if (property.kind != PropertyKind::eventually) continue;
      if (!options.property.empty() && property.name != options.property) continue;
      found_.answers.emplace_back().property = &property;
    }
    found_.bounds = space_.bounds();
  }

  EventualExploration run() {
    if (options_.reduced_first) {
      const PlatformSpace reduced(space_.scenario(),
                                  {.lazy_reads = true,
                                   .drop_the_done = false,
                                   .put_off_ends = false,
                                   .pods_at_a_time = true},
                                  nobodys);
      search(reduced, found_.reduced, [&](const PlatformGraph& graph, FairCycles& cycles) {
        for (EventualAnswer& answer : found_.answers) look_reduced(reduced, graph, cycles, answer);
      });
    }
    if (is_answered() || limits_.most_us == 0) return std::move(found_);
    search(space_, found_.graph, [&](const PlatformGraph& graph, FairCycles& cycles) {
      for (EventualAnswer& answer : found_.answers) look(graph, cycles, answer);
    });
    return std::move(found_);
  }

 private:
  bool is_answered() const {
    return std::all_of(found_.answers.begin(), found_.answers.end(),
                       [](const EventualAnswer& one) { return one.answer == Answer::violated; });
  }

  // The search of one property ends with it: looked for each time that the graph has grown
  // fourfold.
  template <class Look>
  void search(const PlatformSpace& space, GraphSize& size, Look look) {
    std::vector<const Property*> wanted;
    for (const EventualAnswer& one : found_.answers) wanted.push_back(one.property);
    const std::uint64_t most_states = limits_.most_states;
    ExploreOptions limits = limits_;
    if (wanted.size() == 1) limits.most_states = std::min(first_states, most_states);
    PlatformGraph graph(space, wanted, limits);
    for (;;) {
      found_.coverage = space.coverage();
      size = graph.size();
      FairCycles cycles(graph.graph());
      look(graph, cycles);
      if (is_answered() || size.ending != Ending::state_limit ||
          limits.most_states >= most_states) {
        break;
      }
      limits.most_states = std::min(limits.most_states * 4, most_states);
      graph.grow(limits);
    }
    if (limits_.most_us != ExploreOptions::no_limit) {
      limits_.most_us -= std::min(limits_.most_us, graph.elapsed_us());
    }
    if (is_answered() && size.ending != Ending::complete) size.ending = Ending::violation;
  }

  void look_reduced(const PlatformSpace& reduced, const PlatformGraph& graph, FairCycles& cycles,
                    EventualAnswer& answer) {
    for (const FoundLasso& found : lassos_of(graph, cycles, *answer.property)) {
      const auto taken = unreduced_steps_of(reduced, walked_, graph, found.lasso);
      if (!taken) continue;
      answer.course = walk_for_ever(walked_, *found.debt, *taken);
      if (!answer.course) continue;
      answer.answer = Answer::violated;
      answer.scenario = scenario_of(walked_, *answer.course, answer.property->name);
      return;
    }
  }

  void look(const PlatformGraph& graph, FairCycles& cycles, EventualAnswer& answer) {
    if (answer.answer == Answer::violated) return;
    for (const FoundLasso& found : lassos_of(graph, cycles, *answer.property)) {
      answer.answer = Answer::violated;
      answer.course = walk_for_ever(walked_, *found.debt, steps_of(walked_, graph, found.lasso));
      if (!answer.course) continue;
      answer.scenario = scenario_of(walked_, *answer.course, answer.property->name);
      return;
    }
    if (answer.answer == Answer::violated || !graph.is_complete()) return;
    if (!is_asked(graph, *answer.property)) {
      answer.answer = Answer::not_asked;
      return;
    }
    const std::vector<bool> all(graph.graph().nodes(), true);
    if (goes_on_.empty()) goes_on_ = cycles.with_fair_course(all);
    answer.leads_beyond = leads_beyond(graph, *answer.property);
    if (!answer.leads_beyond) answer.answer = Answer::holds;
  }

  // To say of courses that there are none which owe something for ever, there must be courses.
  bool leads_beyond(const PlatformGraph& graph, const Property& property) const {
    for (std::size_t i = 0; i < graph.debts().size(); ++i) {
      if (graph.debts()[i].property != &property) continue;
      const std::vector<bool> owed = graph.owed(i);
      for (std::size_t node = 0; node < owed.size(); ++node) {
        if (owed[node] && !goes_on_[node]) return true;
      }
    }
    return false;
  }

  const EventualOptions& options_;
  ExploreOptions limits_;  // what is left of them
  std::vector<bool> goes_on_;  // by node of the complete graph: a fair course goes on from there
  const PlatformSpace space_;
  const PlatformSpace walked_;  // the same: its counters are of nobody's interest
  EventualExploration found_;
};

}  // namespace

const EventualAnswer& EventualExploration::answer(std::string_view property) const {
  return *std::find_if(answers.begin(), answers.end(),
                       [&](const EventualAnswer& one) { return one.property->name == property; });
}

EventualExploration explore_eventually(const Scenario& scenario, const EventualOptions& options) {
  return EventualExplorer(scenario, options).run();
}

}  // namespace holdfast
