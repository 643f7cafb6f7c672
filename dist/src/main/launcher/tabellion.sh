#!/usr/bin/env bash
# Tabellion, as it is installed: finds a Java and starts the programs in lib. It writes only caches of classes, into
# $TABELLION_CACHE, else $CACHE_DIRECTORY (of systemd), else tabellion in $XDG_CACHE_HOME or ~/.cache; and what its verbs are told to write.
set -euo pipefail

script=${BASH_SOURCE[0]}
while [[ -L $script ]]; do # through symbolic links, also on systems without readlink -f
  link=$(readlink "$script")
  [[ $link == /* ]] || link=$(dirname "$script")/$link
  script=$link
done
home=$(cd "$(dirname "$script")/.." && pwd -P)
java_programs=(java)
options=$home/lib
shipped=$home/cache

# Caches hold code, so the folder must be this user's. Those of other builds are not touched: each has a folder of its own.
own_caches() {
  local folder=${TABELLION_CACHE:-${CACHE_DIRECTORY:-}}
  if [[ -z $folder ]]; then
    [[ -n ${XDG_CACHE_HOME:-}${HOME:-} ]] || return 0
    folder=${XDG_CACHE_HOME:-$HOME/.cache}/tabellion
  fi
  folder=${folder%%:*}/$(<"$home/lib/id")
  (umask 077 && mkdir -p "$folder") 2>/dev/null || return 0
  [[ ! -O $folder || ! -w $folder ]] || printf '%s' "$folder"
}
caches=$(own_caches)
readonly home java_programs options shipped caches
# shellcheck source=launch.sh
source "$home/lib/launch.sh"

# The jars of all programs lie in one folder; a list names those of a program, its own first.
jar_of() {
  local jars
  jars=$(<"$home/lib/$1.all.classpath")
  printf '%s' "$home/lib/${jars%%:*}"
}

class_path() {
  local jars
  jars=$(<"$home/lib/$1.$2.classpath")
  jars=${jars#*:}
  printf '%s' "$home/lib/${jars//:/:$home/lib/}"
}

usage() {
  cat <<'USAGE'
Tabellion, the notary for AI agents: MCP traffic behind Envoy is judged, and a signed trail of it is kept.

USAGE
  common_verbs
  cat <<'USAGE'
  tabellion version
  tabellion help [VERB]

Each verb says more with --help.
USAGE
}

use_utf8
verb=${1:-help}
[[ $# -eq 0 ]] || shift
choose "$@"
case $verb in
  help | -h | --help)
    [[ $# -gt 0 ]] || { usage && exit 0; }
    exec "$home/bin/tabellion" "$1" --help
    ;;
  control-plane)
    find_java
    start xds-control-plane io.tabellion.xds.Main "$@"
    ;;
  version | --version | -V | serve | audit | approvals | pins | stop | policy | mask | detectors | health | token | mesh)
    find_java
    start ext-proc-server io.tabellion.Main "$verb" "$@"
    ;;
  *)
    fail "$verb: no such verb (tabellion help lists them)"
    ;;
esac
