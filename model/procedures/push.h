// The steps of `push` (platform.md 3.9). They lie in three files: push_slot.cpp finds the slot,
// push_agent.cpp the agent, push.cpp holds the list and sends. Registers: see README.md.
//
// Thread safety: one Turn per thread.
#pragma once

#include <holdfast/model/procedures/turn.h>

namespace holdfast {

struct Push {
  enum At : std::uint8_t {
    at_a, at_b1, at_b2, at_b3, at_b4, at_c1, at_c2, at_c3, at_c4, at_d1, at_d2, at_d3, at_d4, at_d5,
    at_e, at_f, at_f1, at_f2, at_g1, at_g2, at_g3
  };

  static void refuse_unconfirmed(Turn& t);     // a
  // push_slot.cpp
  static void find_own_slot(Turn& t);          // b1
  static void find_own_agent(Turn& t);         // b2
  static void reuse_slot(Turn& t);             // b3
  static void plan_again(Turn& t);             // b4
  static void list_free_pods(const Turn& t, std::vector<std::uint16_t>& out);
  static void take_free_pod(Turn& t);          // c1
  static void assign_slot(Turn& t);            // c2
  static void find_agent_of_slot(Turn& t);     // c3
  static void register_agent(Turn& t);         // c4
  // push_agent.cpp
  static void list_connected(Turn& t);         // d1
  static void read_agent_row(Turn& t);         // d2
  static void list_agents_with_room(const Turn& t, std::vector<std::uint16_t>& out);
  static void take_any_agent(Turn& t);         // d3
  static void drop_slot(Turn& t);              // d4
  static void give_slot_back(Turn& t);         // d5
  // push.cpp
  static void save_running(Turn& t);           // e
  static void send_here(Turn& t);              // f
  static void announce(Turn& t);               // f1
  static void clear_retries(Turn& t);          // f2
  static void release_after_failure(Turn& t);  // g1
  static void save_back(Turn& t);              // g2
  static void count_retry(Turn& t);            // g3

  // Ends the push with no register of it left.
  static void end(Turn& t);
  // Tries the task's workspace again in `delay_us`.
  static void retry_in(Turn& t, std::int64_t delay_us, Reason reason);
  // Releases the slot that the push holds, whatever it holds by now.
  static void release_slot(Turn& t, Reason reason);
};

}  // namespace holdfast
