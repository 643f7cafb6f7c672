package io.tabellion.signin;

import io.tabellion.permission.OwnerOnly;
import io.tabellion.trail.Reader;
import io.tabellion.trail.TrailException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How people sign in to pages: the authorization code flow of OpenID Connect Core 1.0 §3.1 with
 * PKCE (RFC 7636, S256), {@code state}, {@code nonce}, and the issuer's name in its answer (RFC
 * 9207).
 *
 * <p>What was begun is kept by the browser, in a cookie that it cannot read or change ({@link
 * Begun}), so that nobody fills the server's memory and nobody signs in another's browser.
 *
 * <p>Thread-safe. Blocks its caller while the issuer is asked.
 */
public final class BrowserSignIn {
  /** How long a sign-in may take. */
  public static final Duration LONGEST = Duration.ofMinutes(10);

  /** How long somebody stays signed in: groups that changed count from then on. */
  public static final Duration LASTS = Duration.ofHours(1);

  private static final int LONGEST_SECRET = 1024;
  private static final int LONGEST_CODE = 4096;

  private final Issuer issuer;
  private final Client client;
  private final Begun.Seal seal;
  private final InstantSource clock;

  /** As its file said when it was read last. */
  private volatile @Nullable String secret;

  private BrowserSignIn(
      Issuer issuer, Client client, @Nullable String secret, InstantSource clock) {
    this.issuer = issuer;
    this.client = client;
    this.secret = secret;
    this.clock = clock;
    this.seal = new Begun.Seal(clock);
  }

  /**
   * What the server is to the issuer.
   *
   * @param issuer its name
   * @param id that the issuer gave us
   * @param secret file with the secret that it gave us, mode 0600; null for a public client
   * @param scopes that are asked for; {@code openid} is among them
   * @param redirect where the issuer sends browsers back to: one address, which it knows
   */
  public record Client(
      String issuer, String id, @Nullable Path secret, List<String> scopes, URI redirect) {
    public Client {
      scopes = List.copyOf(scopes);
      if (!scopes.contains("openid")) {
        throw new IllegalArgumentException("scopes: without openid (expected: with it)");
      }
    }
  }

  static BrowserSignIn of(Issuer issuer, Client client, InstantSource clock) {
    Path file = client.secret();
    return new BrowserSignIn(issuer, client, file == null ? null : read(file), clock);
  }

  /**
   * Where the browser goes, and what it keeps.
   *
   * @param cookie for {@link #LONGEST}; it is to come back with the issuer's answer
   */
  public record Started(URI location, String cookie) {}

  /**
   * Who signed in.
   *
   * @param next as it was given at the beginning
   */
  public record Finished(Reader reader, String next) {}

  /** The file of our secret; null if there is none. */
  public @Nullable Path file() {
    return client.secret();
  }

  /**
   * Reads the file of our secret again.
   *
   * @throws IllegalArgumentException if it is unfit; the secret stays as it was
   */
  public void readAgain() {
    Path file = client.secret();
    if (file != null) {
      secret = read(file);
    }
  }

  /** The host of the issuer, for people. */
  public String host() {
    return URI.create(issuer.settings().issuer()).getAuthority();
  }

  /**
   * Begins a sign-in.
   *
   * @param next where to go then; it is kept as it is
   * @throws TrailException {@code UNAVAILABLE} if the issuer is not known yet
   */
  public Started begin(String next) throws InterruptedException {
    URI endpoint = present(issuer.keys().metadata().authorization(), "authorization_endpoint");
    Begun begun = Begun.now(next, clock.instant().plus(LONGEST));
    Map<String, String> asked = new LinkedHashMap<>();
    asked.put("response_type", "code");
    asked.put("client_id", client.id());
    asked.put("redirect_uri", client.redirect().toString());
    asked.put("scope", String.join(" ", client.scopes()));
    asked.put("state", begun.state());
    asked.put("nonce", begun.nonce());
    asked.put("code_challenge", begun.challenge());
    asked.put("code_challenge_method", "S256");
    String before = endpoint.getRawQuery() == null ? "?" : "&";
    return new Started(URI.create(endpoint + before + form(asked)), seal.close(begun));
  }

