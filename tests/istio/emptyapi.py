"""A Kubernetes API that has nothing in it, for an istiod that reads its configuration from files.

istiod wants a Kubernetes registry. Every list here is empty, and every watch says so and then stays silent.
"""

import http.server
import json
import threading
import urllib.parse

KINDS = {
    "endpointslices": "EndpointSlice", "namespaces": "Namespace", "customresourcedefinitions": "CustomResourceDefinition",
    "ingresses": "Ingress", "ingressclasses": "IngressClass", "gatewayclasses": "GatewayClass",
    "mutatingwebhookconfigurations": "MutatingWebhookConfiguration",
    "validatingwebhookconfigurations": "ValidatingWebhookConfiguration", "serviceexports": "ServiceExport",
    "serviceimports": "ServiceImport", "configmaps": "ConfigMap", "daemonsets": "DaemonSet", "statefulsets": "StatefulSet",
    "serviceaccounts": "ServiceAccount", "clustertrustbundles": "ClusterTrustBundle",
    "horizontalpodautoscalers": "HorizontalPodAutoscaler", "poddisruptionbudgets": "PodDisruptionBudget",
}
SILENCE_SECONDS = 3600


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, value, status=200):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        parts = url.path.strip("/").split("/")
        if url.path == "/version":
            return self.answer({"major": "1", "minor": "36", "gitVersion": "v1.36.1"})
        if parts[0] not in ("api", "apis") or len(parts) < (3 if parts[0] == "api" else 4):
            return self.answer({"kind": "APIGroupList", "apiVersion": "v1", "groups": []}
                               if parts[0] == "apis" else {"kind": "APIVersions", "versions": ["v1"]})
        version = parts[1] if parts[0] == "api" else "/".join(parts[1:3])
        rest = parts[2:] if parts[0] == "api" else parts[3:]
        if rest[0] == "namespaces" and len(rest) > 2:
            rest = rest[2:]
        plural = rest[0]
        kind = KINDS.get(plural, plural[:-1].capitalize())
        if query.get("watch", ["false"])[0] in ("true", "1"):
            return self.watch(version, kind, query)
        if len(rest) > 1:
            return self.answer({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}, 404)
        return self.answer({"kind": kind + "List", "apiVersion": version, "metadata": {"resourceVersion": "1"}, "items": []})

    def watch(self, version, kind, query):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        if query.get("sendInitialEvents", ["false"])[0] == "true":
            event = json.dumps({"type": "BOOKMARK", "object": {
                "kind": kind, "apiVersion": version,
                "metadata": {"resourceVersion": "1", "annotations": {"k8s.io/initial-events-end": "true"}}}}) + "\n"
            self.wfile.write(f"{len(event):x}\r\n{event}\r\n".encode())
            self.wfile.flush()
        threading.Event().wait(SILENCE_SECONDS)

    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        self.rfile.read(length)
        self.answer({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403}, 403)

    do_PUT = do_PATCH = do_DELETE = do_POST


def start():
    """Starts it on loopback; returns the port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]
