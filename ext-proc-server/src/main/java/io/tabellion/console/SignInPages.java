package io.tabellion.console;

import io.tabellion.http.Places.Place;
import io.tabellion.signin.BrowserSignIn;
import io.tabellion.signin.SignIn;
import io.tabellion.trail.Reader;
import io.tabellion.trail.TrailException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ways to sign in: a link that counts once, the token of the API, and an identity provider.
 * Each ends in {@link #begin}, which makes a session of a reader; another way would be another path
 * that calls it.
 *
 * <p>Thread-safe.
 */
final class SignInPages {
  static final String PATH = "/console/sign-in";
  static final String LINK = "/console/link";
  static final String PROVIDER = "/console/oidc";
  static final String CALLBACK = "/console/oidc/callback";
  static final String OUT = "/console/sign-out";

  private static final Pattern NEXT = Pattern.compile("/approvals(/[a-z0-9-]{1,40}){0,2}");
  private static final String HOME = "/approvals";

  private final Sessions sessions;
  private final Links links;
  private final SignIn tokens;
  private final @Nullable BrowserSignIn provider;
  private final Runnable onRefused;
  private final Templates templates;
  private final InstantSource clock;

  /**
   * @param tokens says whose token of the API it is
   * @param provider where people sign in elsewhere; null if nowhere
   * @param onRefused told of each token and link that is refused
   */
  SignInPages(
      Sessions sessions,
      Links links,
      SignIn tokens,
      @Nullable BrowserSignIn provider,
      Runnable onRefused,
      Templates templates,
      InstantSource clock) {
    this.sessions = sessions;
    this.links = links;
    this.tokens = tokens;
    this.provider = provider;
    this.onRefused = onRefused;
    this.templates = templates;
    this.clock = clock;
  }

  /**
   * The page.
   *
   * @param next path that comes after it
   * @param link token of the link that was opened; empty if none was
   * @param reader whom the link signs in
   * @param atOnce whether a script may use the link up without a click
   * @param provider the host of the identity provider; empty if there is none
   */
  record Page(
      Frame frame,
      String next,
      String link,
      String reader,
      boolean atOnce,
      String provider,
      String failure) {}

  Reply show(Place place, Form query) {
    return page(200, place, next(query), "");
  }

  /**
   * Sends the browser to the identity provider.
   *
   * @param place where its answer can come back to: over https only
   * @param site the {@code Sec-Fetch-Site} of the request; no page of others begins a sign-in
   */
  Reply toProvider(Place place, Form query, @Nullable String site) throws InterruptedException {
    if (provider == null || !place.https() || "cross-site".equals(site)) {
      return show(place, query);
    }
    try {
      BrowserSignIn.Started started = provider.begin(next(query));
      return Reply.seeOther(started.location().toString())
          .with("set-cookie", Cookies.beginUnderWay(started.cookie(), BrowserSignIn.LONGEST));
    } catch (TrailException refused) {
      return refused(place, next(query), refused);
    }
  }

  /** Takes the answer of the identity provider, which counts in the browser that began only. */
  Reply fromProvider(Place place, String cookie, Form query) throws InterruptedException {
    if (provider == null || !place.https()) {
      return show(place, Form.EMPTY);
    }
    try {
      Map<String, List<String>> said = new HashMap<>();
      for (String name : List.of("code", "state", "iss", "error")) {
        said.put(name, query.all(name));
      }
      BrowserSignIn.Finished finished = provider.finish(cookie.isEmpty() ? null : cookie, said);
      return begin(place, finished.reader(), finished.next())
          .and("set-cookie", Cookies.endUnderWay());
    } catch (TrailException refused) {
      return refused(place, "", refused).with("set-cookie", Cookies.endUnderWay());
    }
  }

  private Reply refused(Place place, String next, TrailException refused) {
    onRefused.run();
    return page(Failures.status(refused), place, next, Visible.of(refused.text()));
  }

  /**
   * The page of a link. A link that another page leads to waits for a click: else a page of others
   * could sign somebody in as whoever made the link, unseen (login CSRF).
   *
   * @param site the {@code Sec-Fetch-Site} of the request: {@code none} if the person opened it
   */
  Reply showLink(Place place, Form query, @Nullable String site) {
    String token = query.text("t");
    return links
        .look(token)
        .map(reader -> {
          String name = Visible.of(reader.name());
          return page(200, place, next(query), new Opened(token, name, "none".equals(site)), "");
        })
        .orElseGet(() -> page(403, place, next(query), SPENT));
  }

  /** A link that was opened, as {@link Page} has it. */
  private record Opened(String token, String reader, boolean atOnce) {
    static final Opened NONE = new Opened("", "", false);
  }

  private static final String SPENT =
      "This link was used, or is older than 60 seconds. Make a new one: ./tabellion approvals open";

  /** Signs in by a link, and uses it up. */
  Reply useLink(Place place, Form form) {
    return links
        .use(form.text("t"))
        .map(reader -> begin(place, reader, next(form)))
        .orElseGet(() -> {
          onRefused.run();
          return page(403, place, next(form), SPENT);
        });
  }

  /** Signs in by a token of the API. */
  Reply useToken(Place place, Form form) throws InterruptedException {
    try {
      Reader reader = tokens.bearer(form.text("token").strip());
      reader.checkNotExpired(clock.instant());
      return begin(place, reader, next(form));
    } catch (TrailException refused) {
      onRefused.run();
      String said = refused.text().replaceFirst("^authorization: ", "");
      return page(403, place, next(form), Visible.of(said));
    }
  }

  /**
   * Signs a reader in: whoever calls this has checked who it is.
   *
   * @param next path that comes then; another one than ours counts as none
   */
  Reply begin(Place place, Reader reader, String next) {
    String cookie = sessions.begin(reader);
    return Reply.seeOther(NEXT.matcher(next).matches() ? next : HOME)
        .with("set-cookie", Cookies.begin(place, cookie));
  }

  /** Ends a session. */
  Reply end(Place place, String cookie) {
    sessions.end(cookie);
    return Reply.seeOther(PATH).with("set-cookie", Cookies.end(place));
  }

  /** The page for somebody who is not signed in. */
  Reply ask(Place place, String next) {
    return page(401, place, NEXT.matcher(next).matches() ? next : "", "");
  }

  private static String next(Form form) {
    String next = form.text("next");
    return NEXT.matcher(next).matches() ? next : "";
  }

  private Reply page(int status, Place place, String next, String failure) {
    return page(status, place, next, Opened.NONE, failure);
  }

  private Reply page(int status, Place place, String next, Opened link, String failure) {
    Frame frame = Frame.ofNobody("Sign in");
    String elsewhere = provider == null || !place.https() ? "" : provider.host();
    return Reply.html(
        status,
        templates.signIn(
            new Page(frame, next, link.token(), link.reader(), link.atOnce(), elsewhere, failure)));
  }
}
