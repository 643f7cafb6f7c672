package io.tabellion.config;

import io.tabellion.yaml.Binder;
import io.tabellion.yaml.YamlException;
import io.tabellion.yaml.YamlReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The file of definitions that are accepted beforehand.
 *
 * @param pins in any order; a tool may have several digests, each once
 */
public record PinList(List<Item> pins) {

  public PinList {
    pins = List.copyOf(pins);
    Set<String> seen = new HashSet<>();
    for (Item pin : pins) {
      if (!seen.add(pin.server() + '\u0000' + pin.tool() + '\u0000' + pin.digest().text())) {
        throw new IllegalArgumentException(
            "pins: " + pin.server() + " " + pin.tool() + " twice (expected: once)");
      }
    }
  }

  /**
   * One tool.
   *
   * @param server MCP server, by the name of the route
   * @param tool its name
   * @param digest SHA-256 of the canonical definition, hex
   */
  public record Item(String server, String tool, Digest digest) {}

  /** A SHA-256, hex in lower case. */
  public record Digest(String text) {
    public Digest {
      if (!text.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException("64 hexadecimal digits, lower case");
      }
    }
  }

  /**
   * Reads the file.
   *
   * @throws YamlException with everything that is wrong in it, by line and column
   */
  public static PinList load(Path file) {
    return new Binder(file)
        .text(Digest.class, Digest::new)
        .bind(PinList.class, YamlReader.read(file, YamlReader.bytes(file)));
  }
}
