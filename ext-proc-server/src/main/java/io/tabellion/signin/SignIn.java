package io.tabellion.signin;

import io.tabellion.approval.Person;
import io.tabellion.trail.Reader;
import io.tabellion.trail.Role;
import io.tabellion.trail.TrailException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who a bearer token is: one of the configuration, or a person whom an OpenID Connect issuer knows.
 *
 * <p>Thread-safe. Blocks its caller while keys of an issuer are got. Closed once, after the edges.
 */
public final class SignIn implements AutoCloseable {
  private static final int MOST_SAID = 20;
  private static final Set<Role> DECIDING = EnumSet.of(Role.APPROVER, Role.ADMIN);

  private final BearerTokens tokens;
  private final List<Issuer> issuers;
  private final KeyRefresh refresh;

  /** An issuer and what is known of it. */
  private record Issuer(OidcSettings settings, IssuerKeys keys, TokenCheck check, Fetch fetch) {

    static Issuer of(OidcSettings settings, InstantSource clock) {
      Fetch fetch = new Fetch(settings.ca());
      IssuerKeys keys = new IssuerKeys(settings, fetch, clock);
      return new Issuer(settings, keys, new TokenCheck(settings, keys, clock), fetch);
    }
  }

  /**
   * Reads the token files, and begins to get the keys of the issuers; it does not wait for them.
   *
   * @throws IllegalArgumentException if a file is unfit; the message names it
   */
  public SignIn(List<TokenFile> tokens, List<OidcSettings> oidc, InstantSource clock) {
    this.tokens = BearerTokens.load(tokens);
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
    return reader(issuer.settings(), issuer.check().bearer(shown));
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

  /**
   * Makes a reader of who signed in.
   *
   * @throws TrailException {@code DENIED} if their groups have no role
   */
  private static Reader reader(OidcSettings settings, Claims claims) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    settings
        .roles()
        .forEach((role, groups) -> {
          if (claims.groups().stream().anyMatch(groups::contains)) {
            roles.add(role);
          }
        });
    if (claims.program()) {
      roles.removeAll(DECIDING);
    }
    String name = claims.subject() + " (" + claims.issuer() + ")";
    if (roles.isEmpty()) {
      throw TrailException.of(TrailException.Code.DENIED, name + ": " + noRole(settings, claims));
    }
    return new Reader(
        name,
        roles,
        new Person(claims.subject(), claims.issuer(), claims.names(), claims.groups(), "oidc"),
        claims.expires());
  }

  /** What the person is told: their own groups, never those that others are in. */
  private static String noRole(OidcSettings settings, Claims claims) {
    if (claims.program()) {
      return "no role: a program's token is given neither approver nor admin (expected: a person's"
          + " token, or a group of the roles auditor or responder)";
    }
    List<String> groups = new ArrayList<>(claims.groups());
    boolean more = groups.size() > MOST_SAID;
    String said =
        groups.isEmpty()
            ? "none in the claim " + settings.groupsClaim()
            : String.join(", ", groups.subList(0, Math.min(MOST_SAID, groups.size())))
                + (more ? ", …" : "");
    return "no role for the groups: " + said + " (expected: one that api.oidc[].roles names)";
  }
}
