package io.tabellion.console;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The console's style, script and icon: the same for everybody.
 *
 * <p>Immutable and thread-safe.
 */
final class Assets {
  private final Map<String, Reply> replies =
      Map.of(
          "/console/console.css", reply("console.css", "text/css; charset=utf-8"),
          "/console/console.js", reply("console.js", "text/javascript; charset=utf-8"),
          "/console/icon.svg", reply("icon.svg", "image/svg+xml"));

  /** Returns the asset at a path; null if there is none. */
  @Nullable Reply find(String path) {
    return replies.get(path);
  }

  private static Reply reply(String name, String type) {
    try (InputStream in = Assets.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("asset: " + name + " (expected: beside this class)");
      }
      return new Reply(200, type, ByteString.readFrom(in), Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
