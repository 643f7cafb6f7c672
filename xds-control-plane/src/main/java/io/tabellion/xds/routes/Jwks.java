package io.tabellion.xds.routes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The public keys of an issuer (RFC 7517), read from a file into the configuration, so that a new
 * key needs no restart of Envoy.
 *
 * @param json the document; holds at least one key and no private part
 */
public record Jwks(String json) {
  private static final int MAX_BYTES = 1 << 20;

  /**
   * Reads a key set.
   *
   * @throws IllegalArgumentException if it is none; the message is what was expected
   */
  static Jwks read(String text, Path file) {
    Path path = file.toAbsolutePath().resolveSibling(text).normalize();
    try (var in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      String json = new String(bytes, StandardCharsets.UTF_8);
      check(bytes.length > MAX_BYTES ? JsonMapper.shared().nullNode() : tree(json));
      return new Jwks(json);
    } catch (IOException e) {
      throw new IllegalArgumentException("a file that can be read", e);
    }
  }

  private static JsonNode tree(String json) {
    try {
      return JsonMapper.shared().readTree(json);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("a JSON Web Key Set", e);
    }
  }

  private static void check(JsonNode set) {
    JsonNode keys = set.path("keys");
    if (!keys.isArray() || keys.isEmpty()) {
      throw new IllegalArgumentException("a JSON Web Key Set with at least one key");
    }
    for (JsonNode key : keys) {
      if (key.has("d") || key.has("k")) {
        throw new IllegalArgumentException("public keys only; this file has a secret one");
      }
    }
  }
}
