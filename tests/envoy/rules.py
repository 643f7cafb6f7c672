"""Our own rules for Envoy configurations, as pure functions from a parsed bootstrap to what is wrong in it.

Envoy accepts all that is refused here: a missing guard, a route that retries, a certificate that nobody verified.
"""

import copy

OURS = "io.tabellion.ext_proc"
ANSWER_GUARD = "io.tabellion.answer_guard"
GUARD = "io.tabellion.guard"
CLOSED = "io.tabellion.closed"  # a second guard, of a namespace that is closed as a whole
ROUTER = "envoy.filters.http.router"
CHAIN = [ANSWER_GUARD, OURS, GUARD, ROUTER]

HCM = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
EXT_PROC = "envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor"
RBAC = "envoy.extensions.filters.http.rbac.v3.RBAC"
CUSTOM_RESPONSE = "envoy.extensions.filters.http.custom_response.v3.CustomResponse"
LOCAL_RESPONSE = "envoy.extensions.http.custom_response.local_response_policy.v3.LocalResponsePolicy"
JWT = "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication"
UPSTREAM_TLS = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"
ROUTE_OFF = {"@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig", "disabled": True}

MODE = {
    "request_header_mode": "SEND",
    "request_body_mode": "FULL_DUPLEX_STREAMED",
    "request_trailer_mode": "SEND",
    "response_header_mode": "SEND",
    "response_body_mode": "FULL_DUPLEX_STREAMED",
    "response_trailer_mode": "SEND",
}
# A route may tell our filter which MCP server it is, where its name cannot.
PER_ROUTE = "type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute"
# Istio's merge of a route cannot take its retries away; this leaves them without a reason.
NO_RETRIES = {"retry_on": "none"}
# What in a route makes of one intent more than one execution.
REPEATS = ("retry_policy", "retry_policy_typed_config", "hedge_policy", "request_mirror_policies", "internal_redirect_policy")

JUDGED = {
    "action": "ALLOW",
    "policies": {
        "judged": {
            "permissions": [{
                "sourced_metadata": {
                    "metadata_matcher": {
                        "filter": "io.tabellion",
                        "path": [{"key": "entry"}],
                        "value": {"string_match": {"safe_regex": {"regex": ".+"}}},
                    }
                }
            }],
            "principals": [{"any": True}],
        }
    },
}


def without(key):
    return {
        "not_matcher": {
            "single_predicate": {
                "input": {
                    "name": key,
                    "typed_config": {
                        "@type": "type.googleapis.com/envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput",
                        "filter": "io.tabellion",
                        "path": [{"key": key}],
                    },
                },
                "custom_match": {
                    "name": "present",
                    "typed_config": {
                        "@type": "type.googleapis.com/envoy.extensions.matching.input_matchers.metadata.v3.Metadata",
                        "value": {"present_match": True},
                    },
                },
            }
        }
    }


# The first that fits counts: without the entry of a request it never left.
NOT_LEFT = {"and_matcher": {"predicate": [without("answer"), without("entry")]}}
NOT_ANSWERED = without("answer")


