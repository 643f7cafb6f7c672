"""EnvoyFilters of ours as Envoy bootstraps, and our rules for what stands beside them in the same file."""

import copy
import json

import rules

CLUSTER = "outbound|9001||tabellion.tabellion.svc.cluster.local"
AUTHORITY = "tabellion.tabellion.svc.cluster.local"
ANNOTATION = "envoyfilter.istio.io/referenced-services"
HTTP2 = {
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        "explicit_http_config": {"http2_protocol_options": {}},
    }
}


def check(documents):
    """Returns what is wrong in the other resources of a file, one line each."""
    errors = []
    for document in documents:
        if document["kind"] == "EnvoyFilter":
            errors += envoy_filter(document)
        if document["kind"] == "VirtualService":
            errors += virtual_service(document)
    return errors


def envoy_filter(document):
    errors = []
    metadata, spec = document["metadata"], document["spec"]
    for patch in spec["configPatches"]:
        if patch["applyTo"] == "HTTP_FILTER":
            errors += filter_patch(patch, metadata, waypoint="targetRefs" in spec)
            errors += [f"EnvoyFilter {metadata['name']}: name (expected: with {server} in it; a second one of this name replaces it)"
                       for server in servers(patch) if server not in metadata["name"]]
    return errors


def servers(patch):
    """Returns the MCP server that our filter names, if it names one."""
    service = patch["patch"]["value"]["typed_config"].get("grpc_service", {})
    return [entry["value"] for entry in service.get("initial_metadata", []) if entry["key"] == "x-tabellion-server"]


def filter_patch(patch, metadata, waypoint):
    name = patch["patch"]["value"]["name"]
    listener = patch["match"].get("listener", {})
    before = listener.get("filterChain", {}).get("filter", {}).get("subFilter", {}).get("name")
    errors = []
    if patch["patch"]["operation"] != "INSERT_BEFORE" or before != rules.ROUTER:
        errors.append(f"patch {name}: not INSERT_BEFORE the router")
    if waypoint and (listener.get("name") != "main_internal" or "portNumber" in listener):
        errors.append(f"patch {name}: listener (expected in a waypoint: name main_internal and no port)")
    if name in (rules.GUARD, rules.CLOSED) and "portNumber" in listener:
        errors.append(f"patch {name}: a port (expected: all ports, so that a wrong port of the other filters leaves nothing open)")
    if name == rules.OURS:
        if metadata.get("annotations", {}).get(ANNOTATION) != "tabellion/" + AUTHORITY:
            errors.append(f"EnvoyFilter {metadata['name']}: annotation {ANNOTATION} (the proxy may lack our cluster)")
        service = patch["patch"]["value"]["typed_config"]["grpc_service"]["envoy_grpc"]
        if service != {"cluster_name": CLUSTER, "authority": AUTHORITY}:
            errors.append(f"patch {name}: envoy_grpc (expected: {CLUSTER} with authority)")
    return errors


def virtual_service(document):
    errors = []
    for route in document["spec"]["http"]:
        where = f"VirtualService route {route.get('name')}"
        if "directResponse" in route:
            continue
        if route.get("retries") != {"attempts": 0}:
            errors.append(f"{where}: retries (expected: attempts 0; the default is 2)")
        errors += [f"{where}: {key}" for key in ("timeout", "mirror", "mirrors", "fault") if key in route]
        if not str(route.get("name", "")).startswith("mcp/"):
            errors.append(f"{where} (expected: mcp/<server>)")
    return errors


def bootstraps(documents):
    """Returns, for each proxy that is patched, whose patches they are, and a bootstrap that has them all in it, in Istio's order."""
    proxies = {}
    for document in documents:
        if document["kind"] in ("EnvoyFilter", "EnvoyPatchPolicy"):
            proxies.setdefault(proxy(document), []).append(document)
    for (namespace, selection), found in list(proxies.items()):
        if selection == "{}":  # all workloads of the namespace
            for (other, selected), more in proxies.items():
                if other == namespace and selected != "{}" and "main_internal" not in json.dumps(more):
                    more += found
    return [("+".join(d["metadata"]["name"] for d in found), bootstrap(sorted(found, key=lambda d: d["spec"].get("priority", 0))))
            for found in proxies.values()]


def proxy(document):
    spec = document["spec"]
    selection = {key: spec[key] for key in ("workloadSelector", "targetRefs", "targetRef") if key in spec}
    return document["metadata"]["namespace"], json.dumps(selection)


def is_ours(bootstrap):
    """Whether our ext_proc filter is in it. Where it is not, there is nothing that our rules hold for."""
    return any(node.get("name") == rules.OURS and "typed_config" in node for node in rules.mappings(bootstrap))


def bootstrap(documents):
    filters = [{"name": rules.ROUTER, "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]
    routes = [{"name": "mcp/sample", "match": {"path": "/mcp"}, "route": {"cluster": "sample", "timeout": "0s"}}]
    manager = {}
    for document in documents:
        for patch in document["spec"].get("configPatches", []):
            value = copy.deepcopy(patch["patch"]["value"])
            kind = (patch["applyTo"], patch["patch"]["operation"])
            if patch["applyTo"] == "HTTP_FILTER":
                filters.insert(-1, value)
            elif kind == ("HTTP_ROUTE", "INSERT_FIRST"):
                routes.insert(0, value)
            elif kind == ("HTTP_ROUTE", "MERGE"):
                name = patch["match"]["routeConfiguration"]["vhost"]["route"]["name"]
                routes.insert(0, merged({"name": "mcp/" + name, "match": {"path": "/" + name}, "route": {"cluster": "sample", "timeout": "0s"}}, value))
            elif kind == ("NETWORK_FILTER", "MERGE"):
                manager = merged(manager, value["typed_config"])
            else:
                raise ValueError(f"applyTo {kind}: unknown to this check")
        for patch in document["spec"].get("jsonPatches", []):  # of Envoy Gateway, which has an ext_proc filter of its own making
            if "name" in patch["operation"]["value"]:
                filters.insert(-1, copy.deepcopy(patch["operation"]["value"]))
    return {
        "node": {"id": "check", "cluster": "check"},
        "static_resources": {
            "listeners": [listener(filters, routes, manager)],
            "clusters": [cluster(CLUSTER) | {"typed_extension_protocol_options": HTTP2}, cluster("sample")],
        },
    }


def merged(into, value):
    """As protobuf merges: fields of messages one by one, lists one after the other."""
    if isinstance(into, dict) and isinstance(value, dict):
        return into | {key: merged(into[key], child) if key in into else child for key, child in value.items()}
    return into + value if isinstance(into, list) and isinstance(value, list) else value


def listener(filters, routes, manager):
    return {
        "name": "virtualInbound",
        "address": {"socket_address": {"address": "127.0.0.1", "port_value": 15006}},
        "filter_chains": [{"filters": [{
            "name": "envoy.filters.network.http_connection_manager",
            "typed_config": manager | {
                "@type": "type.googleapis.com/" + rules.HCM,
                "stat_prefix": "inbound",
                "http_filters": filters,
                "route_config": {"virtual_hosts": [{"name": "inbound", "domains": ["*"], "routes": routes}]},
            },
        }]}],
    }


def cluster(name):
    return {"name": name, "type": "STATIC", "load_assignment": {"cluster_name": name}}
