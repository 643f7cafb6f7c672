package io.tabellion.console;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Requests as a browser sends them, each header as the test wants it. Keeps cookies. */
final class Browser {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final Pattern FORM_TOKEN =
      Pattern.compile("name=\"form-token\" value=\"([^\"]+)\"");

  private final int port;
  private final Map<String, String> cookies = new TreeMap<>();

  Browser(int port) {
    this.port = port;
  }

  /** An answer. Names of headers are in lower case; values of one name stand in lines. */
  record Got(int status, Map<String, String> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    /** The token of the first form. */
    String formToken() {
      Matcher found = FORM_TOKEN.matcher(body);
      if (!found.find()) {
        throw new AssertionError("no form: " + body);
      }
      return found.group(1);
    }
  }

  Got get(String path) throws IOException {
    return get(path, Map.of());
  }

  /** The same with these headers. */
  Got get(String path, Map<String, String> headers) throws IOException {
    return send("GET", path, headers, "");
  }

  /** A form of a page of the console, as browsers send it that know where a request comes from. */
  Got post(String path, Map<String, String> fields, Map<String, String> headers)
      throws IOException {
    Map<String, String> all = new HashMap<>();
    all.put("Content-Type", "application/x-www-form-urlencoded");
    all.put("Sec-Fetch-Site", "same-origin");
    all.putAll(headers);
    all.values().removeIf(String::isEmpty);
    return send("POST", path, all, encoded(fields));
  }

  private static String encoded(Map<String, String> fields) {
    return fields.entrySet().stream()
        .flatMap(field ->
            List.of(field.getValue().split("\n", -1)).stream()
                .map(value ->
                    field.getKey() + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)))
        .collect(Collectors.joining("&"));
  }

  Got send(String method, String path, Map<String, String> headers, String body)
      throws IOException {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.put("Host", "127.0.0.1:" + port);
    all.put("Connection", "close");
    if (!cookies.isEmpty()) {
      all.put("Cookie", String.join("; ", cookies.values()));
    }
    if (!body.isEmpty()) {
      all.put("Content-Length", "" + body.getBytes(StandardCharsets.UTF_8).length);
    }
    all.putAll(headers);
    StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    all.forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
    request.append("\r\n").append(body);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
      Got got = read(socket.getInputStream());
      for (String set : got.header("set-cookie").split("\n", -1)) {
        if (set.contains("Max-Age=0")) {
          cookies.remove(set.substring(0, set.indexOf('=')));
        } else if (!set.isEmpty()) {
          cookies.put(set.substring(0, set.indexOf('=')), set.substring(0, set.indexOf(';')));
        }
      }
      return got;
    }
  }

  /** An answer that goes on. */
  static final class Streamed implements AutoCloseable {
    private final Socket socket;
    private final StringBuilder seen = new StringBuilder();

    private Streamed(Socket socket) {
      this.socket = socket;
    }

    /** Reads until this has come. */
    void await(String text) throws IOException {
      while (seen.indexOf(text) < 0) {
        int read = socket.getInputStream().read();
        if (read < 0) {
          throw new AssertionError("ended before " + text + ":\n" + seen);
        }
        seen.append((char) read);
      }
    }

    /** Reads to the end. */
    String rest() throws IOException {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** Asks for an answer that goes on. */
  Streamed stream(String path) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    String request =
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\nCookie: %s\r\n\r\n"
            .formatted(path, port, cookie());
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    return new Streamed(socket);
  }

  private static Got read(InputStream in) throws IOException {
    String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    int end = text.indexOf("\r\n\r\n");
    String[] head = text.substring(0, end).split("\r\n", -1);
    Map<String, String> headers = new HashMap<>();
    for (int i = 1; i < head.length; i++) {
      int colon = head[i].indexOf(':');
      headers.merge(
          head[i].substring(0, colon).toLowerCase(Locale.ROOT),
          head[i].substring(colon + 1).strip(),
          (one, more) -> one + "\n" + more);
    }
    return new Got(Integer.parseInt(head[0].split(" ", 3)[1]), headers, text.substring(end + 4));
  }

  /** The cookie of the session that it sends; null if it has none. */
  @Nullable String cookie() {
    String bound = cookies.get("__Host-tabellion");
    return bound == null ? cookies.get("tabellion") : bound;
  }

  /** From now on it sends this one alone. */
  void cookie(@Nullable String other) {
    cookies.clear();
    if (other != null) {
      cookies.put(other.substring(0, other.indexOf('=')), other);
    }
  }
}
