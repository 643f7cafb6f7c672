package io.tabellion.cli.mesh;

import io.tabellion.cli.audit.CliException;
import io.tabellion.terminal.Mistakes;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Sends pings of MCP that can be told from all others by their JSON-RPC id. */
final class Ping implements AutoCloseable {
  static final String METHOD = "ping";
  private static final String PREFIX = "tabellion-prove-";
  private static final int LETTERS = 20;

  private final SecureRandom random = new SecureRandom();
  private final @Nullable String token;
  private final Duration patience;
  private final HttpClient http;

  /**
   * @param bearer the file with the token of the caller; null for none
   * @param seconds how long an answer may take
   * @throws CliException if the file cannot be read
   */
  Ping(@Nullable Path bearer, int seconds) {
    token = bearer == null ? null : token(bearer);
    patience = Duration.ofSeconds(seconds);
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(patience)
            .build();
  }

  /** What came back. */
  sealed interface Answer {
    /** Whether the call surely did not reach an MCP server. */
    boolean refused();

    /** An HTTP status. */
    record Status(int code) implements Answer {
      @Override
      public boolean refused() {
        return code == 401 || code == 403 || code == 503;
      }

      /** Whether a token is missing, or not good enough. */
      boolean wantsToken() {
        return code == 401 || code == 403;
      }

      @Override
      public String toString() {
        return "HTTP status " + code;
      }
    }

    /** No answer at all. */
    record None(String why) implements Answer {
      @Override
      public boolean refused() {
        return true;
      }

      @Override
      public String toString() {
        return why;
      }
    }

    /** Nothing in time: the call may have reached somebody. */
    record Late() implements Answer {
      @Override
      public boolean refused() {
        return false;
      }

      @Override
      public String toString() {
        return "no answer in time";
      }
    }
  }

  /** A ping that was sent. */
  record Sent(String mark, Answer answer) {
    /** The id as entries have it. */
    String rpcId() {
      return '"' + mark + '"';
    }
  }

  /**
   * Sends one, and returns when the answer is there.
   *
   * @throws CliException if nothing can be sent to such a URL
   */
  Sent send(URI url) throws InterruptedException {
    String mark = mark();
    try {
      HttpResponse<Void> response =
          http.send(request(url, mark), HttpResponse.BodyHandlers.discarding());
      return new Sent(mark, new Answer.Status(response.statusCode()));
    } catch (HttpConnectTimeoutException e) {
      return new Sent(mark, new Answer.None("cannot connect"));
    } catch (HttpTimeoutException e) {
      return new Sent(mark, new Answer.Late());
    } catch (ConnectException e) {
      return new Sent(mark, new Answer.None("cannot connect"));
    } catch (IOException e) {
      return new Sent(mark, new Answer.None("the connection was closed: " + Mistakes.of(e)));
    } catch (IllegalArgumentException e) {
      throw new CliException(url + ": " + e.getMessage() + " (expected: http://HOST/PATH)", e);
    }
  }

  private HttpRequest request(URI url, String mark) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(patience)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", "2025-11-25")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"%s\"}"
                        .formatted(mark, METHOD)));
    if (token != null) {
      request.header("authorization", "Bearer " + token);
    }
    return request.build();
  }

  private String mark() {
    StringBuilder mark = new StringBuilder(PREFIX);
    for (int i = 0; i < LETTERS; i++) {
      mark.append((char) ('a' + random.nextInt(26)));
    }
    return mark.toString();
  }

  private static String token(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new CliException("--bearer-file: " + Mistakes.of(e), e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
