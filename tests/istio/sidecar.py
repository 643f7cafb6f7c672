#!/usr/bin/env python3
"""Tabellion in the sidecar of an MCP server, configured by a real istiod from what `./tabellion mesh attach` prints.

    tests/istio/build.sh packages istiod
    tests/istio/sidecar.py [--envoy 1.40]... [--keep]

Real: istiod, Envoy, our server, `mesh attach`, `mesh check`, `mesh prove`. istiod reads files; the sidecar is a plain Envoy in a
network namespace of its own, where iptables hand port 8080 to it as Istio does. Not here: certificates (mTLS is off, callers have
tokens), the injection webhook, the istio-proxy build. Needs root. Prints a table; exit status 1 if a line of it is not as expected.
"""

import argparse
import base64
import http.client
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import emptyapi

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRIVATE = ROOT / ".tabellion" / "istio"
TABELLION = os.environ.get("TABELLION", str(ROOT / "tabellion")).split()
SPACE, HOST, POD = "tabellion-test", "10.99.7.1", "10.99.7.2"
ISSUER = "https://issuer.example.test"
AUDIENCE = "http://sample.mcp-servers.svc.cluster.local:8080/mcp"
PATIENCE_SECONDS = 120
MARK = "this-tool-ran"

FOUND = """
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: sample, namespace: mcp-servers }
spec:
  hosts: [ sample.mcp-servers.svc.cluster.local ]
  addresses: [ 10.98.0.1 ]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [ { number: 8080, name: http, protocol: HTTP } ]
  workloadSelector: { labels: { app: sample } }
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: { name: sample, namespace: mcp-servers }
spec: { address: %s, labels: { app: sample }, serviceAccount: sample }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: tabellion, namespace: tabellion }
spec:
  hosts: [ tabellion.tabellion.svc.cluster.local ]
  addresses: [ 10.98.0.2 ]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [ { number: 9001, name: grpc-ext-proc, protocol: GRPC } ]
  endpoints: [ { address: %s } ]
---
# No certificates here.
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: DISABLE } }
""" % (POD, HOST)

SERVER = """
ext-proc: { address: "%s:9001", mesh: true }
api:
  address: 127.0.0.1:19002
  insecure-loopback: true
  tokens: [ { name: auditor, role: auditor, file: auditor.token, expires: 2099-01-01T00:00:00Z } ]
http: { address: 127.0.0.1:19003 }
log: { directory: log, origin: test.example/istio }
policy: policy.yaml
listeners: [ { name: sidecar, identity: { jwt: { issuers: [ "%s" ] } } } ]
""" % (HOST, ISSUER)

POLICY = """
apiVersion: tabellion.io/v1
kind: Policy
metadata: { name: istio, version: "1" }
defaults: { decision: deny }
rules: [ { id: tools, match: { methods: [ tools/call ] }, then: allow } ]
"""

# (what is wrong, what is replaced, by what, what a call must get, what `mesh check` must say of the proxy or the manifests).
# The guard is an object of its own, so most mistakes end in 403 and not in a call that nobody judged.
MISTAKES = [
    ("wrong label in workloadSelector", "workloadSelector: { labels: { app: sample } }", "workloadSelector: { labels: { app: smaple } }", 403, "filter-missing"),
    ("the Service's port instead of the container's", "portNumber: 8080", "portNumber: 80", 403, "filter-missing"),
    ("the router filter's old name", "subFilter: { name: envoy.filters.http.router }", "subFilter: { name: envoy.router }", 403, "filter-missing"),
    ("SIDECAR_OUTBOUND", "context: SIDECAR_INBOUND", "context: SIDECAR_OUTBOUND", 403, "filter-missing"),
    ("no authority", "              authority: tabellion.tabellion.svc.cluster.local\n", "", 200, "authority"),
    ("failure_mode_allow", "failure_mode_allow: false", "failure_mode_allow: true", 200, "fail-open"),
    ("an answer that is not handed over", "response_body_mode: FULL_DUPLEX_STREAMED", "response_body_mode: NONE", None, "processing-mode"),
    ("our filters deleted, the guard left", None, None, 403, "filter-missing"),
    ("an unknown field", "stat_prefix: tabellion", "stat_prefixx: tabellion", 200, "unknown-field"),
    ("our filters and the guard deleted", None, "", 200, "port-not-covered"),
]


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """Tokens of an issuer whose key openssl made."""

    def __init__(self, folder):
        self.key = folder / "issuer.pem"
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True, capture_output=True)
        modulus = subprocess.run(["openssl", "rsa", "-in", self.key, "-noout", "-modulus"], check=True, capture_output=True, text=True).stdout
        n = bytes.fromhex(modulus.strip().removeprefix("Modulus="))
        self.jwks = json.dumps({"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k", "n": b64(n), "e": "AQAB"}]})

    def token(self, subject):
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": int(time.time()), "exp": int(time.time()) + 3600}
        text = b64(json.dumps({"alg": "RS256", "kid": "k", "typ": "JWT"}).encode()) + "." + b64(json.dumps(claims).encode())
        sign = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=text.encode(), check=True, capture_output=True)
        return text + "." + b64(sign.stdout)


