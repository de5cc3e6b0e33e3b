#!/usr/bin/env bash
# Hands an object that Conquest is about to store to the harvester. In dicom.ini:
#
#   ImportConverters = 1
#   ImportConverter0 = process with /path/to/conquest-import-converter.sh
#
# Conquest writes the object into a temporary file of its own naming, adds its name to the command, waits for the end
# of the command and reads the file back: so it is copied here, and the import itself is not waited for. No value out of
# the object stands in the command, unlike with "system" and %o, %f or %V. Exit codes as hook.sh, but that 0 means: safe
# in the hand-over folder; settings: see handover.sh.
set -euo pipefail
here=$(readlink -f "${BASH_SOURCE[0]}")
# shellcheck source=scripts/third-party/handover.sh
source "${here%/*}/handover.sh"

if [ $# -ne 1 ]; then
  complain "usage: conquest-import-converter.sh FILE"
  exit "$exit_usage"
fi
open_handover || exit "$exit_failed"
code=0
take copy "$1" || code=$?
if [ "$code" -ne 0 ]; then
  complain "an object cannot be put into the hand-over folder"
  exit "$code"
fi
sweep -n </dev/null >/dev/null 2>&1 &
