package io.tabellion.mesh.check;

import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What all checks of one input share. */
final class Setting {
  private final Inputs inputs;
  private final List<Patch> patches;

  Setting(Inputs inputs) {
    this.inputs = inputs;
    this.patches = Chain.ordered(inputs.of("EnvoyFilter"));
  }

  Inputs inputs() {
    return inputs;
  }

  /** All patches, in the order in which istiod applies them. */
  List<Patch> patches() {
    return patches;
  }

  /** Patches that bring a filter of ours. */
  Stream<Patch> ourPatches() {
    return patches.stream().filter(patch -> patch.applyTo().equals("HTTP_FILTER") && patch.ours());
  }

  List<Resource> authorizations() {
    return inputs.of("AuthorizationPolicy");
  }

  /** Returns the filters that Istio itself puts before the router of some pods. */
  List<Link> before(Workload pods) {
    return before(policy -> Access.selects(policy, pods));
  }

  /** Returns those of a proxy whose pods the input does not have. */
  List<Link> before(Proxy proxy) {
    return before(policy -> selects(policy, proxy));
  }

  private List<Link> before(Predicate<Resource> selects) {
    List<Link> links = new ArrayList<>();
    add(links, "RequestAuthentication", "envoy.filters.http.jwt_authn", selects);
    add(links, "AuthorizationPolicy", "envoy.filters.http.rbac", selects);
    add(links, "WasmPlugin", "wasm", selects);
    return links;
  }

  private void add(List<Link> links, String kind, String name, Predicate<Resource> selects) {
    inputs.of(kind).stream()
        .filter(selects)
        .map(policy -> new Link(name, new Yaml.Empty(policy.root().place()), policy.where()))
        .forEach(links::add);
  }

  /** Whether a policy of Istio's security API is for a proxy: by its selector, or by its name. */
  static boolean selects(Resource policy, Proxy proxy) {
    boolean root = policy.namespace().equals(Mesh.ROOT);
    boolean here = policy.namespace().equals(proxy.namespace());
    List<Yaml> targets = Tree.items(policy.spec(), "targetRefs");
    if (!targets.isEmpty()) {
      return here
          && targets.stream()
              .anyMatch(target ->
                  Tree.text(target, "kind").equals("Gateway")
                      && Tree.text(target, "name").equals(proxy.name()));
    }
    return (root || here)
        && proxy.kind() != Proxy.Kind.WAYPOINT
        && Labels.select(Tree.labels(policy.spec(), "selector", "matchLabels"), proxy.labels());
  }
}
