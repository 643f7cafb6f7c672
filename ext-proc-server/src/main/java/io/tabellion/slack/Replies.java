package io.tabellion.slack;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What whoever clicked is told, and nobody else. Slack shows it if it is posted to the {@code
 * response_url} of the click; a reply goes there only if that is at Slack.
 *
 * <p>Thread-safe.
 */
final class Replies {
  private static final System.Logger LOG = System.getLogger(Replies.class.getName());
  private static final Duration TIME = Duration.ofSeconds(5);
  private static final String HOST = "hooks.slack.com";

  private Replies() {}

  /** The message. */
  static ByteString message(String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return JsonWriter.write(
        Json.Obj.EMPTY
            .with("response_type", new Json.Text("ephemeral"))
            .with("replace_original", Json.Literal.FALSE)
            .with("text", new Json.Text(escaped)));
  }

  /** Where a reply may go; null if nowhere. */
  static @Nullable URI address(@Nullable String text) {
    try {
      URI address = URI.create(text == null ? "" : text);
      return "https".equals(address.getScheme())
              && HOST.equals(address.getHost())
              && address.getPort() == -1
              && address.getUserInfo() == null
          ? address
          : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /**
   * Posts a reply; whether it arrives changes nothing. Blocks its caller for some seconds at most.
   */
  static void post(URI address, String text) {
    try (HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIME)
            .build()) {
      var request =
          HttpRequest.newBuilder(address)
              .timeout(TIME)
              .header("content-type", "application/json")
              .POST(BodyPublishers.ofByteArray(message(text).toByteArray()))
              .build();
      var _ = client.send(request, _ -> BodySubscribers.replacing(""));
      client.shutdownNow();
    } catch (IOException _) {
      LOG.log(Level.INFO, "Slack: a reply was not delivered");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
