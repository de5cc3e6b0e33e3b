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
  if [ ! -d "$refused" ]; then mkdir -p "$incoming" "$ready" "$refused"; fi
}

# A name that says nothing and is given once.
new_name() { printf '%s.%s.%s' "${EPOCHREALTIME//[!0-9]/}" "$BASHPID" "$RANDOM"; }

same_disk() {
  local both
  both=$(stat -c %d -- "$1" "$2") && [ "${both%%[!0-9]*}" = "${both##*[!0-9]}" ]
}

# take copy|move FILE: puts it into the folder, on the disk and complete. Only then a moved file is gone from where it
# was. exit_refused if it is no file that can be read, exit_failed if it could not be written.
take() {
  local name code=0
  { [ -f "$2" ] && [ -r "$2" ]; } || return "$exit_refused"
  name=$(new_name)
  if [ "$1" = move ] && same_disk "$2" "$ready"; then
    mv -f -- "$2" "$ready/$name" || code=$exit_failed
    return "$code"
  fi
  if ! { cat <"$2" >"$incoming/$name" && sync "$incoming/$name" && mv "$incoming/$name" "$ready/" && sync "$ready"; }
  then
    rm -f "$incoming/$name"
    return "$exit_failed"
  fi
  if [ "$1" = move ]; then rm -f -- "$2"; fi
}

# What is ready, a path a line. Left out: hidden files, which programs rename when they are complete.
ready_files() { find "$ready" -maxdepth 1 -type f ! -name '.*' ! -name $'*\n*'; }

is_something_ready() {
  local file
  for file in "$ready"/*; do
    if [ -f "$file" ] && [ ! -L "$file" ] && [[ $file != *$'\n'* ]]; then return 0; fi
  done
  return 1
}

# Of calls that were killed. What they copied is still where it was.
remove_rests() { find "$incoming" -type f -mmin +1440 -exec rm -f {} +; }

# What was listed, could be read or not, and is still there: the harvester would refuse it the next time, too.
set_aside() {
  local file
  while IFS= read -r file; do
    if [ -e "$file" ]; then mv -f -- "$file" "$refused/" || return "$exit_failed"; fi
  done <"$1"
}

# The harvester's exit code. A daemon that is just starting holds its data directory (11) and takes nothing yet: those
# who have left their files to this call will not come again, so it is given ten seconds.
import_list() {
  local code tries
  for tries in 1 2 3 4 5 6 7 8 9 10; do
    code=0
    timeout "${HARVESTER_TIMEOUT:-600}" "$harvester" --quiet import --move - <"$1" >/dev/null || code=$?
    if [ "$code" -ne 11 ] || [ "$tries" -eq 10 ]; then return "$code"; fi
    sleep 1
  done
}

# One import of what is ready. 0, exit_refused, or exit_waits if the harvester does not take anything now.
import_ready() {
  local list code
  remove_rests
  list=$incoming/list.$(new_name)
  ready_files | head -n "$import_at_once" >"$list"
  code=0
  import_list "$list" || code=$?
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

# sweep -n: imports what is ready; if another call is at it already that is left to it, since it looks again after it
# has let go of the lock. sweep -w SECONDS: waits for its turn. exit_waits if files are left.
sweep() {
  local result code
  result=0
  while is_something_ready; do
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
