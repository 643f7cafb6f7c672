package io.tabellion.authzen;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Decisions.Word;
import io.tabellion.http.Places;
import io.tabellion.http.Site;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.signin.SignIn;
import io.tabellion.trail.ApprovalView;
import io.tabellion.trail.DecideApproval.Act;
import io.tabellion.trail.Paging;
import io.tabellion.trail.Reader;
import io.tabellion.trail.SeeApprovals;
import io.tabellion.trail.Trail;
import io.tabellion.trail.TrailException;
import io.tabellion.trail.Visit;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Requests for approval over HTTP, for whoever has a token of the API.
 *
 * <pre>
 * GET  /access/v1/requests/ID           its state: the profile's Task Status Endpoint
 * GET  /access/v1/requests              requests that are open, as approvers see them
 * GET  /access/v1/requests/ID/review    one with its call
 * POST /access/v1/requests/ID/approve   {"digest": …, "reason": …}; also deny, ask, revoke
 * </pre>
 *
 * <p>Nothing that GET asks for decides anything. Only a bearer token counts, never a cookie, so no
 * page of others can act for somebody. A request is answered if it comes from this machine and
 * names it, or if it names the public address.
 *
 * <p>Thread-safe. Each request has a virtual thread, which may block.
 */
public final class AccessRequests {
  static final String PATH = "/access/v1/requests";

  private static final Pattern ONE =
      Pattern.compile(PATH + "/(apr-[0-9a-f]{12})(?:/([a-z]{1,16}))?");
  private static final Map<String, Act> ACTS =
      Map.of("approve", Act.APPROVE, "deny", Act.DENY, "ask", Act.ASK_BACK, "revoke", Act.REVOKE);
  private static final Set<String> WORD = Set.of("digest", "reason");
  private static final Set<String> FILTERS =
      Set.of("state", "server", "mine", "limit", "page_token");

  private final Trail trail;
  private final SignIn signIn;
  private final Places places;
  private final Runnable onRefused;

  /**
   * @param publicUrl address behind a proxy that speaks https; null if there is none
   * @param onRefused told of each request that is not let in
   */
  public AccessRequests(Trail trail, SignIn signIn, @Nullable URI publicUrl, Runnable onRefused) {
    this.trail = trail;
    this.signIn = signIn;
    this.places = new Places(publicUrl);
    this.onRefused = onRefused;
  }

  /** Where it is beside health and metrics. */
  public Site site() {
    return new Site("/access", this::handle);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reply reply = reply(exchange);
      ByteString body = JsonWriter.write(reply.body());
      Headers headers = exchange.getResponseHeaders();
      headers.set("content-type", reply.type());
      headers.set("cache-control", "no-store");
      headers.set("x-content-type-options", "nosniff");
      reply.headers().forEach(headers::set);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(reply.status(), head ? -1 : body.size());
      if (!head) {
        body.writeTo(exchange.getResponseBody());
      }
    }
  }

  private Reply reply(HttpExchange exchange) {
    try {
      Optional<Places.Place> place = places.of(exchange);
      return place.isEmpty() ? elsewhere() : answer(new Incoming(exchange), place.get().origin());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Problems.of(TrailException.of(e));
    } catch (IOException | RuntimeException e) {
      return Problems.of(TrailException.of(e));
    }
  }

  private static Reply elsewhere() {
    return Problems.problem(
        421,
        "about:blank",
        "Another address",
        "host: not an address of this server (expected: 127.0.0.1 or localhost from this machine,"
            + " or console.public-url of the configuration over https)");
  }

  private Reply answer(Incoming request, String base) throws IOException, InterruptedException {
    String token = request.token();
    if (token == null) {
      onRefused.run();
      return Problems.unauthenticated();
    }
    try (Visit visit = trail.enter(reader(token), () -> false)) {
      if (request.path().equals(PATH)) {
        return request.method().equals("GET") ? list(visit, request) : Problems.notAllowed("GET");
      }
      Matcher one = ONE.matcher(request.path());
      return one.matches() ? one(visit, request, one.group(1), one.group(2), base) : nothing();
    }
  }

  private Reader reader(String token) throws InterruptedException {
    try {
      return signIn.bearer(token);
    } catch (TrailException refused) {
      onRefused.run();
      throw refused;
    }
  }

  private Reply one(Visit visit, Incoming request, String id, @Nullable String part, String base)
      throws IOException, InterruptedException {
    Act act = part == null ? null : ACTS.get(part);
    if (act != null) {
      return request.method().equals("POST")
          ? decide(visit, request, id, act)
          : Problems.notAllowed("POST");
    }
    if (part != null && part.equals("cancel")) {
      return Problems.notAllowed("GET");
    }
    if (part != null && !part.equals("review")) {
      return nothing();
    }
    if (!request.method().equals("GET")) {
      return Problems.notAllowed("GET");
    }
    request.query(Set.of());
    ApprovalView view = trail.approvals().show(visit, id).answer();
    if (part != null) {
      return Reply.json(Reviews.of(view));
    }
    Reply task = Reply.json(Tasks.of(view, base));
    return view.request().state() == ApprovalState.PENDING ? task.with("retry-after", "5") : task;
  }

  private Reply list(Visit visit, Incoming request) throws InterruptedException {
    Map<String, List<String>> query = request.query(FILTERS);
    var question =
        new SeeApprovals.Question(
            query.getOrDefault("state", List.of()),
            one(query, "server"),
            flag(query, "mine"),
            new Paging(number(query, "limit"), one(query, "page_token")));
    return Reply.json(Reviews.list(trail.approvals().list(visit, question).answer()));
  }

  private Reply decide(Visit visit, Incoming request, String id, Act act)
      throws IOException, InterruptedException {
    if (!request.isJson()) {
      return Problems.problem(
          415,
          "about:blank",
          "Another media type",
          "content-type: another (expected: application/json)");
    }
    request.query(Set.of());
    Json.Obj body = request.body(WORD);
    Word word = new Word(id, text(body, "digest"), text(body, "reason"));
    return Reply.json(Reviews.of(trail.decide().ask(visit, act, word).answer()));
  }

  private static String text(Json.Obj body, String name) {
    String text = body.text(name);
    return text == null ? "" : text;
  }

  private static String one(Map<String, List<String>> query, String name) {
    List<String> values = query.getOrDefault(name, List.of(""));
    if (values.size() > 1) {
      throw TrailException.invalid(name, "more than once", "once");
    }
    return values.getFirst();
  }

  private static boolean flag(Map<String, List<String>> query, String name) {
    return switch (one(query, name)) {
      case "", "false" -> false;
      case "true" -> true;
      default -> throw TrailException.invalid(name, "another word", "true or false");
    };
  }

  private static int number(Map<String, List<String>> query, String name) {
    String text = one(query, name);
    if (!text.matches("[0-9]{0,4}")) {
      throw TrailException.invalid(name, "not a number", "0 to 1000");
    }
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  private static Reply nothing() {
    return Problems.problem(
        404,
        Problems.UNKNOWN_TASK,
        "Nothing here",
        "path: unknown (expected: " + PATH + "/ID, with review, approve, deny, ask or revoke)");
  }
}
