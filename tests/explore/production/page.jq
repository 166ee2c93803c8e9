# The page of what `run` explored. $explored: what explore said of each scenario, with `file` and
# `servers`; $findings: findings.txt; $names: the files of findings; $most: states at most.

def grouped: tostring | until(test("[0-9]{4}") | not; sub("(?<a>[0-9])(?<b>[0-9]{3})(?![0-9])"; "\(.a) \(.b)"));
def counted($one): if . == 1 then "one \($one)" else "\(.) \($one)s" end;
def is_whole: . == "complete" or . == "exhausted";
def trimmed: sub("^ +"; "") | sub(" +$"; "");

# [name] in a finding is a scenario's.
def linked: gsub("\\[(?<name>[a-z0-9-]+)\\]"; .name as $name |
  if ($names | split("\n") | index("production-\($name).yaml"))
  then "[\($name)](../../scenarios/found/production-\($name).yaml)"
  else "\($name) (there is no such finding)" end);

def known:
  [$findings | split("\n")[] | select(test("^[^#]")) | split("|") | map(trimmed) |
   {property: .[0], step: .[1], file: .[2], changes: (.[3] | tonumber), finding: .[4]}];

# Every course: a property, the step that violates it, the scenario.
def courses:
  [$explored[] | . as $e | .answers[] | select(.answer == "violated") | .property as $property |
   (., .others[]?) | select(.course) |
   {property: $property, step: .cause, file: $e.file, servers: $e.servers, changes, sentence,
    clock: .timing_possible, course}];
def pair: [.property, .step];

# Of each pair those that somebody looked at, and what is nearer than these, or stands alone.
def rows:
  known as $known | courses | group_by(pair) | map(
    sort_by(.changes, (.clock | not), .file) as $all | ($all[0] | pair) as $pair |
    [$known[] | select(pair == $pair)] as $mine |
    [$all[] | . as $course | ($mine[] | select(.file == $course.file)) as $judged |
     . + {finding: (if $judged.changes == .changes then ($judged.finding | linked)
                    else "new; with \($judged.changes) changes it was \($judged.finding | linked)"
                    end)}] as $seen |
    (if ($seen | length) == 0 or $all[0].changes < $seen[0].changes
     then [$all[0] + {finding: "new"}] else [] end) + $seen |
    map(. + {among: ($all | length)})) | add // [];

def clock_text:
  if .clock then "yes" else "not with these timings" end;

def table_row:
  "| `\(.property)` | `\(.step)` | \(.changes) | \(clock_text) | \(.file) | \(.finding) |";

def course_text:
  [.course[] | select(.changes) | .step] as $steps |
  (if .course[-1].changes then [] else [.course[-1].step] end) as $last |
  $steps + $last | map("`\(.)`") | join(", ");

def bounds_text:
  [(if .servers > 1 then "\(.servers) servers" else empty end),
   (.bounds | (.pods | counted("pod")),
    (if .tasks > 0 then (.tasks | counted("task")) else empty end),
    (if .restarts > 0 then (.restarts | counted("restart")) else empty end),
    (if .faults > 0 then (.faults | counted("fault")) else empty end),
    (if .user_actions > 0 then (.user_actions | counted("user action")) else empty end))] |
  join(", ");

def explored_row:
  ([.answers[] | select(.answer == "violated") | "`\(.property)`"] | join(", ")) as $violated |
  "| [\(.file)](../../tests/explore/production/\(.file).yaml) | \(.name) | \(bounds_text) | " +
  "\(.states | grouped) | " +
  (if .ending | is_whole then "exhausted" else "to depth \(.complete_depth)" end) +
  " | \(if $violated == "" then "nothing" else $violated end) |";

def unwalked:
  [$explored[] | .file as $file | .answers[] | select(.answer == "violated") |
   .property as $property | (., .others[]?) | select(.course | not) |
   "- \($file), `\($property)`: a course was found that cannot be walked again."];

def unreached:
  [courses[] | pair + [.file]] as $reached |
  [known[] | select((pair + [.file]) as $mine | $reached | index([$mine]) | not) |
   "- `\(.property)` by `\(.step)` (\(.file)): \(.finding | linked)"];

def exhausted: map(select(.ending | is_whole)) | length;

rows as $rows | ($rows | group_by(.property)) as $by_property |
($explored | map(select(.servers > 1)) | length) as $two |
[
"# production, explored

Made by `tests/explore/production/run build/holdfast`.

In which ways does the controller, as it runs in production, lose a pod, start a task twice or break
another of its properties? \($explored | length) small worlds, the scenarios of
[tests/explore/production/](../../tests/explore/production/), were explored: every step of every
procedure in every order, without a clock, so that a timer may fire whenever it is armed. Together that
are \($explored | map(.states) | add | grouped) states. Worlds that were exhausted: \($explored | exhausted);
the others ended with \($most | grouped) states each. Worlds with two servers: \($two).

The first table has a row for each property and step that violates it, and more than one where several
causes are known. Pairs of a property and a step: \($rows | map(pair) | unique | length).

- **How sure.** Every course was walked again, step by step, before it was counted: it can happen in the
  model, and the model is held against recordings of the platform. *The clock* says whether the course
  also happens in time, each step as early as the timers let it; *not with these timings* is no
  proof that it cannot.
- **What does not stand here.** In a world that was exhausted nothing else is violated, and by no other
  step; in another one, to the depth that is named, in moves: an effect with the reads before it. Both
  within its bounds only: so many pods, tasks, restarts, faults and user actions, and in most worlds
  no two pushes for one task at a time. A course is the nearest that was found; in a
  world that was not exhausted another may have fewer changes.
- **To see one.** `build/holdfast explore tests/explore/production/WORLD.yaml --property PROPERTY --all
  --max-states \($most)` prints the courses of a row with the steps that only read and says on what they
  depend. It saves each as a scenario, which `build/holdfast run` shows with its times.

A finding is a scenario: what goes wrong, what should happen instead and which knob repairs it, if one
does. [production.md](production.md) lists all of them, also those that only random courses and
recordings show, above all of the properties that must at last hold.

## What is violated, and by which step

| property | step | changes | the clock lets it happen | world | finding |
|---|---|---|---|---|---|
\($rows | map(table_row) | join("\n"))
",
(if (unwalked | length) > 0 then "
## Errors of the explorer

\(unwalked | join("\n"))
" else empty end),
(if (unreached | length) > 0 then "
## Not reached in this run

\(unreached | join("\n"))
" else empty end),
"
## What was explored

| world | what happens there | bounds | states | explored | violated |
|---|---|---|---|---|---|
\($explored | map(explored_row) | join("\n"))

## The courses

The steps that change something, in their order, and the step that violates; a letter is that of the
procedure in [its table](../../model/procedures/README.md).
",
($by_property[] | "
### \(.[0].property)
",
  (.[] | "
By `\(.step)`, \(.changes) changes, in \(.file): \(.sentence).

\(course_text).
"))
] | map(rtrimstr("\n")) | join("\n")