class McpServer(http.server.BaseHTTPRequestHandler):
    """Runs within the namespace (`sidecar.py --mcp`): answers every JSON-RPC request with an empty result."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self):
        if "content-length" in self.headers:
            return self.rfile.read(int(self.headers["content-length"]))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def do_POST(self):
        message = json.loads(self.body())
        result = {"content": [{"type": "text", "text": MARK}]} if message["method"] == "tools/call" else {}
        body = json.dumps({"jsonrpc": "2.0", "id": message.get("id"), "result": result}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Run:
    """Processes and a namespace that end with it."""

    def __init__(self, folder):
        self.folder, self.processes = folder, {}

    def start(self, name, command, **more):
        out = open(self.folder / (name + ".log"), "ab")
        self.processes[name] = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, **more)
        return self.processes[name]

    def stop(self, name, kill=False):
        process = self.processes.pop(name)
        process.kill() if kill else process.terminate()
        process.wait(timeout=60)

    def network(self):
        for command in (
            f"ip netns add {SPACE}", f"ip link add tabt0 type veth peer name tabt1 netns {SPACE}",
            f"ip addr add {HOST}/24 dev tabt0", "ip link set tabt0 up",
            f"ip -n {SPACE} addr add {POD}/24 dev tabt1", f"ip -n {SPACE} link set tabt1 up", f"ip -n {SPACE} link set lo up",
            f"ip netns exec {SPACE} iptables -t nat -A PREROUTING -p tcp --dport 8080 -j REDIRECT --to-ports 15006",
        ):
            subprocess.run(command.split(), check=True)

    def close(self):
        for name in list(self.processes)[::-1]:
            self.stop(name, kill=True)
        subprocess.run(["ip", "link", "del", "tabt0"], capture_output=True)
        subprocess.run(["ip", "netns", "del", SPACE], capture_output=True)


def await_(what, check):
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        value = check()
        if value is not None:
            return value
        time.sleep(0.1)
    raise SystemExit(f"{what}: not there after {PATIENCE_SECONDS} s")


def http_get(host, port, path):
    try:
        connection = http.client.HTTPConnection(host, port, timeout=5)
        connection.request("GET", path)
        response = connection.getresponse()
        return response.read() if response.status == 200 else None
    except OSError:
        return None


def call(token):
    """Returns the status of a tools/call, and whether it was executed."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "echo", "arguments": {}}})
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-11-25",
               "host": "sample.mcp-servers.svc.cluster.local:8080"}
    if token:
        headers["authorization"] = "Bearer " + token
    try:
        connection = http.client.HTTPConnection(POD, 8080, timeout=60)
        connection.request("POST", "/mcp", body, headers)
        response = connection.getresponse()
        return response.status, MARK.encode() in response.read()
    except OSError as e:
        return type(e).__name__, False


