package io.tabellion.console;

import com.sun.net.httpserver.HttpExchange;
import io.tabellion.http.Places;
import io.tabellion.http.Site;
import io.tabellion.policy.Policy;
import io.tabellion.signin.BrowserSignIn;
import io.tabellion.signin.SignIn;
import io.tabellion.trail.Reader;
import io.tabellion.trail.Trail;
import io.tabellion.trail.TrailException;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The web console. Its pages are rendered here and work without a script; nothing that GET asks for
 * changes anything. What it shows and does goes through the use cases of the trail, for whoever is
 * signed in.
 *
 * <pre>
 * GET  /approvals                 requests that are open
 * GET  /approvals/ID              one, with what led to it
 * POST /approvals/ID              approve, deny, ask back, revoke
 * GET  /approvals/history         requests that are over; /approvals/history/INDEX: one of them
 * GET  /approvals/events          which requests changed, as server-sent events
 * GET  /console/sign-in, POST     signs in with a token of the API
 * GET  /console/link?t=…, POST    signs in once; only POST uses the link up
 * GET  /console/oidc              goes to the identity provider, which sends back to
 *      /console/oidc/callback
 * POST /console/sign-out
 * </pre>
 *
 * <p>Thread-safe. Each request has a virtual thread, which may block.
 */
public final class Console {
  /** Where an identity provider sends browsers back to. */
  public static final String CALLBACK = SignInPages.CALLBACK;

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
  private static final String LIST = "/approvals";
  private static final String EVENTS = LIST + "/events";

  /** A header by which the script says that a page asks for itself. */
  private static final String REFRESHES = "tabellion-refreshes";

  private final ConsoleSettings settings;
  private final Trail trail;
  private final Places places;
  private final Sessions sessions;
  private final Links links;
  private final Templates templates = new Templates();
  private final Assets assets = new Assets();
  private final SignInPages signIn;
  private final Approvals approvals;

  /** Of this machine; 0 before it is known. */
  private volatile int port;

  /**
   * @param tokens says whose token of the API it is
   * @param provider where people sign in elsewhere; null if nowhere
   * @param policy in force
   * @param onRefused told of each attempt to sign in that is refused
   */
  public Console(
      ConsoleSettings settings,
      Trail trail,
      SignIn tokens,
      @Nullable BrowserSignIn provider,
      Supplier<Policy> policy,
      Runnable onRefused,
      InstantSource clock) {
    this.settings = settings;
    this.trail = trail;
    this.places = new Places(settings.publicUrl());
    this.sessions = new Sessions(settings, clock);
    this.links = new Links(clock);
    this.signIn = new SignInPages(sessions, links, tokens, provider, onRefused, templates, clock);
    this.approvals = new Approvals(trail, policy, templates, clock);
  }

  /** Where it is beside health and metrics. */
  public List<Site> sites() {
    return List.of(new Site(LIST, this::handle), new Site("/console", this::handle));
  }

  /** From now on it can be reached at this port. */
  public void listensAt(int opened) {
    port = opened;
  }

  /** A link that signs in once. */
  public record Link(URI url, Instant expires) {}

  /**
   * Makes a link that signs this reader in, once, within a minute.
   *
   * @param approval id of the request that is shown first; empty for the list
   * @throws TrailException if there is no page yet, or the id is none
   */
  public Link open(Reader reader, String approval) {
    if (!approval.isEmpty() && !Approvals.isId(approval)) {
      throw TrailException.invalid("approval", "no id", "apr- and 12 hex digits");
    }
    String base = base();
    Links.Made made = links.make(reader);
    String next = approval.isEmpty() ? "" : "&next=" + LIST + "/" + approval;
    return new Link(
        URI.create(base + SignInPages.LINK + "?t=" + made.token() + next), made.expires());
  }

