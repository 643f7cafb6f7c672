package io.tabellion.mesh.check;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Manifests that are good, for each place of attachment. */
final class Manifests {
  static final List<String> PLACES = List.of("sidecar", "gateway", "waypoint");

  private Manifests() {}

  /** Returns the files of a place, by name: the attachment, the MCP server, and ours. */
  static Map<String, String> of(String place) {
    Map<String, String> files = new LinkedHashMap<>();
    for (String name : List.of(place + ".yaml", "server-" + place + ".yaml", "tabellion.yaml")) {
      files.put(name, resource(name));
    }
    return files;
  }

  static List<Check.Result> check(Map<String, String> files) {
    Inputs inputs = new Inputs("default");
    files.forEach((name, text) -> inputs.add(name, ByteString.copyFromUtf8(text)));
    return Check.of(inputs, Set.of());
  }

  static String resource(String name) {
    try (InputStream in = Manifests.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name);
      }
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
