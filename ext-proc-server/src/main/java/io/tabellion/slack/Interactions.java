package io.tabellion.slack;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.Decisions.Word;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Metrics;
import io.tabellion.notify.SlackChoice;
import io.tabellion.trail.DecideApproval.Act;
import io.tabellion.trail.Reader;
import io.tabellion.trail.Trail;
import io.tabellion.trail.TrailException;
import io.tabellion.trail.Visit;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where Slack sends clicks ({@value #PATH}). A click counts if Slack signed it within five minutes,
 * it comes for the first time, and workspace and user are configured; then it is the decision of
 * that person, with the digest that the button carries. Whether the person may decide says the
 * policy, as everywhere.
 *
 * <p>Thread-safe.
 */
public final class Interactions implements HttpHandler {
  /** Where it is served. */
  public static final String PATH = "/slack/interactions";

  private static final int LARGEST = 64 << 10;

  /** Slack waits for three seconds. */
  private static final long MILLIS = 2_500;

  private final SlackSettings settings;
  private final Trail trail;
  private final Metrics metrics;
  private final Signatures signatures;
  private final Replays replays;
  private final BiConsumer<URI, String> replies;

  public Interactions(SlackSettings settings, Trail trail, Metrics metrics, InstantSource clock) {
    this(settings, trail, metrics, clock, Replies::post);
  }

  /** One whose replies go elsewhere, for tests. */
  Interactions(
      SlackSettings settings,
      Trail trail,
      Metrics metrics,
      InstantSource clock,
      BiConsumer<URI, String> replies) {
    this.settings = settings;
    this.trail = trail;
    this.metrics = metrics;
    this.signatures = new Signatures(settings.secret(), clock);
    this.replays = new Replays(clock);
    this.replies = replies;
  }

  /** An answer over HTTP. */
  private record Answer(int status, String type, ByteString body) {

    static Answer refused(int status, String text) {
      return new Answer(status, "text/plain; charset=utf-8", ByteString.copyFromUtf8(text + "\n"));
    }

    static Answer said(String text) {
      return new Answer(200, "application/json", Replies.message(text));
    }

    static Answer nothing() {
      return new Answer(200, "text/plain; charset=utf-8", ByteString.EMPTY);
    }
  }

  @Override
  public void handle(HttpExchange http) throws IOException {
    try (http) {
      Answer answer = answer(http);
      byte[] body = answer.body().toByteArray();
      http.getResponseHeaders().set("content-type", answer.type());
      http.getResponseHeaders().set("cache-control", "no-store");
      http.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        http.getResponseBody().write(body);
      }
    }
  }

  private Answer answer(HttpExchange http) throws IOException {
    if (!http.getRequestURI().getPath().equals(PATH)) {
      return Answer.refused(404, "expected: " + PATH);
    }
    if (!http.getRequestMethod().equals("POST")) {
      return Answer.refused(405, "expected: POST");
    }
    byte[] read = http.getRequestBody().readNBytes(LARGEST + 1);
    if (read.length > LARGEST) {
      return refused(413, "expected: at most " + LARGEST + " bytes");
    }
    ByteString body = ByteString.copyFrom(read);
    Headers headers = http.getRequestHeaders();
    String signature = one(headers, "X-Slack-Signature");
    String problem = signatures.problem(one(headers, "X-Slack-Request-Timestamp"), signature, body);
    if (problem != null) {
      return refused(401, problem);
    }
    if (!isForm(headers)) {
      return refused(415, "expected: application/x-www-form-urlencoded");
    }
    if (!replays.isFirst("signature " + signature)) {
      return refused(409, "it came already");
    }
    return Click.of(body)
        .map(this::clicked)
        .orElseGet(() -> refused(400, "expected: payload=, an interaction of type block_actions"));
  }

  private static @Nullable String one(Headers headers, String name) {
    return headers.getOrDefault(name, java.util.List.of()).size() == 1
        ? headers.getFirst(name)
        : null;
  }

  private static boolean isForm(Headers headers) {
    return String.valueOf(headers.getFirst("Content-Type"))
        .toLowerCase(Locale.ROOT)
        .matches("application/x-www-form-urlencoded *(;.*)?");
  }

  private Answer refused(int status, String text) {
    metrics.increment(Counter.SLACK_REFUSED);
    return Answer.refused(status, text);
  }

  private Answer clicked(Click click) {
    Optional<Act> act = act(click);
    if (act.isEmpty()) {
      return Answer.nothing(); // a link
    }
    if (!replays.isFirst("trigger " + click.trigger())) {
      return refused(409, "it came already");
    }
    if (!settings.teams().contains(click.team())) {
      return stranger(click, "This workspace is not configured in Tabellion. Nothing was decided.");
    }
    Reader reader = settings.users().get(click.user());
    if (reader == null) {
      return stranger(
          click,
          "Your Slack user "
              + click.user().replaceAll("[^A-Z0-9]", "?")
              + " is not configured in Tabellion (notifications.slack.users). Nothing was decided.");
    }
    Optional<SlackChoice> choice = SlackChoice.of(click.value());
    return choice.isEmpty()
        ? refused(400, "expected: a button of Tabellion")
        : told(click, reader, act.get(), choice.get());
  }

  private static Optional<Act> act(Click click) {
    return switch (click.action()) {
      case SlackChoice.APPROVE -> Optional.of(Act.APPROVE);
      case SlackChoice.DENY -> Optional.of(Act.DENY);
      default -> Optional.empty();
    };
  }

  private Answer stranger(Click click, String text) {
    metrics.increment(Counter.SLACK_REFUSED);
    reply(click, text);
    return Answer.said(text);
  }

  /** The decision may take longer than Slack waits; it counts all the same, and is told then. */
  private Answer told(Click click, Reader reader, Act act, SlackChoice choice) {
    CompletableFuture<String> decided = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("slack-decision")
        .start(() -> {
          String text = decided(reader, act, choice);
          decided.complete(text);
          reply(click, text);
        });
    try {
      return Answer.said(decided.get(MILLIS, TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException _) {
      return Answer.said("Your decision is being recorded.");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Answer.refused(503, "the server is going down");
    }
  }

  private String decided(Reader reader, Act act, SlackChoice choice) {
    try (Visit visit = trail.enter(reader, () -> false)) {
      Word word = new Word(choice.id(), choice.digest(), "");
      ApprovalRequest after = trail.decide().ask(visit, act, word).answer().request();
      return switch (after.state()) {
        case PENDING ->
            "Your approval of %s counts: %d of %d."
                .formatted(after.id(), after.votes().size(), after.quorum());
        default -> "%s: %s, by you.".formatted(after.id(), after.state().word());
      };
    } catch (RuntimeException | InterruptedException e) {
      return "Nothing was decided. " + TrailException.of(e).text();
    }
  }

  private void reply(Click click, String text) {
    URI address = Replies.address(click.reply());
    if (address != null) {
      Thread.ofVirtual().name("slack-reply").start(() -> replies.accept(address, text));
    }
  }
}
