# Sourced by the other scripts: where the project lies, and how they speak.
# shellcheck shell=bash

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
readonly top

say() { printf '%s: %s\n' "${0##*/}" "$*"; }

fail() {
  printf '%s: error: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# As many compilers at once as there are processors, but no more than 1 GiB of free memory each allows.
build_jobs() {
  local processors memory_kib jobs
  processors=$(nproc)
  memory_kib=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo 2>/dev/null || true)
  jobs=$((${memory_kib:-1048576} / 1048576))
  if [ "$jobs" -gt "$processors" ]; then jobs=$processors; fi
  if [ "$jobs" -lt 1 ]; then jobs=1; fi
  printf '%s\n' "${CMAKE_BUILD_PARALLEL_LEVEL:-$jobs}"
}

# build_preset PRESET [CMAKE OPTION...]: configures and builds into build/PRESET.
build_preset() {
  local preset=$1
  shift
  say "configuring build/$preset"
  (cd "$top" && cmake --preset "$preset" "$@" --log-level=WARNING) || fail "configuring build/$preset failed, see above"
  say "building build/$preset"
  (cd "$top" && cmake --build --preset "$preset" -j "$(build_jobs)") || fail "building build/$preset failed, see above"
}

# Our own C++ files, one a line.
cpp_files() {
  local folder folders=()
  for folder in src include tests; do
    if [ -d "$top/$folder" ]; then folders+=("$top/$folder"); fi
  done
  find "${folders[@]}" -name '*.[ch]pp' -type f | LC_ALL=C sort
}
