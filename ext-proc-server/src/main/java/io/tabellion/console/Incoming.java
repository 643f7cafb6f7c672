package io.tabellion.console;

import com.sun.net.httpserver.HttpExchange;
import io.tabellion.http.Places.Place;
import io.tabellion.trail.TrailException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A request of a browser.
 *
 * <p>Confined to its thread.
 */
final class Incoming {
  /** Bytes of a form; the longest has a reason and some digests. */
  private static final int LARGEST_FORM = 64 << 10;

  private static final String FORM_TYPE = "application/x-www-form-urlencoded";

  private final HttpExchange exchange;
  private final Place place;
  private @Nullable Form form;

  Incoming(HttpExchange exchange, Place place) {
    this.exchange = exchange;
    this.place = place;
  }

  /** {@code GET}, also of a request for headers alone. */
  String method() {
    String method = exchange.getRequestMethod();
    return method.equals("HEAD") ? "GET" : method;
  }

  String path() {
    return exchange.getRequestURI().getPath();
  }

  Place place() {
    return place;
  }

  @Nullable String header(String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  Form query() {
    String query = exchange.getRequestURI().getRawQuery();
    return query == null ? Form.EMPTY : Form.parse(query);
  }

  /**
   * Reads the form, once.
   *
   * @throws TrailException if it is none, or too large
   */
  Form form() throws IOException {
    if (form == null) {
      String type = header("content-type");
      if (type == null || !type.regionMatches(true, 0, FORM_TYPE, 0, FORM_TYPE.length())) {
        throw TrailException.invalid("content-type", "not that of a form", FORM_TYPE);
      }
      byte[] body = exchange.getRequestBody().readNBytes(LARGEST_FORM + 1);
      if (body.length > LARGEST_FORM) {
        throw TrailException.invalid("form", "too large", "at most 64 KiB");
      }
      form = Form.parse(new String(body, StandardCharsets.ISO_8859_1));
    }
    return form;
  }

  /** Returns the value of a cookie; the first, if there are several of the name. */
  Optional<String> cookie(String name) {
    List<String> headers = exchange.getRequestHeaders().get("cookie");
    return (headers == null ? List.<String>of() : headers)
        .stream()
            .flatMap(header -> Stream.of(header.split(";", -1)))
            .map(String::strip)
            .filter(pair -> pair.startsWith(name + "="))
            .map(pair -> pair.substring(name.length() + 1))
            .findFirst();
  }

  HttpExchange exchange() {
    return exchange;
  }
}
