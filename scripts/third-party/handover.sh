# Sourced by the scripts beside it: the folder in which objects wait for the harvester, and how they get there and out.
# shellcheck shell=bash disable=SC2034
#
#   incoming/  being written: nothing in here is complete
#   ready/     complete; the next call takes all of it, whoever put it there
#   refused/   what the harvester cannot read, for a person to look at
#
# Files in it get names of our own: those of other programs may be made of patients' names, and go into logs from here.
# Settings, as environment variables:
#
#   HARVESTER           the program (harvester); HARVESTER_CONFIG, its site file, is read by itself
#   HARVESTER_HANDOVER  the folder (/var/lib/harvester-handover)
#   HARVESTER_TIMEOUT   seconds that one import may take (600)

harvester=${HARVESTER:-harvester}
handover=${HARVESTER_HANDOVER:-/var/lib/harvester-handover}
incoming=$handover/incoming
ready=$handover/ready
refused=$handover/refused
import_at_once=500

# The exit codes, as README.md tells them.
exit_failed=1
exit_usage=2
exit_refused=3
exit_waits=10
busy=75 # never leaves sweep()

# Stores start programs with their sockets open. An import that kept them would keep their ports and peers waiting.
drop_sockets() {
  local path
  for path in "/proc/$$/fd"/*; do
    if [ "${path##*/}" -gt 2 ] && [ -S "$path" ]; then eval "exec ${path##*/}>&-"; fi
  done
}
drop_sockets

complain() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# Makes the folder; false if that cannot be.
open_handover() {
  umask 077
  mkdir -p "$incoming" "$ready" "$refused"
}

same_disk() { [ "$(stat -c %d -- "$1")" = "$(stat -c %d -- "$2")" ]; }

# take copy|move FILE: puts it into the folder, on the disk and complete. Only then a moved file is gone from where it
# was. exit_refused if it is no file that can be read, exit_failed if it could not be written.
take() {
  local fresh code
  { [ -f "$2" ] && [ -r "$2" ]; } || return "$exit_refused"
  fresh=$(mktemp "$incoming/XXXXXXXXXXXXXXXX") || return "$exit_failed"
  if [ "$1" = move ] && same_disk "$2" "$fresh"; then
    code=0
    mv -f -- "$2" "$ready/${fresh##*/}" || code=$exit_failed
    rm -f "$fresh"
    return "$code"
  fi
  if ! { cat <"$2" >"$fresh" && sync "$fresh" && mv "$fresh" "$ready/" && sync "$ready"; }; then
    rm -f "$fresh"
    return "$exit_failed"
  fi
  if [ "$1" = move ]; then rm -f -- "$2"; fi
}

ready_files() { find "$ready" -maxdepth 1 -type f ! -name $'*\n*'; }

# What was listed, could be read or not, and is still there: the harvester would refuse it the next time, too.
set_aside() {
  local file
  while IFS= read -r file; do
    if [ -e "$file" ]; then mv -f -- "$file" "$refused/" || return "$exit_failed"; fi
  done <"$1"
}

# One import of what is ready. 0, exit_refused, or exit_waits if the harvester does not take anything now.
import_ready() {
  local list code
  list=$(mktemp "$incoming/list.XXXXXXXXXXXXXXXX") || return "$exit_failed"
  ready_files | head -n "$import_at_once" >"$list"
  code=0
  timeout "${HARVESTER_TIMEOUT:-600}" "$harvester" --quiet import --move - <"$list" >/dev/null || code=$?
  case $code in
    0 | "$exit_refused") set_aside "$list" || code=$? ;;
    *)
      complain "the harvester takes nothing now (exit code $code): $(ready_files | wc -l) files wait for the next call"
      code=$exit_waits
      ;;
  esac
  rm -f "$list"
  return "$code"
}

# sweep -n: imports what is ready; if another call is at it already that is left to it, since it looks again after it has
# let go of the lock. sweep -w SECONDS: waits for its turn. exit_waits if files are left.
sweep() {
  local result code
  find "$incoming" -type f -mmin +1440 -exec rm -f {} + # of calls that were killed: their files are where they were
  result=0
  while [ -n "$(ready_files | head -n 1)" ]; do
    code=0
    (
      flock "$@" 9 || exit "$busy"
      import_ready
    ) 9>"$handover/lock" || code=$?
    case $code in
      0) ;;
      "$exit_refused") result=$code ;;
      "$busy") if [ "$1" = -n ]; then return "$result"; else return "$exit_waits"; fi ;;
      *) return "$code" ;;
    esac
  done
  return "$result"
}
