#!/bin/sh
# Checks the tests of this folder without Envoy: the fixture passes what it must, twice the same; a
# proxy that changes nothing makes no difference; one that tampers does; the clients get through.
# Takes about half a minute.
set -eu
cd "$(dirname "$0")"
./install.sh
./compare.py --self-test
node=node_modules/.bin/node
out=out/check
rm -rf "$out" && mkdir -p "$out"
pids=
trap '[ -z "$pids" ] || kill $pids 2>/dev/null' EXIT INT TERM

# start NAME COMMAND...: starts a server on any free port and leaves its port in $port.
start() {
  name=$1 && shift
  "$@" >"$out/$name.log" 2>&1 &
  pids="$pids $!"
  until port=$(sed -n 's|.* ready on http://127.0.0.1:\([0-9]*\)/.*|\1|p' "$out/$name.log") && [ -n "$port" ]; do
    kill -0 "$!" || { cat "$out/$name.log" >&2; exit 1; }
    sleep 0.1
  done
}

start fixture "$node" fixture-server.mjs --port 0
fixture=$port
start unchanged "$node" passthrough.mjs --port 0 --to "$fixture" --log "$out/wire.jsonl"
unchanged=$port
start observed "$node" passthrough.mjs --port 0 --to "$fixture" --log "$out/clients-wire.jsonl"
observed=$port
start dropping "$node" passthrough.mjs --port 0 --to "$fixture" --tamper drop
dropping=$port

echo "direct"
./conformance.sh "http://localhost:$fixture/mcp" "$out/direct"
./conformance.sh "http://localhost:$fixture/mcp" "$out/again"
./compare.py "$out/direct" "$out/again" --at-least 2025-11-25=84 --at-least 2026-07-28=164
echo "unchanged"
./conformance.sh "http://localhost:$unchanged/mcp" "$out/proxied"
./compare.py "$out/direct" "$out/proxied"
echo "tampered"
./conformance.sh "http://localhost:$dropping/mcp" "$out/tampered" || true
if ./compare.py "$out/direct" "$out/tampered"; then
  echo "check: the comparison did not notice a dropped event" >&2
  exit 1
fi
echo "clients"
"$node" clients.mjs "http://localhost:$observed/mcp" --kind fixture >"$out/clients.jsonl"
if "$node" clients.mjs "http://localhost:$observed/mcp" --kind fixture --client auto \
    --expect-blocked delete_customer >"$out/not-blocked.jsonl"; then
  echo "check: the clients did not notice that a tool was not blocked" >&2
  exit 1
fi
echo "check: ok"
