package io.tabellion.mesh.check;

import io.tabellion.yaml.Yaml;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who may call a port of a workload, by its AuthorizationPolicies.
 *
 * <p>What is worked out is at most stricter than the truth in favour of callers: who is not surely
 * kept out may call.
 */
sealed interface Access {
  /** Nobody may call. */
  record Nobody() implements Access {}

  /** These identities may call, and nobody else. */
  record Only(Set<String> principals) implements Access {
    public Only {
      principals = Set.copyOf(principals);
    }
  }

  /** Anybody may call whom the rest of the mesh lets through. */
  record Anybody() implements Access {}

  /** Returns who may call a port. */
  static Access to(Workload pods, int port, List<Resource> policies) {
    List<Resource> mine = policies.stream().filter(policy -> selects(policy, pods)).toList();
    Access access = allowed(mine, port);
    for (Resource policy : mine) {
      if (Tree.text(policy.spec(), "action").equals("DENY")) {
        access = narrowed(access, policy, port);
      }
    }
    return access;
  }

  /** Whether a policy of Istio's security API is for these pods. */
  static boolean selects(Resource policy, Workload pods) {
    boolean root = policy.namespace().equals(Mesh.ROOT);
    boolean here = policy.namespace().equals(pods.namespace());
    boolean targeted =
        !Tree.items(policy.spec(), "targetRefs").isEmpty() || Tree.has(policy.spec(), "targetRef");
    return (root || here)
        && !targeted
        && pods.selectedBy(Tree.labels(policy.spec(), "selector", "matchLabels"));
  }

  private static Access allowed(List<Resource> policies, int port) {
    List<Resource> allow = policies.stream().filter(Access::allows).toList();
    if (allow.isEmpty()) {
      return new Anybody();
    }
    Set<String> principals = new LinkedHashSet<>();
    for (Resource policy : allow) {
      for (Yaml rule : Tree.items(policy.spec(), "rules")) {
        if (onPort(rule, port)) {
          Set<String> named = principals(rule);
          if (named.isEmpty()) {
            return new Anybody();
          }
          principals.addAll(named);
        }
      }
    }
    return principals.isEmpty() ? new Nobody() : new Only(principals);
  }

  /** ALLOW is what a policy without an action does. */
  private static boolean allows(Resource policy) {
    String action = Tree.text(policy.spec(), "action");
    return action.isEmpty() || action.equals("ALLOW");
  }

  /** Whether a rule says something about a port. */
  private static boolean onPort(Yaml rule, int port) {
    List<Yaml> to = Tree.items(rule, "to");
    return to.isEmpty() || to.stream().anyMatch(where -> operation(where, port));
  }

  private static boolean operation(Yaml to, int port) {
    List<String> ports = Tree.texts(to, "operation", "ports");
    List<String> not = Tree.texts(to, "operation", "notPorts");
    String number = String.valueOf(port);
    return (ports.isEmpty() || ports.contains(number)) && !not.contains(number);
  }

  /** The identities that a rule asks for; empty if it takes a caller without one of them. */
  private static Set<String> principals(Yaml rule) {
    Set<String> principals = new LinkedHashSet<>();
    List<Yaml> from = Tree.items(rule, "from");
    for (Yaml source : from) {
      List<String> named = Tree.texts(source, "source", "principals");
      if (named.isEmpty() || named.contains("*")) {
        return Set.of();
      }
      principals.addAll(named);
    }
    return principals;
  }

  /** A DENY closes a port whole, or to all but some; what else it may deny is not counted on. */
  private static Access narrowed(Access access, Resource policy, int port) {
    for (Yaml rule : Tree.items(policy.spec(), "rules")) {
      boolean conditions = !Tree.items(rule, "when").isEmpty();
      List<Yaml> to = Tree.items(rule, "to");
      boolean wholePort = to.isEmpty() || to.stream().anyMatch(where -> whole(where, port));
      if (!conditions && wholePort) {
        List<Yaml> from = Tree.items(rule, "from");
        if (from.isEmpty()) {
          return new Nobody();
        }
        List<String> not = Tree.texts(from.getFirst(), "source", "notPrincipals");
        boolean only = Tree.members(from.getFirst(), "source").size() == 1;
        if (!not.isEmpty() && only && access instanceof Anybody) {
          return new Only(Set.copyOf(not));
        }
      }
    }
    return access;
  }

  /** Whether an operation takes a port without asking for anything else. */
  private static boolean whole(Yaml to, int port) {
    boolean more =
        Tree.members(to, "operation").stream()
            .anyMatch(member -> !Set.of("ports", "notPorts").contains(member.key()));
    return !more && operation(to, port);
  }
}
