-- The kernel of tests/support/kernel.h for Rumur. Its bounds come before it, see `run`:
--
--   const PODS: 3; TASKS: 4; RESTARTS: 1; MIN_REPLICAS: 1; FIX2: false; FIX3: false;
--   type pod: 0 .. PODS - 1;            -- or scalarset(PODS), for symmetry
--
-- It has no invariants, because nothing is to stop at a violation.

type
  task: 0 .. TASKS - 1;
  slot: 0 .. 2;
  status: enum { Pending, Planning, ApplyPending, Applying, Done };

var
  live: array [pod] of boolean;
  known: array [pod] of boolean;
  -- Whether the slot is not idle: it follows from `held`, and saves looking through the tasks.
  busy: array [pod] of array [slot] of boolean;
  st: array [task] of status;
  host: array [task] of pod;  -- undefined: none
  held: array [task] of slot;  -- which slot of the host the server holds for it; undefined: none
  server: enum { Up, Down, Booting };
  restarts: 0 .. RESTARTS;
  victim: pod;  -- undefined: none

function is_pa(t: task): boolean;
begin
  return t % 2 = 0;
end;

function usable(p: pod): boolean;
begin
  return live[p] & known[p];
end;

function some_is(s: status): boolean;
begin
  return exists t: task do st[t] = s end;
end;

function some_runs(): boolean;
begin
  return exists t: task do !isundefined(held[t]) & (st[t] = Planning | st[t] = Applying) end;
end;

function known_pods(): 0 .. PODS;
var count: 0 .. PODS;
begin
  count := 0;
  for p: pod do
    if known[p] then count := count + 1; end;
  end;
  return count;
end;

function all_idle(p: pod): boolean;
begin
  return !busy[p][0] & !busy[p][1] & !busy[p][2];
end;

procedure take(t: task; p: pod; s: slot);
begin
  host[t] := p;
  held[t] := s;
  busy[p][s] := true;
end;

procedure finish(t: task);
begin
  if !isundefined(held[t]) then busy[host[t]][held[t]] := false; end;
  undefine held[t];
  undefine host[t];
  st[t] := Done;
end;

procedure clear_slots(p: pod);
begin
  for t: task do
    if !isundefined(host[t]) then
      if host[t] = p then undefine held[t]; end;
    end;
  end;
  for s: slot do busy[p][s] := false; end;
end;

procedure restore();
begin
  for t: task do
    if st[t] != Pending & st[t] != Done & isundefined(held[t]) then
      if known[host[t]] then
        if !busy[host[t]][0] then take(t, host[t], 0);
        elsif !is_pa(t) & !busy[host[t]][1] then take(t, host[t], 1);
        elsif !is_pa(t) & !busy[host[t]][2] then take(t, host[t], 2);
        end;
      end;
    end;
  end;
end;

startstate "all is well" begin
  for p: pod do
    live[p] := true;
    known[p] := true;
    for s: slot do busy[p][s] := false; end;
  end;
  for t: task do
    st[t] := Pending;
    undefine host[t];
    undefine held[t];
  end;
  server := Up;
  restarts := 0;
  undefine victim;
end;

ruleset t: task; p: pod do
  rule "AssignPA"
    server = Up & st[t] = Pending & is_pa(t) & usable(p) & !busy[p][0]
  ==> begin
    take(t, p, 0);
    st[t] := Planning;
  end;

  ruleset s: slot do
    rule "AssignPlan"
      server = Up & st[t] = Pending & !is_pa(t) & usable(p) & !busy[p][s]
    ==> begin
      take(t, p, s);
      st[t] := Planning;
    end;
  end;

  rule "ConfirmElsewhere"
    server = Up & st[t] = ApplyPending & isundefined(held[t]) & usable(p) & !busy[p][0]
  ==> begin
    take(t, p, 0);
    st[t] := Applying;
  end;
end;

ruleset t: task do
  rule "PlanDonePA" st[t] = Planning & is_pa(t) & live[host[t]] ==> begin
    st[t] := ApplyPending;
  end;

  rule "PlanDonePlan" st[t] = Planning & !is_pa(t) & live[host[t]] ==> begin
    finish(t);
  end;

  rule "Confirm" server = Up & st[t] = ApplyPending & !isundefined(held[t]) ==> begin
    st[t] := Applying;
  end;

  rule "ApplyDone" st[t] = Applying & live[host[t]] ==> begin
    finish(t);
  end;

  rule "Lost" (st[t] = Planning | st[t] = Applying) & !live[host[t]] ==> begin
    finish(t);
  end;
end;

rule "Restart" server = Up & restarts < RESTARTS ==> begin
  server := Down;
  restarts := restarts + 1;
  for p: pod do
    known[p] := false;
    clear_slots(p);
  end;
  undefine victim;
end;

rule "Boot" server = Down ==> begin
  for p: pod do known[p] := live[p]; end;
  if FIX2 then
    restore();
    server := Up;
  else
    server := Booting;
  end;
end;

rule "Reconcile" server = Booting ==> begin
  restore();
  server := Up;
end;

ruleset p: pod do
  rule "ScalePick"
    server != Down & isundefined(victim) & known[p] & all_idle(p) & known_pods() > MIN_REPLICAS
      & !some_runs() & (!FIX3 | !some_is(ApplyPending))
  ==> begin
    victim := p;
  end;

  rule "ScaleUp" server = Up & !live[p] & some_is(Pending) ==> begin
    live[p] := true;
    known[p] := true;
    clear_slots(p);
  end;
end;

rule "ScaleDelete" !isundefined(victim) ==> begin
  clear_slots(victim);
  live[victim] := false;
  known[victim] := false;
  undefine victim;
end;
