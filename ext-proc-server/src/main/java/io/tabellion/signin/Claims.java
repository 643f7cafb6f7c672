package io.tabellion.signin;

import io.tabellion.jsonrpc.Json;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token says, after it was checked.
 *
 * <p>Immutable and thread-safe.
 *
 * @param issuer who made it
 * @param subject whom it is about, by the configured claim
 * @param names every name of theirs in it, the subject among them
 * @param groups whose member they are
 * @param expires from when on it counts no more
 * @param program whether it is a program's own, without a person
 * @param nonce of the sign-in that it belongs to; null if it has none
 */
record Claims(
    String issuer,
    String subject,
    Set<String> names,
    List<String> groups,
    Instant expires,
    boolean program,
    @Nullable String nonce) {

  Claims {
    names = Set.copyOf(names);
    groups = List.copyOf(groups);
  }

  /** Returns a time (RFC 7519 §2, NumericDate); null if it is none. */
  static @Nullable Instant time(@Nullable Json value) {
    if (!(value instanceof Json.Num(String lexeme)) || lexeme.length() > 20) {
      return null;
    }
    try {
      double seconds = Double.parseDouble(lexeme);
      return seconds >= 0 && seconds <= MOST_SECONDS ? Instant.ofEpochSecond((long) seconds) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The year 9999. */
  private static final double MOST_SECONDS = 253_402_300_799d;

  /** Returns the texts of a claim: a list of them, or one. */
  static List<String> texts(@Nullable Json value) {
    return switch (value) {
      case Json.Text(String text) -> List.of(text);
      case Json.Array(List<Json> items) ->
          items.stream()
              .filter(Json.Text.class::isInstance)
              .map(item -> ((Json.Text) item).value())
              .toList();
      case null, default -> List.of();
    };
  }

  /**
   * Returns a claim.
   *
   * @param path its name, or from a slash on a JSON pointer to it (RFC 6901)
   */
  static @Nullable Json at(Json.Obj claims, String path) {
    if (!path.startsWith("/")) {
      return claims.get(path);
    }
    Json found = claims;
    for (String step : path.substring(1).split("/", -1)) {
      String name = step.replace("~1", "/").replace("~0", "~");
      found = found instanceof Json.Obj object ? object.get(name) : null;
    }
    return found;
  }
}
