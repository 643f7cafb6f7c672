#!/usr/bin/env bash
# Makes the file of RealParsersTest anew: URIs, and what Python (with pydantic), Node and Go read in them.
# Needs python3, node and go; pydantic comes from the package index.
#   tests/uris/make.sh [COUNT [SEED [FILE]]]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
count=${1:-3000} seed=${2:-1}
file=${3:-$here/../../ext-proc-server/src/test/resources/io/tabellion/policy/uri/uris.jsonl}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! python3 -c 'import pydantic' 2>/dev/null; then
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install -q pydantic
  PATH=$work/venv/bin:$PATH
fi
python3 "$here/mutate.py" "$count" "$seed" >"$work/uris"
python3 "$here/read.py" <"$work/uris" >"$work/python" 2>/dev/null
node --no-deprecation "$here/read.mjs" <"$work/uris" >"$work/node"
go run "$here/read.go" <"$work/uris" >"$work/go"
mkdir -p "$(dirname "$file")"
python3 - "$work" >"$file" <<'P'
import json, sys

def lines(name):
    with open(f"{sys.argv[1]}/{name}") as file:
        return [json.loads(line) for line in file]

for uri, python, node, go in zip(lines("uris"), lines("python"), lines("node"), lines("go"), strict=True):
    reads = {}
    for name, found in (("python", python), ("node", node), ("go", go)):
        for each in found:
            reads.setdefault(each, name)
    print(json.dumps({"uri": uri, "reads": reads}, separators=(",", ":")))
P
echo "$(wc -l <"$file") URIs in $file"
