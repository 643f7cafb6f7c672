package io.tabellion.console;

import io.tabellion.signin.SignIn;
import io.tabellion.trail.Reader;
import io.tabellion.trail.TrailException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The ways to sign in: a link that counts once, and the token of the API. Each ends in {@link
 * #begin}, which makes a session of a reader; another way would be another path that calls it.
 *
 * <p>Thread-safe.
 */
final class SignInPages {
  static final String PATH = "/console/sign-in";
  static final String LINK = "/console/link";
  static final String OUT = "/console/sign-out";

  private static final Pattern NEXT = Pattern.compile("/approvals(/[a-z0-9-]{1,40}){0,2}");
  private static final String HOME = "/approvals";

  private final Sessions sessions;
  private final Links links;
  private final SignIn tokens;
  private final Runnable onRefused;
  private final Templates templates;
  private final InstantSource clock;

  /**
   * @param tokens says whose token of the API it is
   * @param onRefused told of each token and link that is refused
   */
  SignInPages(
      Sessions sessions,
      Links links,
      SignIn tokens,
      Runnable onRefused,
      Templates templates,
      InstantSource clock) {
    this.sessions = sessions;
    this.links = links;
    this.tokens = tokens;
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
   */
  record Page(Frame frame, String next, String link, String reader, String failure) {}

  Reply show(Form query) {
    return page(200, next(query), "", "", "");
  }

  Reply showLink(Form query) {
    String token = query.text("t");
    Optional<Reader> reader = links.look(token);
    return reader
        .map(who -> page(200, next(query), token, Visible.of(who.name()), ""))
        .orElseGet(() -> page(403, next(query), "", "", SPENT));
  }

  private static final String SPENT =
      "This link was used, or is older than 60 seconds. Make a new one: ./tabellion approvals open";

  /** Signs in by a link, and uses it up. */
  Reply useLink(Gate.Place place, Form form) {
    return links
        .use(form.text("t"))
        .map(reader -> begin(place, reader, next(form)))
        .orElseGet(() -> {
          onRefused.run();
          return page(403, next(form), "", "", SPENT);
        });
  }

  /** Signs in by a token of the API. */
  Reply useToken(Gate.Place place, Form form) throws InterruptedException {
    try {
      Reader reader = tokens.bearer(form.text("token").strip());
      reader.checkNotExpired(clock.instant());
      return begin(place, reader, next(form));
    } catch (TrailException refused) {
      onRefused.run();
      String said = refused.text().replaceFirst("^authorization: ", "");
      return page(403, next(form), "", "", Visible.of(said));
    }
  }

  /**
   * Signs a reader in: whoever calls this has checked who it is.
   *
   * @param next path that comes then; another one than ours counts as none
   */
  Reply begin(Gate.Place place, Reader reader, String next) {
    String cookie = sessions.begin(reader);
    return Reply.seeOther(NEXT.matcher(next).matches() ? next : HOME)
        .with("set-cookie", Cookies.begin(place, cookie));
  }

  /** Ends a session. */
  Reply end(Gate.Place place, String cookie) {
    sessions.end(cookie);
    return Reply.seeOther(PATH).with("set-cookie", Cookies.end(place));
  }

  /** The page for somebody who is not signed in. */
  Reply ask(String next) {
    return page(401, NEXT.matcher(next).matches() ? next : "", "", "", "");
  }

  private static String next(Form form) {
    String next = form.text("next");
    return NEXT.matcher(next).matches() ? next : "";
  }

  private Reply page(int status, String next, String link, String reader, String failure) {
    Frame frame = Frame.ofNobody("Sign in");
    return Reply.html(status, templates.signIn(new Page(frame, next, link, reader, failure)));
  }
}
