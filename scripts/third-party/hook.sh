#!/usr/bin/env bash
# Hands files of any program to the harvester.
# usage: hook.sh [--move] FILE...   copies (or moves) them into the hand-over folder and imports what waits there
#        hook.sh --sweep            imports what waits there; for cron, and for programs that write into ready/
# Exit codes: 0 all is with the harvester; 10 it takes nothing now, the files are safe in the folder and go with the
# next call; 3 some could not be read, or are in the harvester's quarantine; 1 some could not be put into the folder;
# 2 wrong use. After 0 and 10 the caller may delete its files. Doing the same again does no harm. Settings: see
# handover.sh.
set -euo pipefail
here=$(readlink -f "${BASH_SOURCE[0]}")
# shellcheck source=scripts/third-party/handover.sh
source "${here%/*}/handover.sh"

how=copy
case ${1:-} in
  --sweep)
    open_handover || exit "$exit_failed"
    code=0
    sweep -n || code=$?
    exit "$code"
    ;;
  --move)
    how=move
    shift
    ;;
  --)
    shift
    ;;
esac
if [ $# -eq 0 ]; then
  complain "usage: hook.sh [--move] FILE... | --sweep"
  exit "$exit_usage"
fi

open_handover || exit "$exit_failed"
number=0
unreadable=0
failed=0
for file in "$@"; do
  number=$((number + 1))
  code=0
  take "$how" "$file" || code=$?
  case $code in
    0) ;;
    "$exit_refused")
      complain "file $number cannot be read"
      unreadable=$code
      ;;
    *)
      complain "file $number cannot be put into the hand-over folder"
      failed=$code
      ;;
  esac
done

code=0
sweep -w "${HARVESTER_TIMEOUT:-600}" || code=$?
for worse in "$unreadable" "$code" "$failed"; do
  if [ "$worse" -ne 0 ]; then result=$worse; fi
done
exit "${result:-0}"
