package io.tabellion.authzen;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.trail.TrailException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request. Nothing of it is read that is not asked for.
 *
 * <p>Confined to its thread.
 */
final class Incoming {
  private static final int LARGEST = 16 << 10;
  private static final int LONGEST_QUERY = 4 << 10;
  private static final int MOST_PARAMETERS = 32;
  private static final String BEARER = "bearer ";
  private static final JsonReader JSON = new JsonReader(Limits.DEFAULT.with(4, 50));

  private final HttpExchange exchange;

  Incoming(HttpExchange exchange) {
    this.exchange = exchange;
  }

  String method() {
    return exchange.getRequestMethod();
  }

  /** The path as it came, without decoding: ids need none. */
  String path() {
    return exchange.getRequestURI().getRawPath();
  }

  /** The bearer token; null if there is none. Cookies and parameters count for nothing. */
  @Nullable String token() {
    List<String> values = exchange.getRequestHeaders().get("authorization");
    if (values == null || values.size() != 1) {
      return null;
    }
    String value = values.getFirst();
    return value.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? value.substring(BEARER.length()).strip()
        : null;
  }

  /**
   * Returns the parameters.
   *
   * @param known names that there may be
   * @throws TrailException if there is another one
   */
  Map<String, List<String>> query(Set<String> known) {
    String raw = exchange.getRequestURI().getRawQuery();
    Map<String, List<String>> found = new LinkedHashMap<>();
    if (raw == null || raw.isEmpty()) {
      return found;
    }
    String[] parts = raw.split("&", -1);
    if (raw.length() > LONGEST_QUERY || parts.length > MOST_PARAMETERS) {
      throw TrailException.invalid("query", "too long", "at most 4 KiB and 32 parameters");
    }
    for (String part : parts) {
      int equals = part.indexOf('=');
      String name = decoded(equals < 0 ? part : part.substring(0, equals));
      if (!known.contains(name)) {
        throw TrailException.invalid(
            "query", "unknown parameter", "one of " + String.join(", ", known));
      }
      String value = equals < 0 ? "" : decoded(part.substring(equals + 1));
      found.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }
    return found;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw TrailException.invalid("query", "badly encoded", "application/x-www-form-urlencoded");
    }
  }

  /** Whether the body is JSON; a form of another page cannot say so without asking first. */
  boolean isJson() {
    String type = exchange.getRequestHeaders().getFirst("content-type");
    if (type == null) {
      return false;
    }
    int end = type.indexOf(';');
    String media = (end < 0 ? type : type.substring(0, end)).strip();
    return media.toLowerCase(Locale.ROOT).equals("application/json");
  }

  /**
   * Reads the body.
   *
   * @param known members that there may be
   * @throws TrailException if it is not an object of them, or too large
   */
  Json.Obj body(Set<String> known) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(LARGEST + 1);
    if (bytes.length > LARGEST) {
      throw TrailException.invalid("body", "too large", "at most 16 KiB");
    }
    if (!(JSON.read(ByteString.copyFrom(bytes)) instanceof Reading.Document(Json.Obj body))) {
      throw TrailException.invalid("body", "not a JSON object", "{\"digest\": …, \"reason\": …}");
    }
    for (Map.Entry<String, Json> member : body.members().entrySet()) {
      if (!known.contains(member.getKey())) {
        throw TrailException.invalid("body", "unknown member", "of " + String.join(", ", known));
      }
      if (!(member.getValue() instanceof Json.Text)) {
        throw TrailException.invalid(member.getKey(), "not a text", "a text");
      }
    }
    return body;
  }
}
