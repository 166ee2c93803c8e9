/* The kernel of tests/support/kernel.h for SPIN, with its bounds as macros:

     spin -a -DPODS=3 -DTASKS=4 -DRESTARTS=1 -DMIN_REPLICAS=1 -DFIX2=0 -DFIX3=0 kernel.pml

   One process, one option per binding of a rule, each a single step: SPIN's states are the
   kernel's. It has no invariants, because nothing is to stop at a violation. */

#define PENDING 0
#define PLANNING 1
#define APPLY_PENDING 2
#define APPLYING 3
#define DONE 4

#define UP 0
#define DOWN 1
#define BOOTING 2

#if PODS == 1
#define EACH_POD(rule) rule(0)
#define EACH_POD_FOR(rule, t) rule(t, 0)
#elif PODS == 2
#define EACH_POD(rule) rule(0) rule(1)
#define EACH_POD_FOR(rule, t) rule(t, 0) rule(t, 1)
#elif PODS == 3
#define EACH_POD(rule) rule(0) rule(1) rule(2)
#define EACH_POD_FOR(rule, t) rule(t, 0) rule(t, 1) rule(t, 2)
#elif PODS == 4
#define EACH_POD(rule) rule(0) rule(1) rule(2) rule(3)
#define EACH_POD_FOR(rule, t) rule(t, 0) rule(t, 1) rule(t, 2) rule(t, 3)
#else
#error "1 to 4 pods"
#endif

#if TASKS == 1
#define EACH_TASK(rule) rule(0)
#define EACH_TASK_FOR(rule, p) rule(0, p)
#elif TASKS == 2
#define EACH_TASK(rule) rule(0) rule(1)
#define EACH_TASK_FOR(rule, p) rule(0, p) rule(1, p)
#elif TASKS == 3
#define EACH_TASK(rule) rule(0) rule(1) rule(2)
#define EACH_TASK_FOR(rule, p) rule(0, p) rule(1, p) rule(2, p)
#elif TASKS == 4
#define EACH_TASK(rule) rule(0) rule(1) rule(2) rule(3)
#define EACH_TASK_FOR(rule, p) rule(0, p) rule(1, p) rule(2, p) rule(3, p)
#elif TASKS == 5
#define EACH_TASK(rule) rule(0) rule(1) rule(2) rule(3) rule(4)
#define EACH_TASK_FOR(rule, p) rule(0, p) rule(1, p) rule(2, p) rule(3, p) rule(4, p)
#else
#error "1 to 5 tasks"
#endif

/* A bit per pod. */
byte live = (1 << PODS) - 1;
byte known = (1 << PODS) - 1;
/* A bit per slot that is not idle: it follows from `held`, and saves looking through the tasks. */
byte busy[PODS];
byte st[TASKS];
byte host[TASKS];  /* 0 also where there is none */
byte held[TASKS];  /* 0, or one more than the slot of the host that the server holds for it */
byte server = UP;
byte restarts;
byte victim;  /* 0, or one more than the pod */

#define is_pa(t) (t % 2 == 0)
#define usable(p) ((live & known) >> p & 1)
#define host_lives(t) (live >> host[t] & 1)
#define runs(t) (held[t] != 0 && (st[t] == PLANNING || st[t] == APPLYING))

#define OR_PENDING(t) || st[t] == PENDING
#define OR_WAITS(t) || st[t] == APPLY_PENDING
#define OR_RUNS(t) || runs(t)
#define some_pending (0 EACH_TASK(OR_PENDING))
#define some_waits (0 EACH_TASK(OR_WAITS))
#define some_runs (0 EACH_TASK(OR_RUNS))
#define known_pods ((known & 1) + (known >> 1 & 1) + (known >> 2 & 1) + (known >> 3 & 1))

inline take(t, p, s) {
  host[t] = p;
  held[t] = s + 1;
  busy[p] = busy[p] | 1 << s
}

inline finish(t) {
  if
  :: held[t] != 0 -> busy[host[t]] = busy[host[t]] & ~(1 << (held[t] - 1))
  :: else
  fi;
  held[t] = 0;
  host[t] = 0;
  st[t] = DONE
}

