#!/usr/bin/env bash
# The same bytes from every compiler: builds the program with g++ and clang++ at -O0 and -O3, writes
# the log of every scenario with each, and compares them. Not part of the normal tests: four builds.
#
#   tests/determinism/compilers.sh [BUILD_FOLDER]
set -euo pipefail
source_folder=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
build=${1:-$source_folder/build-compilers}
cd "$source_folder"

sums() {  # sums PROGRAM: one line a scenario, the checksum of its log
  local log status
  log=$(mktemp --suffix=.jsonl)
  for scenario in scenarios/*/*.yaml; do
    rm -f "$log"
    status=0
    "$1" run "$scenario" --quiet --timeline none --log "$log" > /dev/null || status=$?
    # 1: something is not as expected; its log is there all the same.
    if [ "$status" -gt 1 ] || [ ! -s "$log" ]; then
      printf '%s run %s: exit status %d, no log to compare\n' "$1" "$scenario" "$status" >&2
      return 1
    fi
    printf '%s  %s\n' "$(sha256sum < "$log" | cut -d' ' -f1)" "$scenario"
  done
  rm -f "$log"
}

reference=
for compiler in g++ clang++; do
  for level in -O0 -O3; do
    folder=$build/$compiler$level
    cmake -S . -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER="$compiler" \
      -DCMAKE_CXX_FLAGS="$level" -DHOLDFAST_TESTS=OFF > /dev/null
    cmake --build "$folder" --target holdfast > /dev/null
    sums "$folder/holdfast" > "$folder/sums.txt"
    if [ -z "$reference" ]; then reference=$folder/sums.txt; fi
    if cmp -s "$reference" "$folder/sums.txt"; then
      printf '%-8s %s  %d logs, the same bytes\n' "$compiler" "$level" "$(wc -l < "$reference")"
    else
      printf '%-8s %s  differs:\n' "$compiler" "$level"
      diff "$reference" "$folder/sums.txt" || true
      exit 1
    fi
  done
done