  private String base() {
    URI publicUrl = settings.publicUrl();
    if (publicUrl != null) {
      return "https://" + publicUrl.getAuthority();
    }
    int known = port;
    if (known == 0) {
      throw TrailException.of(
          TrailException.Code.UNAVAILABLE, "the console is not there yet (expected: ask again)");
    }
    return "http://127.0.0.1:" + known;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      secure(exchange);
      Optional<Places.Place> place = places.of(exchange);
      Reply reply = place.isEmpty() ? elsewhere() : answer(new Incoming(exchange, place.get()));
      if (reply != null) {
        send(exchange, reply);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void secure(HttpExchange exchange) {
    var headers = exchange.getResponseHeaders();
    headers.set("content-security-policy", POLICY);
    headers.set("x-content-type-options", "nosniff");
    headers.set("referrer-policy", "no-referrer");
    headers.set("cache-control", "no-store");
    headers.set("cross-origin-opener-policy", "same-origin");
    headers.set("cross-origin-resource-policy", "same-origin");
    headers.set("permissions-policy", "camera=(), geolocation=(), microphone=()");
  }

  private static Reply elsewhere() {
    return Reply.text(
        421,
        "This address is not one of the console's (expected: 127.0.0.1 or localhost from this"
            + " machine, or console.public-url of the configuration over https)");
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("content-type", reply.type());
    headers.putAll(reply.headers());
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(reply.status(), head ? -1 : reply.body().size());
    if (!head) {
      reply.body().writeTo(exchange.getResponseBody());
    }
  }

  /** Returns the answer; null if it was sent already. */
  private @Nullable Reply answer(Incoming request) throws IOException, InterruptedException {
    Optional<String> cookie = request.cookie(Cookies.name(request.place()));
    boolean counts = request.header(REFRESHES) == null && !request.path().equals(EVENTS);
    Session session = cookie.flatMap(value -> sessions.find(value, counts)).orElse(null);
    try {
      return switch (request.method()) {
        case "GET" -> get(request, session);
        case "POST" -> post(request, session, cookie.orElse(""));
        default -> Reply.text(405, "expected: GET or POST").with("allow", "GET, HEAD, POST");
      };
    } catch (RuntimeException e) {
      return failed(request, session, TrailException.of(e));
    }
  }

  private @Nullable Reply get(Incoming request, @Nullable Session session)
      throws IOException, InterruptedException {
    Reply asset = assets.find(request.path());
    if (asset != null) {
      return asset;
    }
    return switch (request.path()) {
      case SignInPages.PATH -> signIn.show(request.place(), request.query());
      case SignInPages.LINK ->
          signIn.showLink(request.place(), request.query(), request.header("sec-fetch-site"));
      case SignInPages.PROVIDER ->
          signIn.toProvider(request.place(), request.query(), request.header("sec-fetch-site"));
      case SignInPages.CALLBACK ->
          signIn.fromProvider(
              request.place(), request.cookie(Cookies.UNDER_WAY).orElse(""), request.query());
      case "/console", "/console/" -> Reply.seeOther(LIST);
      default -> session == null ? ask(request) : page(request, session);
    };
  }

  /**
   * A session's cookie is not sent by links of other sites: the page then asks for itself again.
   */
  private Reply ask(Incoming request) {
    boolean fromElsewhere = "cross-site".equals(request.header("sec-fetch-site"));
    return fromElsewhere
        ? Reply.html(200, templates.message(again(request)))
        : signIn.ask(request.place(), request.path());
  }

  private static Failures.Page again(Incoming request) {
    Frame frame = Frame.ofNobody("Approvals");
    return new Failures.Page(frame, "", request.path().startsWith(LIST) ? request.path() : LIST);
  }

  private @Nullable Reply page(Incoming request, Session session)
      throws IOException, InterruptedException {
    Asked asked = asked(request, session);
    String path = request.path();
    if (path.equals(LIST) || path.equals(LIST + "/")) {
      return approvals.list(asked);
    }
    String below = path.startsWith(LIST + "/") ? path.substring(LIST.length() + 1) : "";
    if (path.equals(EVENTS) && request.exchange().getRequestMethod().equals("GET")) {
      new Live(request.exchange(), sessions, session).send(trail, request.query().text("since"));
      return null;
    }
    if (below.equals("history")) {
      return approvals.history(asked);
    }
    if (below.startsWith("history/")) {
      return approvals.past(asked, below.substring("history/".length()));
    }
    if (Approvals.isId(below)) {
      return approvals.show(asked, below);
    }
    throw nothingThere();
  }

  private static Asked asked(Incoming request, Session session) {
    return new Asked(session, request.query(), request.header(REFRESHES) != null);
  }

  private static TrailException nothingThere() {
    return TrailException.of(TrailException.Code.NOT_FOUND, "There is no such page.");
  }

  private Reply post(Incoming request, @Nullable Session session, String cookie)
      throws IOException, InterruptedException {
    boolean ours =
        Gate.isOurs(request.place(), request.header("sec-fetch-site"), request.header("origin"));
    if (!ours) {
      return Reply.text(403, "The form is not from this console (expected: a page of it)");
    }
    Form form = request.form();
    return switch (request.path()) {
      case SignInPages.PATH -> signIn.useToken(request.place(), form);
      case SignInPages.LINK -> signIn.useLink(request.place(), form);
      default ->
          session == null
              ? signIn.ask(request.place(), request.path())
              : post(request, form, session, cookie);
    };
  }

  private Reply post(Incoming request, Form form, Session session, String cookie)
      throws InterruptedException {
    if (!Secrets.same(session.formToken(), form.text("form-token"))) {
      return Reply.text(403, "The form is not of this session (expected: load the page again)");
    }
    if (request.path().equals(SignInPages.OUT)) {
      return signIn.end(request.place(), cookie);
    }
    String id = request.path().substring(Math.min(LIST.length() + 1, request.path().length()));
    if (request.path().startsWith(LIST + "/") && Approvals.isId(id)) {
      return approvals.decide(asked(request, session), id, form);
    }
    throw nothingThere();
  }

  private Reply failed(Incoming request, @Nullable Session session, TrailException failure) {
    if (session == null || failure.code() == TrailException.Code.UNAUTHENTICATED) {
      return failure.code() == TrailException.Code.INVALID
          ? Reply.text(400, failure.text())
          : signIn.ask(request.place(), request.path());
    }
    Frame frame = Frame.of(asked(request, session), "Not shown", "");
    return Reply.html(
        Failures.status(failure),
        templates.message(
            new Failures.Page(frame, Visible.of(failure.text()), Failures.hint(failure))));
  }
}