class Mesh:
    """istiod with its files, a sidecar, our server."""

    def __init__(self, run, issuer):
        self.run, self.folder, self.issuer = run, run.folder, issuer
        self.files = self.folder / "config"
        self.files.mkdir()
        self.attached = self.attach()
        self.write(self.attached)
        (self.files / "found.yaml").write_text(FOUND)
        self.token_file = self.folder / "agent.token"
        self.token_file.write_text(issuer.token("alice"))

    def attach(self):
        printed = subprocess.run(
            TABELLION + ["mesh", "attach", "--server", "sample", "--to", "sidecar", "--issuer", ISSUER, "--jwks-uri", ISSUER + "/jwks.json"],
            check=True, capture_output=True, text=True).stdout
        # Nobody is at that address here, so the keys stand in the file; and without certificates there is no STRICT.
        printed = re.sub(r"jwksUri: \S+", lambda _: "jwks: '" + self.issuer.jwks + "'", printed)
        return re.sub(r"mode: STRICT", "mode: DISABLE", printed)

    def write(self, text):
        new = self.folder / "attached.new"
        new.write_text(text)
        new.rename(self.files / "attached.yaml")

    def start_istiod(self):
        kube = self.folder / "kubeconfig"
        kube.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "c", "users": [{"name": "u", "user": {}}],
            "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{emptyapi.start()}"}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}]}))
        (self.folder / "mesh.yaml").write_text("accessLogFile: \"\"\ndefaultConfig: { discoveryAddress: 127.0.0.1:15010 }\ndefaultProviders: { metrics: [] }\n")
        self.run.start("istiod", [
            PRIVATE / "bin/pilot-discovery", "discovery", "--registries=Kubernetes", f"--kubeconfig={kube}", f"--configDir={self.files}",
            f"--meshConfig={self.folder / 'mesh.yaml'}", f"--grpcAddr={HOST}:15010", "--httpAddr=127.0.0.1:18080",
            "--secureGRPCAddr=", "--httpsAddr=", "--ctrlz_port=0", "--monitoringAddr=127.0.0.1:18014", "--domain=cluster.local"],
            cwd=self.folder, env=os.environ | {
                "XDS_AUTH": "false", "ENABLE_CA_SERVER": "false", "PILOT_ENABLE_AMBIENT": "false", "PILOT_CERT_PROVIDER": "none",
                "PILOT_ENABLE_METADATA_EXCHANGE": "false", "PILOT_ENABLE_ALPN_FILTER": "false", "POD_NAMESPACE": "istio-system"})
        await_("istiod", lambda: http_get("127.0.0.1", 18080, "/ready"))

    def start_server(self):
        home = self.folder / "server"
        if not home.exists():
            home.mkdir()
            (home / "tabellion.yaml").write_text(SERVER)
            (home / "policy.yaml").write_text(POLICY)
            token = home / "auditor.token"
            token.touch(mode=0o600)
            token.write_text("a-token-for-tests-0123456789abcdef0123456789\n")
        self.run.start("server", TABELLION + ["serve", "--config", home / "tabellion.yaml"], cwd=home)
        await_("our server", lambda: http_get("127.0.0.1", 19003, "/readyz"))

    def start_sidecar(self, version):
        bootstrap = {
            "node": {
                "id": f"sidecar~{POD}~sample-0.mcp-servers~mcp-servers.svc.cluster.local", "cluster": "sample.mcp-servers",
                "metadata": {"NAMESPACE": "mcp-servers", "LABELS": {"app": "sample"}, "ISTIO_VERSION": "1.31.0", "CLUSTER_ID": "Kubernetes",
                             "INSTANCE_IPS": POD, "SERVICE_ACCOUNT": "sample", "PROXY_CONFIG": {}}},
            "admin": {"address": {"socket_address": {"address": POD, "port_value": 15000}}},
            "dynamic_resources": {
                "ads_config": {"api_type": "GRPC", "transport_api_version": "V3", "grpc_services": [{"envoy_grpc": {"cluster_name": "xds-grpc"}}]},
                "lds_config": {"ads": {}, "resource_api_version": "V3"}, "cds_config": {"ads": {}, "resource_api_version": "V3"}},
            "static_resources": {"clusters": [{
                "name": "xds-grpc", "type": "STATIC", "connect_timeout": "1s",
                "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                    "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                    "explicit_http_config": {"http2_protocol_options": {}}}},
                "load_assignment": {"cluster_name": "xds-grpc", "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {
                    "socket_address": {"address": HOST, "port_value": 15010}}}}]}]}}]}}
        file = self.folder / "sidecar.json"
        file.write_text(json.dumps(bootstrap))
        binary = subprocess.run(["find", PRIVATE / "envoy" / version, "-name", "envoy*", "-type", "f", "-size", "+20M"],
                                check=True, capture_output=True, text=True).stdout.split()[0]
        self.run.start("sidecar", ["ip", "netns", "exec", SPACE, binary, "-c", file, "-l", "warning", "--disable-hot-restart"], cwd=self.folder)
        await_("the sidecar's listener", lambda: "virtualInbound" in active(self.dump()) or None)

    def dump(self):
        return http_get(POD, 15000, "/config_dump")

    def settle(self, before):
        """Waits until istiod's answer to a changed file is at the proxy: another listener, or a refused one."""
        def changed():
            now = self.dump()
            return now if now and listeners(now) != listeners(before) else None
        return await_("another listener", changed)

    def check_proxy(self):
        file = self.folder / "dump.json"
        file.write_bytes(self.dump())
        done = subprocess.run(TABELLION + ["mesh", "check", "--config-dump", file, "--port", "8080"], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def check_manifests(self):
        """The same before anything is applied: what attach printed, the chart, and the pods of an MCP server."""
        done = subprocess.run(TABELLION + [
            "mesh", "check", self.files / "attached.yaml", ROOT / "istio/examples/tabellion.yaml",
            ROOT / "mesh/src/test/resources/io/tabellion/mesh/check/server-sidecar.yaml"], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def prove(self):
        done = subprocess.run(TABELLION + [
            "mesh", "prove", "--url", f"http://{POD}:8080/mcp", "--bearer-file", self.token_file,
            "--server", "127.0.0.1:19002", "--token-file", self.folder / "server/auditor.token"], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


def active(dump):
    """The names of the listeners that are at work."""
    return [one.get("name") for config in json.loads(dump or '{"configs": []}')["configs"] if config["@type"].endswith("ListenersConfigDump")
            for one in config.get("dynamic_listeners", []) if "active_state" in one]


def listeners(dump):
    for config in json.loads(dump)["configs"]:
        if config["@type"].endswith("ListenersConfigDump"):
            return json.dumps([(one.get("name"), one.get("active_state", {}).get("listener"), one.get("error_state", {}).get("details"))
                               for one in config.get("dynamic_listeners", [])])
    return ""


class Table:
    def __init__(self):
        self.bad = 0

    def line(self, version, what, good, seen):
        self.bad += not good
        print(f"| {version} | {what} | {seen} | {'as expected' if good else '**NOT as expected**'} |", flush=True)


def steps(mesh, version, table):
    token = mesh.token_file.read_text()
    status, executed = call(token)
    table.line(version, "a call with a token", (status, executed) == (200, True), seen(status, executed))
    status, executed = call(None)
    table.line(version, "a call without a token", status == 401 and not executed, seen(status, executed))
    code, text = mesh.check_proxy()
    table.line(version, "`mesh check` of the proxy", code == 0, f"exit status {code}")
    if code:
        print(text)
    code, text = mesh.prove()
    proved = code == 0 and "alice" in text and "sample" in text
    table.line(version, "`mesh prove`: entry with caller and server", proved, f"exit status {code}")
    if not proved:
        print(text)
    mesh.run.stop("server", kill=True)
    status, executed = call(token)
    table.line(version, "our server is killed", status == 503 and not executed, seen(status, executed))
    mesh.start_server()
    status, executed = await_("a call after the restart", lambda: (lambda r: r if r[0] == 200 else None)(call(token)))
    table.line(version, "our server is back", executed, seen(status, executed))


def changed(attached, old, new):
    """Replaces in the object with our two filters; the guard is another one. None deletes the object, and with "" the guard too."""
    documents = attached.split("\n---\n")
    if old is None:
        gone = ["\n  name: tabellion-sample\n"] + (["\n  name: tabellion-closed-sample\n"] if new == "" else [])
        return "\n---\n".join(d for d in documents if not any(name in d for name in gone))
    return "\n---\n".join(d.replace(old, new) if "\n  name: tabellion-sample\n" in d else d for d in documents)


def rules(text):
    return sorted(set(re.findall(r"\[([a-z-]+)\]", text)))


def mistakes(mesh, version, table):
    token = mesh.token_file.read_text()
    for name, old, new, wanted, rule in MISTAKES:
        before = mesh.dump()
        text = changed(mesh.attached, old, new)
        assert text != mesh.attached, name
        mesh.write(text)
        mesh.settle(before)
        status, answered = call(token)
        proxy, manifests = mesh.check_proxy()[1], mesh.check_manifests()[1]
        good = (wanted is None or status == wanted) and (rule in rules(proxy) or rule in rules(manifests))
        table.line(version, name, good, seen(status, answered) + f"; proxy: {', '.join(rules(proxy)) or 'nothing'}; manifests: {', '.join(rules(manifests)) or 'nothing'}")
        before = mesh.dump()
        mesh.write(mesh.attached)
        mesh.settle(before)


def seen(status, answered):
    return f"{status}, {'the' if answered else 'no'} answer of the tool"


def main():
    parser = argparse.ArgumentParser(description="Tabellion in a sidecar that a real istiod configures.")
    parser.add_argument("--envoy", action="append", help="a line of Envoy: 1.37 to 1.40 (default: 1.40)")
    parser.add_argument("--keep", action="store_true", help="keep the folder with the logs")
    parser.add_argument("--mcp", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.mcp:
        http.server.ThreadingHTTPServer((POD, 8080), McpServer).serve_forever()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tabellion-istio-"))
    run, table = Run(folder), Table()
    try:
        run.network()
        run.start("mcp", ["ip", "netns", "exec", SPACE, sys.executable, os.path.abspath(__file__), "--mcp"])
        mesh = Mesh(run, Issuer(folder))
        mesh.start_istiod()
        mesh.start_server()
        print("| Envoy | what | seen | |\n|---|---|---|---|")
        for number, version in enumerate(arguments.envoy or ["1.40"]):
            mesh.start_sidecar(version)
            steps(mesh, version, table)
            if number == 0:
                mistakes(mesh, version, table)
            run.stop("sidecar")
    finally:
        run.close()
        if arguments.keep or table.bad:
            print(f"logs: {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)
    sys.exit(1 if table.bad else 0)


if __name__ == "__main__":
    main()
