package io.tabellion.parties;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.json.JsonMapper;

/**
 * An Envoy bootstrap that is changed before use: other ports, filters taken out. Changes that find
 * nothing to change are errors, so that a test cannot run against a file that it misread.
 *
 * <p>Immutable.
 */
public final class EnvoyConfig {
  private static final JsonMapper JSON = new JsonMapper();

  private final Object root;

  private EnvoyConfig(Object root) {
    this.root = root;
  }

  /** Reads a YAML bootstrap, anchors included. */
  public static EnvoyConfig read(Path yaml) {
    try {
      Load load = new Load(LoadSettings.builder().setLabel(yaml.toString()).build());
      return new EnvoyConfig(load.loadFromString(Files.readString(yaml)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts {@code to} wherever {@code port_value} is {@code from}. */
  public EnvoyConfig port(int from, int to) {
    return changed(
        "port_value " + from,
        map -> {
          if (Objects.equals(map.get("port_value"), from)) {
            map.put("port_value", to);
          }
          return map;
        });
  }

  /** Puts {@code to} wherever a socket's {@code address} is {@code from}. */
  public EnvoyConfig address(String from, String to) {
    return changed(
        "address " + from,
        map -> {
          if (Objects.equals(map.get("address"), from)) {
            map.put("address", to);
          }
          return map;
        });
  }

  /** Puts a Unix socket in the place of the loopback port {@code from}. */
  public EnvoyConfig socket(int from, Path socket) {
    return changed(
        "socket_address of port " + from,
        map -> {
          if (map.get("socket_address") instanceof Map<?, ?> tcp
              && Objects.equals(tcp.get("port_value"), from)) {
            map.remove("socket_address");
            map.put("pipe", Map.of("path", socket.toString()));
          }
          return map;
        });
  }

  /** Takes TLS from the way to a cluster. */
  public EnvoyConfig plain(String cluster) {
    return changed(
        "TLS of cluster " + cluster,
        map -> {
          if (cluster.equals(map.get("name"))) {
            map.remove("transport_socket");
          }
          return map;
        });
  }

  /** Puts {@code value} as {@code key} into what has this name: a cluster, a filter. */
  public EnvoyConfig into(String name, String key, Object value) {
    return changed(
        name,
        map -> {
          if (name.equals(map.get("name"))) {
            map.put(key, value);
          }
          return map;
        });
  }

  /** Takes the HTTP filter out, and what routes say of it. */
  public EnvoyConfig without(String filter) {
    return changed(
        "filter " + filter,
        map -> {
          map.remove(filter);
          return filter.equals(map.get("name")) && map.containsKey("typed_config") ? null : map;
        });
  }

  /** Takes several filters out. */
  public EnvoyConfig without(Set<String> filters) {
    EnvoyConfig config = this;
    for (String filter : filters) {
      config = config.without(filter);
    }
    return config;
  }

  /** Sets {@code key} to {@code value} wherever it is there. */
  public EnvoyConfig set(String key, Object value) {
    return changed(
        key,
        map -> {
          if (map.containsKey(key)) {
            map.put(key, value);
          }
          return map;
        });
  }

  /** The ports of its static listeners. */
  public Set<Integer> listenerPorts() {
    Set<Integer> ports = new LinkedHashSet<>();
    if (root instanceof Map<?, ?> map
        && map.get("static_resources") instanceof Map<?, ?> resources
        && resources.get("listeners") instanceof List<?> listeners) {
      listeners.forEach(listener -> collectPorts(listener, ports));
    }
    return ports;
  }

  private static void collectPorts(Object listener, Set<Integer> ports) {
    if (listener instanceof Map<?, ?> map
        && map.get("address") instanceof Map<?, ?> address
        && address.get("socket_address") instanceof Map<?, ?> socket
        && socket.get("port_value") instanceof Integer port) {
      ports.add(port);
    }
  }

  /** Writes the bootstrap as JSON, which Envoy reads as well. */
  public Path write(Path file) {
    try {
      Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
      return Files.writeString(file, JSON.writeValueAsString(root));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes a copy of one object of the tree; null takes the object out. */
  private interface Change {
    @Nullable Map<String, Object> apply(Map<String, Object> map);
  }

  private EnvoyConfig changed(String what, Change change) {
    Object after = Objects.requireNonNull(walk(root, change));
    if (after.equals(root)) {
      throw new IllegalArgumentException(what + ": not found (expected: in the bootstrap)");
    }
    return new EnvoyConfig(after);
  }

  private static @Nullable Object walk(Object node, Change change) {
    if (node instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((key, value) -> put(copy, String.valueOf(key), walk(value, change)));
      return change.apply(copy);
    }
    if (node instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      for (Object item : list) {
        Object kept = walk(item, change);
        if (kept != null) {
          copy.add(kept);
        }
      }
      return copy;
    }
    return node;
  }

  private static void put(Map<String, Object> map, String key, @Nullable Object value) {
    if (value != null) {
      map.put(key, value);
    }
  }
}
