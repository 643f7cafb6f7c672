package io.tabellion.notify;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes one notice to one endpoint, once. Redirects are not followed, what is answered is not read.
 *
 * <p>Thread-safe. Blocks its caller for {@link #TIME} at most.
 */
final class Courier implements AutoCloseable {
  /** For the whole: connecting, sending, the answer's status. */
  static final Duration TIME = Duration.ofSeconds(15);

  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** That a receiver may ask for. */
  static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private static final int TOO_MANY = 429;
  private static final int TIMEOUT = 408;
  private static final int GONE = 410;
  private static final int UNAVAILABLE = 503;

  private final InstantSource clock;
  private final Duration time;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT)
          .executor(threads)
          .build();

  Courier(InstantSource clock) {
    this(clock, TIME);
  }

  /** One with less patience, for tests. */
  Courier(InstantSource clock, Duration time) {
    this.clock = clock;
    this.time = time;
  }

  /** What became of an attempt. */
  enum Result {
    /** The receiver has it. */
    DELIVERED,
    /** The receiver wants nothing any more. */
    GONE,
    /** The receiver does not take this one. */
    REFUSED,
    /** The receiver takes nothing now. */
    DOWN
  }

  /**
   * What became of an attempt.
   *
   * @param why it failed, in a few words, nothing of what was answered
   * @param pause that the receiver asks for, at most an hour; null if it asks for none
   */
  record Answer(Result result, String why, @Nullable Duration pause) {}

  /**
   * Sends it.
   *
   * @param call the masked call; null if it is not to be shown
   */
  Answer send(Endpoint endpoint, Notice notice, @Nullable ByteString call)
      throws InterruptedException {
    CompletableFuture<HttpResponse<Boolean>> sent =
        client.sendAsync(request(endpoint, notice, call), _ -> new Dropped());
    try {
      return answer(sent.get(time.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException _) {
      return down("no answer within " + time.toSeconds() + " s");
    } catch (ExecutionException e) {
      return down(why(e.getCause()));
    } finally {
      sent.cancel(true);
    }
  }

  private static String why(@Nullable Throwable cause) {
    return switch (cause) {
      case ConnectException _ -> "cannot connect";
      case java.net.http.HttpTimeoutException _ -> "cannot connect in time";
      case javax.net.ssl.SSLException _ -> "TLS failed";
      case IOException _ -> "the connection failed, or the answer is no HTTP";
      case null, default -> "failed";
    };
  }

  private HttpRequest request(Endpoint endpoint, Notice notice, @Nullable ByteString call) {
    ByteString body = JsonWriter.write(body(endpoint, notice, call));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint.url())
            .POST(BodyPublishers.ofByteArray(body.toByteArray()))
            .header("content-type", "application/json")
            .header("user-agent", "tabellion");
    List<WebhookKey> keys = endpoint.keys();
    if (!keys.isEmpty()) {
      long now = clock.instant().getEpochSecond();
      request
          .header("webhook-id", notice.id())
          .header("webhook-timestamp", Long.toString(now))
          .header(
              "webhook-signature",
              keys.stream()
                  .map(key -> key.sign(notice.id(), now, body))
                  .collect(Collectors.joining(" ")));
    }
    return request.build();
  }

  private static Json.Obj body(Endpoint endpoint, Notice notice, @Nullable ByteString call) {
    return switch (endpoint.format()) {
      case STANDARD -> notice.standard(call);
      case SLACK -> SlackBody.of(notice, call, endpoint.buttons());
      case TEAMS -> TeamsBody.of(notice);
    };
  }

  private Answer answer(HttpResponse<Boolean> response) {
    int status = response.statusCode();
    String why = "status " + status;
    if (status / 100 == 2) {
      return new Answer(Result.DELIVERED, why, null);
    }
    if (status == GONE) {
      return new Answer(Result.GONE, why, null);
    }
    boolean asksForTime = status == TOO_MANY || status == UNAVAILABLE;
    boolean refused = status / 100 == 4 && status != TOO_MANY && status != TIMEOUT;
    return new Answer(
        refused ? Result.REFUSED : Result.DOWN,
        why,
        asksForTime ? pause(response.headers()) : null);
  }

  /** Only seconds; a date would need the receiver's clock. */
  private static @Nullable Duration pause(HttpHeaders headers) {
    String after = headers.firstValue("retry-after").orElse("");
    if (!after.matches("[0-9]{1,9}")) {
      return null;
    }
    Duration asked = Duration.ofSeconds(Long.parseLong(after));
    return asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
  }

  private static Answer down(String why) {
    return new Answer(Result.DOWN, why, null);
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }

  /** Reads nothing: an endless answer ends here. */
  private static final class Dropped implements BodySubscriber<Boolean> {
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();

    @Override
    public CompletionStage<Boolean> getBody() {
      return done;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      done.complete(true);
      subscription.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> item) {}

    @Override
    public void onError(Throwable failure) {
      done.complete(true);
    }

    @Override
    public void onComplete() {
      done.complete(true);
    }
  }
}
