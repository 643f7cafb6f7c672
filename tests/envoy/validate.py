#!/usr/bin/env python3
"""Checks every Envoy configuration that we ship: envoy-config/, the EnvoyFilters in istio/, what the control plane says.

    python3 -m venv DIR && DIR/bin/pip install -r tests/envoy/requirements.txt
    DIR/bin/python tests/envoy/validate.py [--envoy PATH] [FILE …]

Each goes through `envoy --mode validate`, where an unknown field fails, and through our own rules (rules.py, istio.py). Then the
checks check themselves: files with a planted mistake must fail, for that mistake. Exit status 0: all good; 1: file and reason on
standard error.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import yaml

import istio
import rules

ROOT = pathlib.Path(__file__).resolve().parents[2]
# A public key of nobody's: Envoy refuses a key set without one.
JWKS = {"keys": [{
    "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "check",
    "x": "_7VzJIdwVX_CLGrc90Yy7YpSgcYLpQIxd-wa5HvwlZg", "y": "htwFIlPAZ_0ETiy_kKflJQIovIWlhHlVStFxKmJUXFo",
}]}
# The last is what the control plane makes of a routes file with everything in it; a test of its module holds it to that.
FILES = ["envoy-config/*.yaml", "istio/*.yaml", "istio/examples/*.yaml", "xds-control-plane/src/test/resources/io/tabellion/xds/snapshot/full.json"]
SECRETS = ["hosted", "keyed"]
TLS = ["listener", "envoy", "callers-ca", "tabellion-ca", "mcp-ca"]


class StrictLoader(yaml.SafeLoader):
    """Refuses a key that is there twice: of two, two readers may take different ones."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"duplicate key {key}", node.start_mark)
        return super().construct_mapping(node, deep)


