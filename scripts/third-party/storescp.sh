#!/usr/bin/env bash
# Hands what DCMTK's storescp has received to the harvester.
# usage: storescp.sh FOLDER NAME     one file that is complete: for storescp -xcr
#        storescp.sh --sweep FOLDER  files that were left, once nobody has written to them for ten minutes: for cron
#
#   storescp +B +uf -od FOLDER -xcr "/path/to/storescp.sh '#p' '#f'" PORT
#
# storescp gives the command to a shell. +uf (unique file names) is needed: without it #f holds the SOP Instance UID, in
# older versions as the sender wrote it, and an object that comes twice replaces the first. Never use #a or #c, which
# are the sender's words, too. Exit codes as hook.sh; settings: see handover.sh.
set -euo pipefail
here=$(readlink -f "${BASH_SOURCE[0]}")
# shellcheck source=scripts/third-party/handover.sh
source "${here%/*}/handover.sh"

usage() {
  complain "usage: storescp.sh FOLDER NAME | --sweep FOLDER"
  exit "$exit_usage"
}

[ $# -eq 2 ] || usage
open_handover || exit "$exit_failed"
result=0

take_left() {
  local file result=0
  while IFS= read -r -d '' file; do
    take move "$file" || result=$?
  done < <(find "$1" -maxdepth 1 -type f -mmin +10 -print0)
  return "$result"
}

if [ "$1" = --sweep ]; then
  [ -d "$2" ] || usage
  take_left "$2" || result=$?
else
  case $2 in
    */* | '') usage ;;
  esac
  take move "$1/$2" || result=$?
fi

code=0
sweep -n || code=$?
if [ "$result" -eq 0 ]; then result=$code; fi
exit "$result"
