package io.tabellion.mesh.check;

import com.google.protobuf.ByteString;
import io.tabellion.yaml.Place;
import io.tabellion.yaml.Yaml;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The resources that were given. Of two with one name the later one counts, as in a cluster.
 *
 * <p>Not thread-safe.
 */
public final class Inputs {
  private final String defaultNamespace;
  private final List<Resource> all = new ArrayList<>();
  private final List<Workload> workloads = new ArrayList<>();
  private final List<Twice> twice = new ArrayList<>();
  private final Map<String, Resource> named = new LinkedHashMap<>();

  /** Two resources of one kind and name. */
  record Twice(Resource first, Resource second) {}

  /**
   * @param defaultNamespace that of resources that name none
   */
  public Inputs(String defaultNamespace) {
    this.defaultNamespace = defaultNamespace;
  }

  /**
   * Adds the resources of a file. Documents that are no resources are left out.
   *
   * @param source how the file was named
   * @throws io.tabellion.yaml.YamlException if it cannot be read
   */
  public void add(String source, ByteString text) {
    List<Yaml> documents = Documents.of(source, text);
    for (int i = 0; i < documents.size(); i++) {
      add(source, i + 1, documents.get(i));
    }
  }

  private void add(String source, int document, Yaml root) {
    String kind = Tree.text(root, "kind");
    if (kind.endsWith("List") && Tree.has(root, "items")) {
      Tree.items(root, "items").forEach(item -> add(source, document, item));
      return;
    }
    String name = Tree.text(root, "metadata", "name");
    if (kind.isEmpty() || name.isEmpty()) {
      return;
    }
    String api = Tree.text(root, "apiVersion");
    String group = api.contains("/") ? api.substring(0, api.indexOf('/')) : "";
    String given = Tree.text(root, "metadata", "namespace");
    String namespace =
        !given.isEmpty() || kind.equals("Namespace") || kind.startsWith("Cluster")
            ? given
            : defaultNamespace;
    String title = kind + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
    Place place = source.startsWith(CLUSTER) ? Place.NOWHERE : root.place();
    put(
        new Resource(
            kind, group, namespace, name, new Where(source, document, place, title), root));
  }

  private void put(Resource resource) {
    String key = resource.group() + " " + resource;
    Resource before = named.put(key, resource);
    if (before != null) {
      twice.add(new Twice(before, resource));
      all.remove(before);
      workloads.removeIf(workload -> workload.resource().equals(before));
    }
    all.add(resource);
    Workload.of(resource).ifPresent(workloads::add);
  }

  /** How sources begin that are clusters: they have no lines. */
  public static final String CLUSTER = "cluster";

  /** Returns the files below a folder that may hold manifests; a file as it is. */
  public static List<Path> files(Path given) {
    return Documents.files(given);
  }

  /** How many resources there are. */
  public int size() {
    return all.size();
  }

  List<Resource> of(String kind) {
    return all.stream().filter(resource -> resource.kind().equals(kind)).toList();
  }

  List<Resource> of(String kind, String group) {
    return of(kind).stream().filter(resource -> resource.group().equals(group)).toList();
  }

  Stream<Resource> in(String kind, String... namespaces) {
    List<String> wanted = List.of(namespaces);
    return of(kind).stream().filter(resource -> wanted.contains(resource.namespace()));
  }

  Optional<Resource> named(String kind, String namespace, String name) {
    return of(kind).stream()
        .filter(found -> found.namespace().equals(namespace) && found.name().equals(name))
        .findFirst();
  }

  List<Workload> workloads() {
    return workloads;
  }

  List<Workload> workloads(String namespace) {
    return workloads.stream().filter(pods -> pods.namespace().equals(namespace)).toList();
  }

  List<Twice> twice() {
    return twice;
  }

  /** Returns the labels of a namespace, if it is among the resources. */
  Optional<Map<String, String>> namespaceLabels(String name) {
    return of("Namespace").stream()
        .filter(found -> found.name().equals(name))
        .map(Resource::labels)
        .map(labels -> (Map<String, String>) new HashMap<>(labels))
        .findFirst();
  }
}