class Envoy:
    """An Envoy binary and a folder with the files that our configurations name."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        (folder / "jwks.json").write_text(json.dumps(JWKS))
        (folder / "secrets").mkdir()
        for name in SECRETS:
            (folder / "secrets" / name).write_text("Bearer of-nobody")
        (folder / "tls").mkdir()
        for name in TLS:
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                 "-subj", "/CN=" + name, "-keyout", f"tls/{name}.key", "-out", f"tls/{name}.crt"],
                cwd=folder, check=True, capture_output=True)

    def refuses(self, text):
        """Returns why Envoy refuses a bootstrap, or nothing."""
        file = self.folder / "bootstrap.yaml"
        file.write_text(text)
        run = subprocess.run([self.binary, "--mode", "validate", "-c", file.name, "-l", "error"],
                             cwd=self.folder, capture_output=True, text=True, timeout=60)
        return [] if run.returncode == 0 else ["envoy: " + (run.stderr or run.stdout).strip().splitlines()[-1]]


def check(envoy, text):
    """Returns what is wrong in a file: a bootstrap, or Kubernetes resources."""
    try:
        documents = [d for d in yaml.load_all(text, StrictLoader) if d]
    except yaml.YAMLError as e:
        return [f"not YAML: {e}"]
    if any("kind" in d for d in documents):
        return resources(envoy, documents)
    return rules.check(documents[0]) + envoy.refuses(text)


def resources(envoy, documents):
    errors = istio.check(documents)
    for name, bootstrap in istio.bootstraps(documents):
        found = (rules.check(bootstrap) if istio.is_ours(bootstrap) else []) + envoy.refuses(yaml.safe_dump(bootstrap))
        errors += [f"EnvoyFilter {name}: {e}" for e in found]
    return errors


# (file, what is replaced, by what, what the report must say). Of several places the first is taken.
MISTAKES = [
    ("envoy-config/envoy.yaml", "stat_prefix: tabellion\n", "stat_prefixx: tabellion\n", "envoy: "),
    ("envoy-config/envoy.yaml", "  - name: default\n", "  - name: default\n    name: other\n", "duplicate key"),
    ("envoy-config/envoy.yaml", "name: io.tabellion.answer_guard\n", "name: io.tabellion.none\n", "expected to end in"),
    ("envoy-config/envoy.yaml", "name: io.tabellion.guard\n", "name: io.tabellion.none\n", "expected to end in"),
    ("envoy-config/envoy.yaml", "name: io.tabellion.ext_proc ", "name: io.tabellion.other ", "is missing"),
    ("envoy-config/envoy.yaml", "          - name: envoy.filters.http.router\n",
     "          - name: lua\n            typed_config: { \"@type\": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua }\n"
     "          - name: envoy.filters.http.router\n", "expected to end in"),
    ("envoy-config/envoy.yaml", 'regex: ".+"', 'regex: ".*"', "io.tabellion/entry"),
    ("envoy-config/envoy.yaml", "[ { key: answer } ]\n", "[ { key: entry } ]\n", "io.tabellion/answer"),
    ("envoy-config/envoy.yaml", "status_code: 503", "status_code: 200", "503"),
    ("envoy-config/envoy.yaml", "timeout: 0s  ", "retry_policy: { retry_on: 5xx }\n                  timeout: 0s  ", "retry_policy"),
    ("envoy-config/envoy.yaml", "timeout: 0s  ", "hedge_policy: { hedge_on_per_try_timeout: true }\n                  timeout: 0s  ", "hedge_policy"),
    ("envoy-config/envoy.yaml", "timeout: 0s  ", "request_mirror_policies: [ { cluster: mcp_sample } ]\n                  timeout: 0s  ", "request_mirror_policies"),
    ("envoy-config/envoy.yaml", '              domains: [ "*" ]\n', '              domains: [ "*" ]\n              retry_policy: { retry_on: 5xx }\n', "retry_policy"),
    ("envoy-config/envoy.yaml", "timeout: 0s  ", "timeout: 15s  ", "timeout"),
    ("envoy-config/envoy.yaml", "name: mcp/sample", "name: sample", "mcp/<server>"),
    ("envoy-config/envoy.yaml", "name: exempt/healthz", "name: mcp/healthz", "without the name exempt"),
    ("envoy-config/envoy.yaml", "                  io.tabellion.guard: {", "                  io.tabellion.more: {", "only a part"),
    ("envoy-config/envoy.yaml", "failure_mode_allow: false", "failure_mode_allow: true", "failure_mode_allow"),
    ("envoy-config/envoy.yaml", "response_body_mode: FULL_DUPLEX_STREAMED", "response_body_mode: NONE", "processing_mode"),
    ("envoy-config/envoy.yaml", "untyped: [ io.tabellion ]", "untyped: [ other ]", "receiving_namespaces"),
    ("envoy-config/envoy.yaml", "                  require_expiration: true\n", "", "without an end"),
    ("envoy-config/envoy.yaml", "requires: { provider_name: idp }", "requires: { allow_missing_or_failed: {} }", "allow_missing_or_failed"),
    ("envoy-config/envoy.yaml", "requires: { provider_name: idp }", "requires: { extract_only_without_validation: {} }", "extract_only_without_validation"),
    ("envoy-config/envoy.yaml", "pipe: { path: admin.sock, mode: 384 }", "socket_address: { address: 127.0.0.1, port_value: 9901 }", "Unix socket"),
    ("envoy-config/envoy-mtls.yaml", "trusted_ca: { filename: tls/callers-ca.crt } }", "trusted_ca: { filename: tls/callers-ca.crt }, trust_chain_verification: ACCEPT_UNTRUSTED }", "ACCEPT_UNTRUSTED"),
    ("envoy-config/envoy-mtls.yaml", "match_typed_subject_alt_names: [ { san_type: DNS, matcher: { exact: tabellion.example.test } } ]", "", "no name pinned"),
    ("envoy-config/envoy-mtls.yaml", ", tls_maximum_protocol_version: TLSv1_3", "", "leaves no version"),
    ("istio/examples/sidecar.yaml", "stat_prefix: tabellion\n", "stat_prefixx: tabellion\n", "envoy: "),
    ("istio/examples/sidecar.yaml", "        name: io.tabellion.guard\n", "        name: io.tabellion.none\n", "expected to end in"),
    ("istio/examples/sidecar.yaml", "  priority: 20", "  priority: 5", "expected to end in"),
    ("istio/examples/sidecar.yaml", "listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter",
     "listener: { portNumber: 8080, filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter", "all ports"),
    ("istio/examples/several.yaml", "{ destination_port: 9090 }", "{ any: true }", "exempts more than ports"),
    ("istio/examples/sidecar.yaml", "retries: { attempts: 0 }", "retries: { attempts: 2 }", "retries"),
    ("istio/examples/sidecar.yaml", "              authority: tabellion.tabellion.svc.cluster.local\n", "", "authority"),
    ("istio/examples/sidecar.yaml", "name: tabellion-sample\n", "name: tabellion\n", "with sample in it"),
    ("istio/examples/waypoint.yaml", "name: main_internal, filterChain: { filter: { name: envoy.filters.network.http_connection_manager, sub",
     "filterChain: { filter: { name: envoy.filters.network.http_connection_manager, sub", "main_internal"),
    ("istio/examples/gateway.yaml", "operation: INSERT_BEFORE", "operation: INSERT_FIRST", "INSERT_BEFORE"),
    ("istio/examples/gateway.yaml", "    envoyfilter.istio.io/referenced-services:", "    other:", "referenced-services"),
]


def self_check(envoy):
    """Returns the planted mistakes that were not found."""
    missed = []
    for file, old, new, reason in MISTAKES:
        text = (ROOT / file).read_text()
        if old not in text:
            missed.append(f"{file}: nothing to replace: {old.strip()}")
            continue
        found = check(envoy, text.replace(old, new, 1))
        if not any(reason in error for error in found):
            missed.append(f"{file}: {old.strip()} → {new.strip()}: not found (expected: {reason}; found: {found})")
    return missed


def binary(given):
    beside = shutil.which("envoy", path=str(pathlib.Path(sys.executable).parent))
    found = given or os.environ.get("ENVOY") or beside or shutil.which("envoy")
    if not found:
        sys.exit("envoy: not found (expected: --envoy PATH, $ENVOY, or requirements.txt installed)")
    return found


def main():
    parser = argparse.ArgumentParser(description="Checks our Envoy configurations.")
    parser.add_argument("--envoy", help="the binary")
    parser.add_argument("files", nargs="*", type=pathlib.Path, help="only these, without the checks of the checks")
    arguments = parser.parse_args()
    files = arguments.files or [file for pattern in FILES for file in sorted(ROOT.glob(pattern)) if file.name != "values.yaml"]
    with tempfile.TemporaryDirectory() as folder:
        envoy = Envoy(binary(arguments.envoy), pathlib.Path(folder))
        errors = [f"{file}: {error}" for file in files for error in check(envoy, file.read_text())]
        if not arguments.files:
            errors += ["self-check: " + missed for missed in self_check(envoy)]
    for error in errors:
        print(error, file=sys.stderr)
    if not errors:
        print(f"{len(files)} files good" + ("" if arguments.files else f", {len(MISTAKES)} planted mistakes found"))
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
