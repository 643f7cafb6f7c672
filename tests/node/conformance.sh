#!/bin/sh
# Runs the official suite for both requirement sets against URL and keeps what it says below OUT.
#
#   conformance.sh URL OUT [EXPECTED]
#
# EXPECTED is a file of the suite: which checks fail, all others pass.
# OUT/<revision>/server-*/checks.json, OUT/<revision>.log; prints one line of counts a revision.
# Exits with 1 when a scored check failed or a run did not get to its end.
set -eu
[ $# -eq 2 ] || [ $# -eq 3 ] || { echo "usage: conformance.sh URL OUT [EXPECTED]" >&2; exit 2; }
url=$1
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
status=0
for revision in 2025-11-25 2026-07-28; do
  rm -rf "${out:?}/$revision" "$out/$revision.log"
  mkdir "$out/$revision"
  ended=0
  "$here/node_modules/.bin/node" "$here/node_modules/@modelcontextprotocol/conformance/dist/index.js" \
    server --url "$url" --requirements "$revision" --output-dir "$out/$revision" \
    ${3:+--expected-failures "$3"} >"$out/$revision.log" 2>&1 || ended=$?
  echo "$revision: $(grep '^Total:' "$out/$revision.log" || echo 'no total, see the log') (exit $ended)"
  [ "$ended" -eq 0 ] && grep -q '^Total:' "$out/$revision.log" || status=1
done
exit $status
