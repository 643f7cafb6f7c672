#!/bin/sh
# Starts the npm package server-everything (session era only) on 127.0.0.1:PORT; the process is node.
set -eu
[ $# -eq 1 ] || { echo "usage: everything.sh PORT" >&2; exit 2; }
cd "$(dirname "$0")"
PORT="$1" exec node_modules/.bin/node --import ./loopback.mjs \
  node_modules/@modelcontextprotocol/server-everything/dist/index.js streamableHttp