/* Each is a list of steps, for EACH_TASK and EACH_POD. */
#define free_if_on(t, p) \
  if \
  :: held[t] != 0 && host[t] == p -> held[t] = 0 \
  :: else \
  fi;
#define free_task(t) held[t] = 0;
#define free_pod(p) busy[p] = 0;
#define restore(t) \
  if \
  :: st[t] != PENDING && st[t] != DONE && (known >> host[t] & 1) && held[t] == 0 -> \
    if \
    :: !(busy[host[t]] & 1) -> take(t, host[t], 0) \
    :: else -> \
      if \
      :: !is_pa(t) && !(busy[host[t]] & 2) -> take(t, host[t], 1) \
      :: else -> \
        if \
        :: !is_pa(t) && !(busy[host[t]] & 4) -> take(t, host[t], 2) \
        :: else \
        fi \
      fi \
    fi \
  :: else \
  fi;

#define assign_pa(t, p) \
  :: d_step { is_pa(t) && server == UP && st[t] == PENDING && usable(p) && !(busy[p] & 1) -> \
       take(t, p, 0); st[t] = PLANNING }
#define assign_plan_at(t, p, s) \
  :: d_step { !is_pa(t) && server == UP && st[t] == PENDING && usable(p) && \
              !(busy[p] & 1 << s) -> \
       take(t, p, s); st[t] = PLANNING }
#define assign_plan(t, p) \
  assign_plan_at(t, p, 0) assign_plan_at(t, p, 1) assign_plan_at(t, p, 2)
#define plan_done_pa(t) \
  :: d_step { is_pa(t) && st[t] == PLANNING && host_lives(t) -> st[t] = APPLY_PENDING }
#define plan_done_plan(t) \
  :: d_step { !is_pa(t) && st[t] == PLANNING && host_lives(t) -> finish(t) }
#define confirm(t) \
  :: d_step { server == UP && st[t] == APPLY_PENDING && held[t] != 0 -> st[t] = APPLYING }
#define confirm_elsewhere(t, p) \
  :: d_step { server == UP && st[t] == APPLY_PENDING && held[t] == 0 && usable(p) && \
              !(busy[p] & 1) -> \
       take(t, p, 0); st[t] = APPLYING }
#define apply_done(t) \
  :: d_step { st[t] == APPLYING && host_lives(t) -> finish(t) }
#define lost(t) \
  :: d_step { (st[t] == PLANNING || st[t] == APPLYING) && !host_lives(t) -> finish(t) }
#define rules_of_task(t) \
  EACH_POD_FOR(assign_pa, t) \
  EACH_POD_FOR(assign_plan, t) \
  plan_done_pa(t) \
  plan_done_plan(t) \
  confirm(t) \
  EACH_POD_FOR(confirm_elsewhere, t) \
  apply_done(t) \
  lost(t)

#define scale_pick(p) \
  :: d_step { server != DOWN && victim == 0 && (known >> p & 1) && busy[p] == 0 && \
              known_pods > MIN_REPLICAS && !some_runs && (!FIX3 || !some_waits) -> \
       victim = p + 1 }
#define scale_up(p) \
  :: d_step { server == UP && !(live >> p & 1) && some_pending -> \
       EACH_TASK_FOR(free_if_on, p) \
       live = live | 1 << p; known = known | 1 << p; busy[p] = 0 }

active proctype kernel() {
end:
  do
  EACH_TASK(rules_of_task)
  :: d_step { server == UP && restarts < RESTARTS ->
       EACH_TASK(free_task)
       EACH_POD(free_pod)
       server = DOWN; restarts++; known = 0; victim = 0 }
  :: d_step { server == DOWN ->
       known = live;
#if FIX2
       EACH_TASK(restore)
       server = UP }
#else
       server = BOOTING }
#endif
  :: d_step { server == BOOTING ->
       EACH_TASK(restore)
       server = UP }
  EACH_POD(scale_pick)
  :: d_step { victim != 0 ->
       EACH_TASK_FOR(free_if_on, (victim - 1))
       busy[victim - 1] = 0;
       live = live & ~(1 << (victim - 1));
       known = known & ~(1 << (victim - 1));
       victim = 0 }
  EACH_POD(scale_up)
  od
}
