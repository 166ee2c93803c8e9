// What a model must offer to be explored: states that pack into bytes, the successors of a state,
// and which properties are violated where. The platform is one such model; the toys with known
// answers in the tests are others and are walked by the very same code.
//
// Invariants of a model
// 1. Equal states have equal bytes. Unequal states have unequal bytes.
// 2. The successors of a state and their order depend on nothing but the state.
// 3. With `canonicalise`, two states that a swap turns into one another become the same bytes, a
//    canonical state stays as it is, and a property is violated in both or in neither.
//
// Thread safety: the functions of a model are called by several threads at a time, each with a
// Scratch of its own.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace holdfast {

using StateBytes = std::span<const std::byte>;
// What a model calls one of the steps of a state.
using StepId = std::uint64_t;
// A bit per property of the model.
using PropertySet = std::uint64_t;

// Takes the successors of one state, one by one.
struct AnySuccessors {
  // `violated`: by the transition itself, by whichever of its events.
  void successor(StepId, StateBytes, PropertySet /*violated*/) {}
};

template <class M>
concept Explorable = requires(const M& model, typename M::Scratch& scratch, StateBytes state,
                              std::byte* bytes, std::size_t size, AnySuccessors& out, StepId step,
                              int property) {
  // The bytes of every state, or 0 if each has a length of its own, of at most 65 535.
  { M::packed_bytes } -> std::convertible_to<std::size_t>;
  { model.most_packed_bytes() } -> std::same_as<std::size_t>;
  { model.scratch() } -> std::same_as<typename M::Scratch>;
  // Gives the initial states as successors. StepId and what is violated do not count here.
  { model.initial(scratch, out) } -> std::same_as<void>;
  // Gives one successor for every step that may be taken, and returns the properties that the state
  // itself violates.
  { model.expand(scratch, state, out) } -> std::same_as<PropertySet>;
  // Replaces the state in `bytes`, which has room for most_packed_bytes(), by the representative of
  // its orbit; the new size.
  { model.canonicalise(scratch, bytes, size) } -> std::same_as<std::size_t>;
  // How many states become this one by canonicalise. Requires: the state is canonical.
  { model.orbit(scratch, state) } -> std::same_as<std::uint64_t>;
  { model.properties() } -> std::same_as<int>;  // at most 64
  { model.property_name(property) } -> std::convertible_to<std::string_view>;
  { model.step_text(state, step) } -> std::same_as<std::string>;
  { model.state_text(state) } -> std::same_as<std::string>;
};

}  // namespace holdfast
