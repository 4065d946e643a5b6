#!/usr/bin/env bash
# Builds sotto and runs everything that must hold. The last line says how much passed and how much failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
source tools/steps.sh

usage() {
  cat <<'TEXT'
usage: tools/test.sh [--long]

Installs what is missing (Debian 12, as root or with sudo), builds the presets `release` and `asan`, checks the format,
runs all tests in both, and feeds each fuzz target for some seconds. Output of each step is kept in build/logs/.

  --long  besides: clang-tidy, the tests under the thread sanitizer, the soak tests (SOTTO_SOAK=1), a minute a fuzz target,
          which begins with what earlier long runs found (build/fuzz-corpus)

Ends with the line `N passed, N failed`: tests of all presets, fuzz targets, and steps other than these (format, builds).
Exit code 0 if nothing failed. SOTTO_JOBS sets how many jobs run at once (all processors).
TEXT
}

passed=0
failed=0
fuzz_seconds=5
long=false
for argument in "$@"; do
  case $argument in
    --long) long=true && fuzz_seconds=60 ;;
    -h | --help) usage && exit ;;
    *) usage >&2 && exit 2 ;;
  esac
done

finish() {
  if [ $((passed + failed)) = 0 ]; then failed=1; fi
  say "done"
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ] || exit 1
}
trap finish EXIT
trap 'failed=$((failed + 1)); say "interrupted"; exit 1' INT TERM

# check LOG TEXT COMMAND...: a step that counts as one check.
check() {
  if run_step "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)) && return 1; fi
}

# must LOG TEXT COMMAND...: a step that counts only if it fails; what builds on it is then left out.
must() { run_step "$@" || { failed=$((failed + 1)) && return 1; }; }

build() {
  local preset=$1
  must "configure-$preset" "configuring $preset" cmake --preset "$preset" -DSOTTO_TESTS=ON &&
    must "build-$preset" "building $preset" cmake --build --preset "$preset" -j "$job_count"
}

# What failed tests said, from the output of ctest: from the line that reports each to the next report.
failed_output() { awk '/Test +#[0-9]+:/ { shown = /\*\*\*(Failed|Exception|Timeout)/ } / Start +[0-9]+:/ { next } shown' "$1"; }

run_tests() {
  local preset=$1 log=$logs/test-$1.log status=0 shown_lines=20 total failures skipped
  run_step "test-$preset" "running the tests of $preset" \
    ctest --preset "$preset" -j "$job_count" --no-tests=error || status=1
  read -r failures total < <(sed -nE 's/.* ([0-9]+) tests? failed out of ([0-9]+)$/\1 \2/p' "$log")
  if [ -z "${total:-}" ]; then
    failed=$((failed + 1))
    return
  fi
  # ctest takes a test that skips itself for passed; a run that fails without a failed test must not pass.
  skipped=$(grep -c '\*\*\*Skipped' "$log")
  if [ "$status" != 0 ] && [ "$failures" = 0 ]; then failures=1; fi
  passed=$((passed + total - failures - skipped))
  failed=$((failed + failures))
  say "    $((total - failures - skipped)) passed, $failures failed, $skipped skipped"
  if [ "$failures" != 0 ]; then failed_output "$log" | head -n 400; fi
}

sources() { find base media transport signaling engine tools tests -name '*.[ch]pp' -o -name '*.h'; }
format_is_kept() { sources | xargs clang-format --dry-run -Werror; }
lint_is_clean() {
  find base media transport signaling engine tools -name '*.cpp' -print0 |
    xargs -0 -n 4 -P "$job_count" clang-tidy --quiet -p build/release
}

fuzz() {
  local target targets=() scratch corpus
  for target in tests/fuzz/*.cpp; do targets+=("fuzz_$(basename "$target" .cpp)"); done
  must configure-fuzz "configuring fuzz" cmake --preset fuzz || return
  must build-fuzz "building ${#targets[@]} fuzz targets" \
    cmake --build --preset fuzz -j "$job_count" --target "${targets[@]}" || return
  scratch=$(mktemp -d)
  # A long run goes on where the last one ended.
  corpus=$scratch
  if $long; then corpus=$root/build/fuzz-corpus; fi
  say "feeding each fuzz target for $fuzz_seconds s, $job_count at a time"
  # Each writes what it finds to its log; a target that stops with an error leaves no mark in `ok`.
  mkdir "$scratch/ok"
  # shellcheck disable=SC2016
  printf '%s\n' "${targets[@]}" | xargs -P "$job_count" -I '{}' bash -c '
    name=$1 scratch=$2 seconds=$3 logs=$4 corpus=$5
    mkdir -p "$corpus/$name"
    build/fuzz/bin/"$name" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
      -artifact_prefix="$logs/$name-" "$corpus/$name" >"$logs/$name.log" 2>&1 </dev/null &&
      touch "$scratch/ok/$name"
  ' fuzz '{}' "$scratch" "$fuzz_seconds" "$logs" "$corpus"
  for target in "${targets[@]}"; do
    if [ -e "$scratch/ok/$target" ]; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      say "FAILED: $target; the end of build/logs/$target.log, beside which is the input that did it:"
      tail -n 40 "$logs/$target.log"
    fi
  done
  rm -rf "$scratch"
}

must packages "installing what is missing" tools/install-packages.sh library program test || exit
check format "checking the format" format_is_kept

build release && run_tests release
build asan && run_tests asan
fuzz

if $long; then
  check lint "running clang-tidy" lint_is_clean
  build tsan && run_tests tsan
  if [ -d build/release/bin ]; then SOTTO_SOAK=1 run_tests release; fi
fi
