# The page of what `run` explored. $explored: what explore said of each scenario and property, with
# `file`, `expected` and `ages`; $cases: cases.txt; $names: the files of scenarios/found/; $most:
# states at most.

def grouped: tostring | until(test("[0-9]{4}") | not; sub("(?<a>[0-9])(?<b>[0-9]{3})(?![0-9])"; "\(.a) \(.b)"));
def counted($one): if . == 0 then "no \($one)" elif . == 1 then "one \($one)" else "\(.) \($one)s" end;
def is_whole: . == "complete" or . == "exhausted";
def trimmed: sub("^ +"; "") | sub(" +$"; "");
def known:
  [$cases | split("\n")[] | select(test("^[^#]")) | split("|") | map(trimmed) |
   {file: .[0], property: .[1], ages: .[2], step: .[3], case: .[4], why: .[5]}];
def linked:
  . as $name | if ($names | split("\n") | index("\($name).yaml"))
  then "[\($name)](../../scenarios/found/\($name).yaml)" else "\($name) (there is no such case)" end;
def scenario_link: "[\(.)](../../scenarios/known-results/\(.).yaml)";
def is_eventual: has("reduced") or has("explored");
def states: if is_eventual then ([.reduced.states // 0, .explored.states // 0] | add) else .states end;
def how_far:
  if is_eventual then (if (.explored.ending // "" | is_whole) then "exhausted" else "\(states | grouped) states" end)
  elif .ending | is_whole then "exhausted" else "to depth \(.complete_depth)" end;
def ages_text: if . == "none" then "without" else "with" end;

def case_of($known): . as $one |
  [$known[] | select(.file == $one.file and .property == $one.property and .ages == $one.ages and
                     .step == $one.step)] |
  if length == 0 then "no case" else "\(.[0].case | linked)\(if .[0].why then ": \(.[0].why)" else "" end)" end;

# One for each course, or one for an answer without any.
def answers_of:
  . as $e | .answers[] | . as $answer |
  if .answer != "violated" then {answer: (.answer | sub("_"; " ")), step: "", changes: null}
  else (., .others[]?) | {answer: "violated", step: (.cause // "-"), changes, loop: (.loop // null),
                          course, clock: .timing_possible} end |
  . + {file: $e.file, property: $answer.property, ages: $e.ages, profile: $e.profile,
       how_far: ($e | how_far)};

def length_text:
  if .loop then "for ever, after \([.course[] | select(.changes)] | length | counted("change"))"
  elif .changes then "\(.changes | counted("change"))" else "" end;

known as $known |
[$explored[] | select(.expected == "violates") | answers_of] as $falls |
[$explored[] | select(.expected == "holds") | answers_of] as $holds |
[
"# The numbered results, explored

Made by `tests/explore/known-results/run build/holdfast`.

The numbered results of the specification come from reading and from running the platform. Each is a
scenario of [scenarios/known-results/](../../scenarios/known-results/), and a run of it is one course of
events. Here every other course of the same scenario was looked at, within its bounds: what is said to
fall falls, and of what holds on its course it is told what else happens. Together that are
\($explored | map(states) | add | grouped) states; each search ended with \($most | grouped) at most.
Every course was walked again, step by step, and is a scenario that `run` takes with the clock.

## What falls

| scenario | profile | property | shortest course | case |
|---|---|---|---|---|",
($falls[] | "| \(.file | scenario_link) | \(.profile) | `\(.property)` | " +
  (if .answer == "violated" then "\(length_text)\(if .clock then "" else ", not with these timings" end)" else .answer end) +
  " | \(if .answer == "violated" then case_of($known) else "" end) |"),
"
## What holds on its course of events

*Clock*: with its predicates a reservation may be a day old at any moment, a heartbeat overdue, a secret
old; without them none of that happens. *Not asked*: nothing ever tries it, as where no pod is deleted.
*Undecided*: nothing was found as far as the search went.

| scenario | profile | property | clock | explored | answer | by the step | what happens |
|---|---|---|---|---|---|---|---|",
($holds[] | "| \(.file | scenario_link) | \(.profile) | `\(.property)` | \(.ages | ages_text) | \(.how_far) | " +
  (if .answer == "violated" then "violated, \(length_text)\(if .clock then "" else ", not with these timings" end)" else .answer end) +
  " | \(if .step == "" or .step == "-" then "" else "`\(.step)`" end) | " +
  "\(if .answer == "violated" then case_of($known) else "" end) |"),
([$explored[] | .file as $file | .answers[] | select(.answer == "violated") | .property as $property |
  (., .others[]?) | select(.course | not) | "- \($file), `\($property)`: a course cannot be walked again."] |
 if length == 0 then empty else "\n" + join("\n") end),
([$falls[], $holds[]] | map({file, property, ages, step})) as $shown |
([$known[] | select({file, property, ages, step} as $mine | $shown | index([$mine]) | not) |
  "- \(.file), `\(.property)`, \(.ages), \(.step): there is no such case any more"] |
 if length == 0 then empty else "\n" + join("\n") end)
] | join("\n")
