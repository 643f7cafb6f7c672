package io.tabellion.mesh.check;

import io.tabellion.mesh.Filters;
import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The HTTP filters of a proxy, made of the EnvoyFilters as istiod makes them.
 *
 * @param links in the order in which requests pass them
 * @param findings what is wrong with patches that changed it
 */
record Chain(List<Link> links, List<Finding> findings) {
  Chain {
    links = List.copyOf(links);
    findings = List.copyOf(findings);
  }

  /** Returns the EnvoyFilters in the order in which istiod applies them. */
  static List<Patch> ordered(List<Resource> filters) {
    Comparator<Resource> root =
        Comparator.comparing(filter -> !filter.namespace().equals(Mesh.ROOT));
    return filters.stream()
        .sorted(
            Comparator.<Resource>comparingInt(filter -> priority(filter))
                .thenComparing(root)
                .thenComparing(filter -> Tree.text(filter.root(), "metadata", "creationTimestamp"))
                .thenComparing(Resource::key))
        .flatMap(filter -> Patch.of(filter).stream())
        .toList();
  }

  private static int priority(Resource filter) {
    String text = Tree.text(filter.spec(), "priority");
    return text.matches("-?[0-9]{1,9}") ? Integer.parseInt(text) : 0;
  }

  /**
   * Returns the chain of a listener.
   *
   * @param before what Istio puts before the router by itself
   */
  static Chain of(Proxy proxy, List<Link> before, Where router, List<Patch> patches) {
    Building building = new Building(new ArrayList<>(before));
    building.links.add(new Link(Filters.ROUTER, new Yaml.Empty(router.place()), router));
    for (Patch patch : patches) {
      boolean filter = patch.applyTo().equals("HTTP_FILTER");
      if (filter && patch.reaches(proxy) && patch.matches(proxy)) {
        building.apply(patch);
      }
    }
    return new Chain(building.links, building.findings);
  }

  boolean has(String name) {
    return links.stream().anyMatch(link -> link.name().equals(name));
  }

  /** A chain while patches are applied. */
  private static final class Building {
    private final List<Link> links;
    private final List<Finding> findings = new ArrayList<>();

    Building(List<Link> links) {
      this.links = links;
    }

    void apply(Patch patch) {
      Link link = new Link(patch.name(), patch.value(), patch.where());
      int at = anchor(patch.anchor());
      switch (patch.operation()) {
        case "INSERT_BEFORE" -> insert(patch.anchor().isEmpty() ? 0 : at, link);
        case "INSERT_AFTER" -> insert(patch.anchor().isEmpty() ? links.size() : at + 1, link, at);
        case "INSERT_FIRST" -> insert(at < 0 && !patch.anchor().isEmpty() ? -1 : 0, link);
        case "ADD" -> links.add(link);
        case "REMOVE" -> change(patch, at, "removes");
        case "MERGE", "REPLACE" -> change(patch, at, "changes");
        default -> {}
      }
    }

    private void insert(int index, Link link) {
      insert(index, link, index);
    }

    private void insert(int index, Link link, int found) {
      if (found >= 0) {
        links.add(index, link);
      }
    }

    private void change(Patch patch, int at, String does) {
      if (at < 0) {
        return;
      }
      Link target = links.get(at);
      if (Filters.ORDER.contains(target.name()) || Auth.is(target)) {
        findings.add(
            new Finding(
                Severity.OPEN,
                Rule.FILTER_OFF,
                patch.where(),
                "This patch %s %s, which must stay as it is.".formatted(does, target.name()),
                "Delete this patch."));
      }
      if (patch.operation().equals("REMOVE")) {
        links.remove(at);
      }
    }

    /** Returns where a filter is; -1 if it is not there or none is looked for. */
    private int anchor(String name) {
      for (int i = 0; i < links.size(); i++) {
        if (links.get(i).name().equals(name)) {
          return i;
        }
      }
      return -1;
    }
  }
}
