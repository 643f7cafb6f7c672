#!/bin/sh
# Installs what package.json names into node_modules; does nothing when that is already there.
set -eu
cd "$(dirname "$0")"

stamp=node_modules/.installed
if [ -f "$stamp" ] && cmp -s package.json "$stamp" && node_modules/.bin/node --version >/dev/null 2>&1; then
  echo "install: node_modules is up to date ($(node_modules/.bin/node --version))"
  exit 0
fi

command -v npm >/dev/null || { echo "install: npm: not on the PATH" >&2; exit 1; }
echo "install: npm $(npm --version) installs into $PWD/node_modules (220 MB)"
rm -f "$stamp"
npm install --no-audit --no-fund --loglevel=error

# The package node fetches its binary in an install script, which newer npm may refuse to run.
if ! node_modules/.bin/node --version >/dev/null 2>&1; then
  (cd node_modules/node && npm_config_package_lock=false node installArchSpecificPackage.js)
fi
case "$(node_modules/.bin/node --version)" in
  v22.*) ;;
  *) echo "install: node: $(node_modules/.bin/node --version) (expected: v22, for the conformance suite)" >&2; exit 1 ;;
esac

cp package.json "$stamp"
echo "install: done, node $(node_modules/.bin/node --version)"
