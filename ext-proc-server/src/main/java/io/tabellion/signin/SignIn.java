package io.tabellion.signin;

import io.tabellion.trail.Reader;
import io.tabellion.trail.TrailException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who a bearer token is: one of the configuration, or a person whom an OpenID Connect issuer knows.
 *
 * <p>Thread-safe. Blocks its caller while keys of an issuer are got. Closed once, after the edges.
 */
public final class SignIn implements AutoCloseable {
  private final List<TokenFile> files;
  private final List<Issuer> issuers;
  private final KeyRefresh refresh;
  private final InstantSource clock;

  /** As the files said when they were read last. */
  private volatile BearerTokens tokens;

  /**
   * Reads the token files, and begins to get the keys of the issuers; it does not wait for them.
   *
   * @throws IllegalArgumentException if a file is unfit; the message names it
   */
  public SignIn(List<TokenFile> tokens, List<OidcSettings> oidc, InstantSource clock) {
    this.files = List.copyOf(tokens);
    this.tokens = BearerTokens.load(tokens);
    this.clock = clock;
    issuers = oidc.stream().map(settings -> Issuer.of(settings, clock)).toList();
    refresh = KeyRefresh.start(issuers.stream().map(Issuer::keys).toList());
  }

  /**
   * Returns whose token it is.
   *
   * @throws TrailException {@code UNAUTHENTICATED} with what is wrong with it, {@code DENIED} if
   *     the person has no role, {@code UNAVAILABLE} if it cannot be checked now
   */
  public Reader bearer(String token) throws InterruptedException {
    Reader known = tokens.find(token);
    if (known != null) {
      return known;
    }
    if (issuers.isEmpty() || !TokenCheck.hasForm(token)) {
      throw TrailException.of(
          TrailException.Code.UNAUTHENTICATED,
          "authorization: unknown token (expected: one of the server's token files"
              + (issuers.isEmpty()
                  ? ")"
                  : ", or a signed token of an issuer of api.oidc, at most "
                      + TokenCheck.LONGEST
                      + " characters)"));
    }
    TokenCheck.Unverified shown = TokenCheck.read(token);
    Issuer issuer = find(shown.issuer());
    if (issuer == null) {
      throw TrailException.of(
          TrailException.Code.UNAUTHENTICATED,
          "token: iss: unknown (expected: an issuer of api.oidc)");
    }
    return issuer.reader(issuer.check().bearer(shown));
  }

  /** The files of tokens, which are to be read again together. */
  public List<Path> files() {
    return files.stream().map(TokenFile::file).toList();
  }

  /**
   * Reads the token files again. A token whose file has another now, or is gone, is refused from
   * now on, and what was begun with it ends.
   *
   * @throws IllegalArgumentException if files are unfit; their tokens stay as they were
   */
  public void readAgain() {
    BearerTokens.Again again = tokens.again(files);
    tokens = again.tokens();
    if (!again.problems().isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", again.problems()));
    }
  }

  /**
   * Returns how people sign in to pages.
   *
   * @throws IllegalArgumentException if the issuer is none of ours, or the secret cannot be read
   */
  public BrowserSignIn browser(BrowserSignIn.Client client) {
    Issuer issuer = find(client.issuer());
    if (issuer == null || !(issuer.settings().keys() instanceof OidcSettings.Keys.Discovered)) {
      throw new IllegalArgumentException(
          "issuer: "
              + client.issuer()
              + " (expected: one of api.oidc, without jwks-uri and jwks-file)");
    }
    return BrowserSignIn.of(issuer, client, clock);
  }

  /** By issuer, whether its tokens can be checked now; for metrics. */
  public Map<String, Double> ready() {
    return each(IssuerKeys::ready);
  }

  /** By issuer, whether the last attempt to get its keys failed; for metrics. */
  public Map<String, Double> failed() {
    return each(IssuerKeys::failed);
  }

  @Override
  public void close() {
    refresh.close();
    issuers.forEach(issuer -> issuer.fetch().close());
  }

  private Map<String, Double> each(Predicate<IssuerKeys> what) {
    Map<String, Double> values = new TreeMap<>();
    for (Issuer issuer : issuers) {
      values.put(issuer.settings().issuer(), what.test(issuer.keys()) ? 1.0 : 0.0);
    }
    return values;
  }

  private @Nullable Issuer find(@Nullable String name) {
    for (Issuer issuer : issuers) {
      if (issuer.settings().issuer().equals(name)) {
        return issuer;
      }
    }
    return null;
  }
}
