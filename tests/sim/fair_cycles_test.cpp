#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include <holdfast/sim/fair_cycles.h>

namespace holdfast {
namespace {

constexpr std::uint32_t nobody = FairGraph::nobody;
constexpr GraphNode nowhere = FairGraph::nowhere;

// Of each node its steps: where to, and by whom.
using Steps = std::vector<std::vector<std::pair<GraphNode, std::uint32_t>>>;

FairGraph graph_of(const Steps& nodes) {
  FairGraph graph;
  for (const auto& steps : nodes) {
    std::uint32_t number = 0;
    for (const auto& [to, process] : steps) graph.add_edge(to, process, number++);
    graph.end_node();
  }
  return graph;
}

std::optional<Lasso> lasso_of(const FairGraph& graph, std::vector<bool> owed = {}) {
  if (owed.empty()) owed.assign(graph.nodes(), true);
  return FairCycles(graph).find(owed);
}

std::vector<GraphNode> places(const std::vector<LassoStep>& steps) {
  std::vector<GraphNode> nodes;
  for (const LassoStep& step : steps) nodes.push_back(step.to);
  return nodes;
}

TEST(FairCycles, a_state_without_steps_is_a_dead_end) {
  const FairGraph graph = graph_of({{{1, 0}}, {{2, 0}}, {}});
  const auto lasso = lasso_of(graph, {false, false, true});
  ASSERT_TRUE(lasso);
  EXPECT_EQ(places(lasso->stem), (std::vector<GraphNode>{1, 2}));
  EXPECT_TRUE(lasso->loop.empty());
}

TEST(FairCycles, nothing_is_found_where_nothing_is_owed) {
  EXPECT_FALSE(lasso_of(graph_of({{{1, 0}}, {}}), {true, false}));
  EXPECT_FALSE(lasso_of(graph_of({{{1, 0}}, {{0, 0}}}), {true, false}));
}

TEST(FairCycles, steps_that_nobody_must_take_do_not_save_from_a_dead_end) {
  const auto lasso = lasso_of(graph_of({{{1, nobody}}, {{1, 0}}}), {true, false});
  ASSERT_TRUE(lasso);
  EXPECT_TRUE(lasso->stem.empty());
  EXPECT_TRUE(lasso->loop.empty());
}

TEST(FairCycles, a_step_beyond_the_graph_is_no_dead_end) {
  EXPECT_FALSE(lasso_of(graph_of({{{nowhere, 0}}})));
}

// Process 1 could leave all the time: going round without it is unfair.
TEST(FairCycles, who_could_leave_in_every_state_at_last_does) {
  const FairGraph graph = graph_of({{{1, 0}, {2, 1}}, {{0, 0}, {2, 1}}, {{2, 0}}});
  EXPECT_FALSE(lasso_of(graph, {true, true, false}));
}

TEST(FairCycles, a_step_beyond_the_graph_counts_as_leaving) {
  EXPECT_FALSE(lasso_of(graph_of({{{1, 0}, {nowhere, 1}}, {{0, 0}, {nowhere, 1}}})));
  EXPECT_TRUE(lasso_of(graph_of({{{1, 0}, {nowhere, 1}}, {{0, 0}}})));
}

// Strong fairness would let process 1 leave, because it could again and again.
TEST(FairCycles, who_could_leave_only_now_and_then_may_starve) {
  const FairGraph graph = graph_of({{{1, 0}, {2, 1}}, {{0, 0}}, {{2, 0}}});
  const auto lasso = lasso_of(graph, {true, true, false});
  ASSERT_TRUE(lasso);
  EXPECT_TRUE(lasso->stem.empty());
  EXPECT_EQ(places(lasso->loop), (std::vector<GraphNode>{1, 0}));
}

// Both can take a step everywhere, and process 1 only one that goes round by node 2.
TEST(FairCycles, a_loop_lets_everybody_go_who_could) {
  const Steps nodes{{{1, 0}, {2, 1}}, {{0, 0}, {nowhere, 1}}, {{0, 0}, {nowhere, 1}}};
  const auto lasso = lasso_of(graph_of(nodes));
  ASSERT_TRUE(lasso);
  std::set<std::uint32_t> taken;
  for (const LassoStep& step : lasso->loop) taken.insert(nodes[step.from][step.step].second);
  EXPECT_EQ(taken, (std::set<std::uint32_t>{0, 1}));
  EXPECT_EQ(lasso->loop.back().to, 0U);
}

// Two processes that each stand still by a step of their own both have to take it.
TEST(FairCycles, steps_between_the_same_states_are_taken_one_by_one) {
  const auto lasso = lasso_of(graph_of({{{0, 0}, {0, 1}}}));
  ASSERT_TRUE(lasso);
  EXPECT_EQ(lasso->loop, (std::vector<LassoStep>{{0, 0, 0}, {0, 1, 0}}));
}

TEST(FairCycles, processes_that_take_a_step_together_take_it_once) {
  FairGraph graph;
  graph.add_edge(0, 0, 0);
  graph.add_edge(0, 1, 0);
  graph.end_node();
  const auto lasso = lasso_of(graph);
  ASSERT_TRUE(lasso);
  EXPECT_EQ(lasso->loop, (std::vector<LassoStep>{{0, 0, 0}}));
}

TEST(FairCycles, the_nearest_is_found_and_what_cannot_be_reached_is_not) {
  const FairGraph graph = graph_of({{{1, 0}}, {{2, 0}, {3, 0}}, {{2, 0}}, {{4, 0}}, {{4, 0}}, {}});
  const auto lasso = lasso_of(graph, {false, false, true, true, true, true});
  ASSERT_TRUE(lasso);
  EXPECT_EQ(places(lasso->stem), (std::vector<GraphNode>{1, 2}));
  EXPECT_FALSE(lasso_of(graph, {false, false, false, false, false, true}));
}

// From 1 one may stay for ever in 2, from 3 one can only leave.
TEST(FairCycles, says_from_where_a_course_may_go_on_for_ever) {
  const FairGraph graph =
      graph_of({{{1, 0}, {3, 0}}, {{2, 0}}, {{2, 0}}, {{nowhere, 0}}, {{2, 0}}});
  FairCycles cycles(graph);
  EXPECT_EQ(cycles.with_fair_course({true, true, true, true, true}),
            (std::vector<bool>{true, true, true, false, true}));
  EXPECT_EQ(cycles.with_fair_course({true, false, true, true, true}),
            (std::vector<bool>{false, false, true, false, true}));
  EXPECT_EQ(
      cycles.with_fair_course({true, false, true, true, true}, {false, false, false, true, false}),
      (std::vector<bool>{true, false, true, true, true}));
}

// --- against an enumeration ----------------------------------------------------------------------

struct Toy {
  Steps nodes;
  std::vector<bool> owed;
};

rc::Gen<Toy> toys() {
  return rc::gen::exec([] {
    Toy toy;
    const auto count = *rc::gen::inRange<std::size_t>(1, 6);
    toy.nodes.resize(count);
    for (auto& steps : toy.nodes) {
      const auto edges = *rc::gen::inRange<std::size_t>(0, 4);
      for (std::size_t i = 0; i < edges; ++i) {
        const auto to = *rc::gen::inRange<std::size_t>(0, count + 1);
        const auto process = *rc::gen::inRange<std::uint32_t>(0, 4);
        steps.emplace_back(to == count ? nowhere : static_cast<GraphNode>(to),
                           process == 3 ? nobody : process);
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      toy.owed.push_back(*rc::gen::weightedElement<bool>({{4, true}, {1, false}}));
    }
    return toy;
  });
}

// reach[a] has bit b if a way of one step or more leads from a to b inside the set.
std::vector<unsigned> closure(const Toy& toy, unsigned set) {
  const std::size_t count = toy.nodes.size();
  std::vector<unsigned> reach(count, 0);
  for (std::size_t n = 0; n < count; ++n) {
    for (const auto& [to, process] : toy.nodes[n]) {
      if ((set >> n & 1) != 0 && to < count && (set >> to & 1) != 0) reach[n] |= 1U << to;
    }
  }
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t n = 0; n < count; ++n) {
      if ((reach[n] >> k & 1) != 0) reach[n] |= reach[k];
    }
  }
  return reach;
}

// Whether a process that can take a step in every node of the set takes none inside.
bool is_unfair_to(const Toy& toy, unsigned set, std::uint32_t process) {
  for (std::size_t n = 0; n < toy.nodes.size(); ++n) {
    if ((set >> n & 1) == 0) continue;
    bool can = false;
    for (const auto& [to, by] : toy.nodes[n]) {
      if (by != process) continue;
      can = true;
      if (to < toy.nodes.size() && (set >> to & 1) != 0) return false;
    }
    if (!can) return false;
  }
  return true;
}

// Every set of nodes that a run may stay in for ever, or one node where it may stop.
bool can_be_owed_for_ever(const Toy& toy) {
  const std::size_t count = toy.nodes.size();
  const unsigned reached = closure(toy, (1U << count) - 1)[0] | 1U;
  for (unsigned set = 1; set < 1U << count; ++set) {
    if ((set & reached) != set) continue;
    const std::vector<unsigned> reach = closure(toy, set);
    bool stays = true;
    bool stops = (set & (set - 1)) == 0;
    for (std::size_t n = 0; n < count; ++n) {
      if ((set >> n & 1) == 0) continue;
      stays = stays && toy.owed[n] && reach[n] == set;
      stops = stops && toy.owed[n];
      for (const auto& step : toy.nodes[n]) stops = stops && step.second == nobody;
    }
    for (std::uint32_t process = 0; process < 3; ++process) {
      stays = stays && !is_unfair_to(toy, set, process);
    }
    if (stays || stops) return true;
  }
  return false;
}

void check_way(const Toy& toy, GraphNode at, const std::vector<LassoStep>& way, GraphNode end) {
  for (const LassoStep& step : way) {
    RC_ASSERT(step.from == at);
    RC_ASSERT(toy.nodes[at].at(step.step).first == step.to);
    at = step.to;
  }
  RC_ASSERT(at == end);
}

RC_GTEST_PROP(FairCyclesProperty, a_lasso_is_found_if_and_only_if_there_is_one, ()) {
  const Toy toy = *toys();
  const auto lasso = lasso_of(graph_of(toy.nodes), toy.owed);
  RC_ASSERT(lasso.has_value() == can_be_owed_for_ever(toy));
  RC_CLASSIFY(lasso.has_value());
}

RC_GTEST_PROP(FairCyclesProperty, a_course_goes_on_for_ever_where_a_lasso_begins, ()) {
  Toy toy = *toys();
  const FairGraph graph = graph_of(toy.nodes);
  toy.owed.assign(toy.nodes.size(), true);
  const bool goes_on = FairCycles(graph).with_fair_course(toy.owed)[0];
  RC_ASSERT(goes_on == can_be_owed_for_ever(toy));
}

RC_GTEST_PROP(FairCyclesProperty, a_lasso_can_be_walked_is_owed_throughout_and_fair, ()) {
  const Toy toy = *toys();
  const auto lasso = lasso_of(graph_of(toy.nodes), toy.owed);
  if (!lasso) return;
  check_way(toy, 0, lasso->stem, lasso->begin);
  check_way(toy, lasso->begin, lasso->loop, lasso->begin);
  std::set<std::uint32_t> always{0, 1, 2};
  std::set<std::uint32_t> taken;
  RC_ASSERT(toy.owed[lasso->begin]);
  const auto visit = [&](GraphNode node) {
    std::set<std::uint32_t> can;
    for (const auto& step : toy.nodes[node]) can.insert(step.second);
    std::erase_if(always, [&](std::uint32_t process) { return !can.contains(process); });
  };
  visit(lasso->begin);
  for (const LassoStep& step : lasso->loop) {
    RC_ASSERT(toy.owed[step.to]);
    visit(step.to);
    taken.insert(toy.nodes[step.from].at(step.step).second);
  }
  for (const std::uint32_t process : always) RC_ASSERT(taken.contains(process));
}

}  // namespace
}  // namespace holdfast
