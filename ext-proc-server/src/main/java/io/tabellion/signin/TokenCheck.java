package io.tabellion.signin;

import com.google.protobuf.ByteString;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import io.tabellion.jsonrpc.Json;
import io.tabellion.trail.TrailException;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks tokens of one issuer: ID tokens (OpenID Connect Core 1.0 §3.1.3.7) and access tokens (RFC
 * 9068 §4), by the rules of RFC 8725.
 *
 * <p>Thread-safe. Blocks its caller while keys are got.
 */
final class TokenCheck {
  /** Characters of a token. */
  static final int LONGEST = 12_000;

  private static final Duration LEEWAY = Duration.ofSeconds(30);
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512,
          JWSAlgorithm.EdDSA,
          JWSAlgorithm.Ed25519);
  private static final Pattern NAME = Pattern.compile("[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Cn}]{1,255}");

  /** Claims that name a person to others. Comparing more of them only refuses more. */
  private static final List<String> NAMES =
      List.of("sub", "oid", "email", "preferred_username", "upn");

  /** Claims that name the client that got a token. */
  private static final List<String> CLIENTS = List.of("client_id", "azp", "cid", "appid");

  private final OidcSettings settings;
  private final IssuerKeys keys;
  private final InstantSource clock;

  TokenCheck(OidcSettings settings, IssuerKeys keys, InstantSource clock) {
    this.settings = settings;
    this.keys = keys;
    this.clock = clock;
  }

  /** A token that was taken apart; nothing of it is verified. */
  record Unverified(JWSObject token, Json.Obj claims) {

    /** Who says to have made it; null if nobody. */
    @Nullable String issuer() {
      return claims.text("iss");
    }
  }

  /** Whether a bearer token has the form of one that an issuer signed (RFC 7515 §7.1). */
  static boolean hasForm(String token) {
    return token.length() <= LONGEST
        && token.startsWith("eyJ")
        && token.chars().filter(c -> c == '.').count() == 2;
  }

  /**
   * Takes a token apart.
   *
   * @throws TrailException if it is none
   */
  static Unverified read(String token) {
    try {
      JWSObject parsed = JWSObject.parse(token);
      return new Unverified(
          parsed, Fetch.object(ByteString.copyFrom(parsed.getPayload().toBytes())));
    } catch (ParseException | IOException | RuntimeException e) {
      throw refused("not a signed token", "header, claims and signature of RFC 7515 §7.1");
    }
  }

  /**
   * Checks a token that somebody shows to the API.
   *
   * @throws TrailException {@code UNAUTHENTICATED} with what is wrong, {@code UNAVAILABLE} if it
   *     cannot be checked now
   */
  Claims bearer(Unverified shown) throws InterruptedException {
    requireType(shown.token().getHeader(), Set.of("jwt", "at+jwt"));
    return check(shown, settings.audiences());
  }

  /**
   * Checks an ID token that belongs to a sign-in.
   *
   * @param client who asked for it
   * @throws TrailException as above
   */
  Claims idToken(Unverified shown, String client) throws InterruptedException {
    requireType(shown.token().getHeader(), Set.of("jwt"));
    Claims claims = check(shown, Set.of(client));
    String party = shown.claims().text("azp");
    boolean many = Claims.texts(shown.claims().get("aud")).size() > 1;
    if (party == null ? many : !party.equals(client)) {
      throw refused("azp: another client", "the one that asked for the token");
    }
    return claims;
  }

  private Claims check(Unverified shown, Set<String> audiences) throws InterruptedException {
    Json.Obj claims = shown.claims();
    requireHeader(shown.token().getHeader());
    if (!settings.issuer().equals(shown.issuer())) {
      throw refused("iss: another issuer", settings.issuer());
    }
    if (Claims.texts(claims.get("aud")).stream().noneMatch(audiences::contains)) {
      throw refused("aud: for somebody else", "one of " + String.join(", ", audiences));
    }
    Instant expires = requireTimes(claims);
    JWSHeader header = shown.token().getHeader();
    if (!keys.forToken(header).verifies(shown.token())) {
      throw refused("not signed by a key of " + settings.issuer(), "a token as it was issued");
    }
    requireOwn(claims);
    return claims(claims, expires);
  }

  private static void requireType(JWSHeader header, Set<String> types) {
    String type = header.getType() == null ? "jwt" : header.getType().getType();
    String word = type.toLowerCase(Locale.ROOT);
    if (!types.contains(word.startsWith("application/") ? word.substring(12) : word)) {
      throw refused("typ: another kind of token", "one of " + String.join(", ", types));
    }
  }

  private static void requireHeader(JWSHeader header) {
    if (!ALGORITHMS.contains(header.getAlgorithm())) {
      throw refused("alg: not allowed", "RS, PS or ES with 256, 384 or 512, or EdDSA");
    }
    if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
      throw refused("crit: there", "a token without extensions");
    }
  }

  private Instant requireTimes(Json.Obj claims) {
    Instant now = clock.instant();
    Instant expires = Claims.time(claims.get("exp"));
    Instant issued = Claims.time(claims.get("iat"));
    if (expires == null || !now.isBefore(expires.plus(LEEWAY))) {
      throw refused(
          expires == null ? "exp: not there" : "exp: over since " + expires,
          "a token that holds at " + now);
    }
    if (issued == null || issued.isAfter(now.plus(LEEWAY))) {
      throw refused(
          issued == null ? "iat: not there" : "iat: " + issued + " is not yet",
          "a token that was issued before " + now + "; compare the clocks");
    }
    Json begins = claims.get("nbf");
    Instant from = Claims.time(begins);
    if (begins != null && (from == null || from.isAfter(now.plus(LEEWAY)))) {
      throw refused("nbf: not yet", "a token that holds at " + now + "; compare the clocks");
    }
    return expires.plus(LEEWAY);
  }

  /**
   * A token that its person did not sign in for is nobody's; nor is one that needs a proof with it,
   * or that tells of an event, such as a logout (RFC 8417 §2.2).
   */
  private static void requireOwn(Json.Obj claims) {
    if (claims.get("act") != null) {
      throw refused(
          "act: somebody acts for the person", "a token that the person signed in for themselves");
    }
    if (claims.get("events") != null) {
      throw refused("events: a notice of the issuer", "a token that signs somebody in");
    }
    if (claims.get("cnf") != null) {
      throw refused("cnf: bound to a key", "a plain bearer token");
    }
  }

  private Claims claims(Json.Obj claims, Instant expires) {
    String subject = text(claims, "sub");
    String name = text(claims, settings.subjectClaim());
    boolean unverified =
        settings.subjectClaim().equals("email")
            && claims.get("email_verified") != Json.Literal.TRUE;
    if (subject == null || name == null || unverified) {
      throw refused(
          unverified && name != null
              ? "email_verified: not true"
              : (subject == null ? "sub" : settings.subjectClaim()) + ": not there",
          "a token that names the person");
    }
    Set<String> names = new LinkedHashSet<>(List.of(name, subject));
    for (String each : NAMES) {
      String other = text(claims, each);
      if (other != null) {
        names.add(other);
      }
    }
    List<String> groups =
        Claims.texts(Claims.at(claims, settings.groupsClaim())).stream()
            .filter(group -> NAME.matcher(group).matches())
            .distinct()
            .toList();
    return new Claims(
        settings.issuer(), name, names, groups, expires, isProgram(claims), claims.text("nonce"));
  }

  /** Whether a client got the token for itself (RFC 9068 §2.2), without a person. */
  private static boolean isProgram(Json.Obj claims) {
    String subject = claims.text("sub");
    boolean entra = claims.get("tid") != null;
    return CLIENTS.stream()
            .map(claims::text)
            .anyMatch(client -> client != null && isOwn(client, claims))
        || "client-credentials".equals(claims.text("gty"))
        || "app".equals(claims.text("idtyp"))
        || (entra && subject != null && subject.equals(claims.text("oid")));
  }

  /** By the names that Keycloak, Auth0 and others give to a client without a person. */
  private static boolean isOwn(String client, Json.Obj claims) {
    String subject = claims.text("sub");
    return client.equals(subject)
        || (client + "@clients").equals(subject)
        || ("service-account-" + client).equalsIgnoreCase(claims.text("preferred_username"));
  }

  private static @Nullable String text(Json.Obj claims, String name) {
    String text = Claims.at(claims, name) instanceof Json.Text(String value) ? value : null;
    return text != null && NAME.matcher(text).matches() ? text : null;
  }

  private static TrailException refused(String problem, String expected) {
    return TrailException.of(
        TrailException.Code.UNAUTHENTICATED, "token: " + problem + " (expected: " + expected + ")");
  }
}