def mappings(node):
    """Every mapping in a tree."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from mappings(value)
    elif isinstance(node, list):
        for item in node:
            yield from mappings(item)


def is_a(node, message):
    return node.get("@type") == "type.googleapis.com/" + message


def check(bootstrap):
    """Returns what is wrong, one line each."""
    errors = []
    for node in mappings(bootstrap):
        errors += forbidden(node)
        if is_a(node, HCM):
            errors += connection_manager(node)
        if "virtual_hosts" in node:
            errors += route_table(node)
        if is_a(node, UPSTREAM_TLS):
            errors += upstream_tls(node)
        if is_a(node, JWT):
            errors += tokens(node)
    errors += admin(bootstrap)
    return errors


def forbidden(node):
    errors = []
    if node.get("trust_chain_verification") == "ACCEPT_UNTRUSTED":
        errors.append("trust_chain_verification: ACCEPT_UNTRUSTED (a self-signed certificate would be an identity)")
    for key in ("extract_only_without_validation", "allow_missing_or_failed"):
        if key in node:
            errors.append(f"{key}: a token that nobody verified would be an identity")
    if "allow_content_length_header" in node:
        errors.append("allow_content_length_header: Envoy does not check it, a wrong length smuggles the next request")
    return errors


def admin(bootstrap):
    address = bootstrap.get("admin", {}).get("address")
    return [] if address is None or "pipe" in address else ["admin: not a Unix socket"]


def connection_manager(hcm):
    filters = hcm.get("http_filters", [])
    names = [f.get("name") for f in filters if f.get("name") != CLOSED]
    if OURS not in names:
        return [f"http_filters {names}: {OURS} is missing"]
    errors = []
    if names[-len(CHAIN):] != CHAIN:
        errors.append(f"http_filters {names} (expected to end in: {CHAIN})")
    for f in filters:
        config = f.get("typed_config", {})
        if is_a(config, EXT_PROC) and f["name"] != OURS:
            errors.append(f"{f['name']}: a second ext_proc filter")
        if f.get("name") in CHAIN and (f.get("disabled") or f.get("is_optional")):
            errors.append(f"{f['name']}: disabled or optional")
        errors += {OURS: ext_proc, GUARD: guard, CLOSED: guard, ANSWER_GUARD: answer_guard}.get(f.get("name"), nothing)(config)
    return errors


def nothing(_):
    return []


def ext_proc(config):
    errors = []
    if not is_a(config, EXT_PROC):
        errors.append(f"{OURS}: not an ExternalProcessor")
    if config.get("processing_mode") != MODE:
        errors.append(f"{OURS}: processing_mode (expected: {MODE})")
    for key in ("failure_mode_allow", "observability_mode", "allow_mode_override", "disable_immediate_response"):
        if config.get(key):
            errors.append(f"{OURS}: {key} is set")
    if config.get("status_on_error") != {"code": "ServiceUnavailable"}:
        errors.append(f"{OURS}: status_on_error (expected: ServiceUnavailable)")
    options = config.get("metadata_options", {})
    if options.get("receiving_namespaces") != {"untyped": ["io.tabellion"]}:
        errors.append(f"{OURS}: receiving_namespaces (expected: untyped io.tabellion)")
    if "xds.route_name" not in config.get("request_attributes", []):
        errors.append(f"{OURS}: request_attributes lack xds.route_name")
    if "response.code_details" not in config.get("response_attributes", []):
        errors.append(f"{OURS}: response_attributes lack response.code_details")
    return errors


def guard(config):
    asked = copy.deepcopy({"action": "ALLOW"} | config.get("rules", {}))  # ALLOW is the default, which JSON leaves out
    exempt = asked.get("policies", {}).pop("exempt", None)  # ports that may be called unjudged, and nothing else
    if exempt and any(set(permission) != {"destination_port"} for permission in exempt["permissions"]):
        return [f"{GUARD}: exempts more than ports"]
    if is_a(config, RBAC) and set(config) == {"@type", "rules"} and asked == JUDGED:
        return []
    return [f"{GUARD}: does not ask for io.tabellion/entry and nothing else"]


def answer_guard(config):
    matchers = config.get("custom_response_matcher", {}).get("matcher_list", {}).get("matchers", [])
    asked = [matcher.get("predicate") for matcher in matchers]
    if not is_a(config, CUSTOM_RESPONSE) or asked not in ([NOT_ANSWERED], [NOT_LEFT, NOT_ANSWERED]):
        return [f"{ANSWER_GUARD}: does not ask for io.tabellion/answer and nothing else"]
    for matcher in matchers:
        policy = matcher.get("on_match", {}).get("action", {}).get("typed_config", {})
        if not is_a(policy, LOCAL_RESPONSE) or policy.get("status_code") != 503 or "body" not in policy:
            return [f"{ANSWER_GUARD}: does not answer 503 with a body of its own"]
    return []


def route_table(table):
    errors = repeats("route table", table)
    for host in table["virtual_hosts"]:
        errors += repeats(f"virtual host {host.get('name')}", host)
        errors += switches(f"virtual host {host.get('name')}", host)
        for route in host.get("routes", []):
            errors += exempt(route) if str(route.get("name", "")).startswith("exempt/") else judged(route)
    return errors + switches("route table", table)


def judged(route):
    name = route.get("name")
    errors = [e for node in mappings(route) for e in repeats(f"route {name}", node) + switches(f"route {name}", node)]
    if not str(name).startswith("mcp/") or name == "mcp/":
        errors.append(f"route {name} (expected: mcp/<server> or exempt/<what>)")
    if "route" not in route:
        errors.append(f"route {name}: no cluster")
    elif route["route"].get("timeout") != "0s":
        errors.append(f"route {name}: timeout (expected: 0s, any other cuts event streams)")
    return errors


def exempt(route):
    off = route.get("typed_per_filter_config", {})
    missing = [f for f in (ANSWER_GUARD, OURS, GUARD) if off.get(f) != ROUTE_OFF]
    return [f"route {route['name']}: switches off only a part, not {missing}"] if missing else []


def repeats(where, node):
    return [f"{where}: {key} (one intent, one execution)" for key in REPEATS if key in node and node[key] != NO_RETRIES]


def switches(where, node):
    changed = {f: c for f, c in node.get("typed_per_filter_config", {}).items() if f in (ANSWER_GUARD, OURS, GUARD, CLOSED)}
    off = [f for f, c in changed.items() if f != OURS or not only_names_the_server(c)]
    return [f"{where}: changes {off} without the name exempt/…"] if off else []


def only_names_the_server(config):
    metadata = config.get("overrides", {}).get("grpc_initial_metadata", [])
    return (set(config) == {"@type", "overrides"} and config["@type"] == PER_ROUTE and set(config["overrides"]) == {"grpc_initial_metadata"}
            and [entry["key"] for entry in metadata] == ["x-tabellion-server"])


def upstream_tls(context):
    common = context.get("common_tls_context", {})
    validation = common.get("validation_context", {})
    errors = []
    if "trusted_ca" not in validation or not validation.get("match_typed_subject_alt_names"):
        errors.append("UpstreamTlsContext: no trusted_ca or no name pinned")
    params = common.get("tls_params", {})
    if params.get("tls_minimum_protocol_version") == "TLSv1_3" and "tls_maximum_protocol_version" not in params:
        errors.append("UpstreamTlsContext: TLSv1_3 as minimum alone leaves no version (the maximum is 1.2 by default)")
    return errors


def tokens(config):
    errors = []
    for name, provider in config.get("providers", {}).items():
        for key in ("issuer", "audiences", "from_headers", "payload_in_metadata"):
            if not provider.get(key):
                errors.append(f"jwt provider {name}: {key} is missing")
        if not provider.get("require_expiration"):
            errors.append(f"jwt provider {name}: takes tokens without an end")
        if provider.get("forward"):
            errors.append(f"jwt provider {name}: forward hands the token to the MCP server")
    return errors