  /**
   * Ends a sign-in.
   *
   * @param cookie that the browser kept; null if it has none
   * @param said parameters of the issuer's answer
   * @throws TrailException {@code UNAUTHENTICATED} with what is wrong, {@code DENIED} if the person
   *     has no role, {@code UNAVAILABLE} if the issuer cannot be asked
   */
  public Finished finish(@Nullable String cookie, Map<String, List<String>> said)
      throws InterruptedException {
    Begun begun = seal.open(cookie);
    if (begun == null) {
      throw refused(
          "it did not begin in this browser, or took more than 10 minutes", "to begin again");
    }
    if (!Begun.same(begun.state(), one(said, "state"))) {
      throw refused("state: of another sign-in", "to begin again");
    }
    requireIssuer(one(said, "iss"));
    String error = one(said, "error");
    if (error != null) {
      throw refused(
          "the identity provider says " + (error.matches("[a-z_]{1,40}") ? error : "an error"),
          "that it lets you in");
    }
    String code = one(said, "code");
    if (code == null || code.isEmpty() || code.length() > LONGEST_CODE) {
      throw refused("code: not there", "that of the identity provider");
    }
    Claims claims = claims(code, begun);
    return new Finished(issuer.reader(claims).until(clock.instant().plus(LASTS)), begun.next());
  }

  private void requireIssuer(@Nullable String name) throws InterruptedException {
    boolean silent = name == null && !issuer.keys().metadata().namesItself();
    if (!silent && !issuer.settings().issuer().equals(name)) {
      throw refused("iss: another identity provider", issuer.settings().issuer());
    }
  }

  private Claims claims(String code, Begun begun) throws InterruptedException {
    String token = token(code, begun);
    if (!TokenCheck.hasForm(token)) {
      throw refused("id_token: not a signed token", "one of the identity provider");
    }
    Claims claims = issuer.check().idToken(TokenCheck.read(token), client.id());
    if (!Begun.same(begun.nonce(), claims.nonce())) {
      throw refused("nonce: of another sign-in", "to begin again");
    }
    return claims;
  }

  /** Makes an ID token of a code. Other tokens that come with it are dropped. */
  private String token(String code, Begun begun) throws InterruptedException {
    Metadata metadata = issuer.keys().metadata();
    Map<String, String> asked = new LinkedHashMap<>();
    asked.put("grant_type", "authorization_code");
    asked.put("code", code);
    asked.put("redirect_uri", client.redirect().toString());
    asked.put("code_verifier", begun.verifier());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(present(metadata.token(), "token_endpoint"))
            .header("content-type", "application/x-www-form-urlencoded");
    String own = secret;
    if (own != null && metadata.basic()) {
      String both = encoded(client.id()) + ":" + encoded(own);
      byte[] bytes = both.getBytes(StandardCharsets.UTF_8);
      request.header("authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
    } else {
      asked.put("client_id", client.id());
      if (own != null) {
        asked.put("client_secret", own);
      }
    }
    return token(request.POST(BodyPublishers.ofString(form(asked))));
  }

  private String token(HttpRequest.Builder request) throws InterruptedException {
    try {
      Fetch.Answer answer = issuer.fetch().send(request);
      if (answer.status() / 100 == 4) {
        String error = answer.object().text("error");
        throw refused(
            "the identity provider refused the code"
                + (error != null && error.matches("[a-z_]{1,40}") ? ": " + error : ""),
            "to begin again; if it stays so, check console.oidc");
      }
      if (answer.status() != 200) {
        throw new IOException("status " + answer.status() + " (expected: 200)");
      }
      String token = answer.object().text("id_token");
      if (token == null) {
        throw new IOException("no id_token (expected: one, for the scope openid)");
      }
      return token;
    } catch (IOException e) {
      throw TrailException.of(
          TrailException.Code.UNAVAILABLE,
          "sign-in: %s: %s".formatted(issuer.settings().issuer(), e.getMessage()));
    }
  }

  private URI present(@Nullable URI endpoint, String name) {
    if (endpoint == null) {
      throw TrailException.of(
          TrailException.Code.UNAVAILABLE,
          "sign-in: %s: no %s (expected: one in its metadata)"
              .formatted(issuer.settings().issuer(), name));
    }
    return endpoint;
  }

  /** Returns the value of a parameter; one that comes twice is none (RFC 6749 §3.1). */
  private static @Nullable String one(Map<String, List<String>> said, String name) {
    List<String> values = said.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw refused(name + ": twice", "once");
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  private static String form(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(one -> one.getKey() + "=" + encoded(one.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String read(Path file) {
    try {
      String excess = OwnerOnly.excess(file);
      String text = Files.readString(file).strip();
      if (excess != null) {
        throw new IllegalArgumentException(
            "client-secret-file: %s: mode %s (expected: 0600)".formatted(file, excess));
      }
      if (!text.matches("[!-~]{1," + LONGEST_SECRET + "}")) {
        throw new IllegalArgumentException(
            "client-secret-file: "
                + file
                + ": no secret (expected: one line of printable characters)");
      }
      return text;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "client-secret-file: " + file + ": cannot be read (expected: the client's secret)", e);
    }
  }

  private static TrailException refused(String problem, String expected) {
    return TrailException.of(
        TrailException.Code.UNAUTHENTICATED,
        "sign-in: " + problem + " (expected: " + expected + ")");
  }
}
