package io.tabellion.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.Ed25519Signer;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetKeyPairGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * An OpenID Connect issuer on a loopback port: metadata, keys that change, and tokens. It can be
 * made to misbehave.
 *
 * <p>Thread-safe.
 */
public final class TestIssuer implements AutoCloseable {
  /** How it answers. */
  public enum Mood {
    WELL,
    /** Takes the request and never answers. */
    HANGS,
    /** Sends the answer's beginning and never its end. */
    DRIPS,
    /** Status 500. */
    FAILS,
    /** Says to be another issuer. */
    LIES,
    /** Says that its keys are somewhere else, reached by plain http. */
    MISLEADS,
    /** A redirect to itself. */
    REDIRECTS,
    /** Text that is no JSON. */
    BABBLES,
    /** More than anybody needs. */
    FLOODS
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final InstantSource clock;
  private final List<JWK> keys = new CopyOnWriteArrayList<>();
  private final AtomicInteger keyRequests = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Mood mood = Mood.WELL;

  public TestIssuer(InstantSource clock) throws IOException {
    this.clock = clock;
    keys.add(rsa("first"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/.well-known/openid-configuration", exchange -> answer(exchange, metadata()));
    server.createContext(
        "/keys",
        exchange -> {
          keyRequests.incrementAndGet();
          answer(exchange, new JWKSet(keys).toString());
        });
    server.createContext("/authorize", this::authorize);
    server.createContext("/token", this::token);
    server.start();
  }

  /** The client that it knows. */
  public static final String CLIENT = "console";

  /** The secret of the client; characters that must be encoded are in it. */
  public static final String SECRET = "s3cret+/%:=";

  /** A code that was given out. */
  private record Code(String challenge, String redirect, String nonce) {}

  private final Map<String, Code> codes = new ConcurrentHashMap<>();
  private volatile UnaryOperator<JWTClaimsSet.Builder> signedIn = claims -> claims;
  private volatile String answersAs = "";
  private volatile String redirect = "";

  /** Who is signed in there, and what their ID tokens say: changes of {@link #claims}. */
  public void signedIn(UnaryOperator<JWTClaimsSet.Builder> claims) {
    signedIn = claims;
  }

  /** The {@code iss} that it puts into its answers; empty for its own, a dash for none. */
  public void answersAs(String other) {
    answersAs = other;
  }

  /** The one address that it sends browsers back to. */
  public void redirect(String known) {
    redirect = known;
  }

  /** People are signed in here already: it sends the browser back at once (RFC 6749 §4.1.2). */
  private void authorize(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> asked = form(exchange.getRequestURI().getRawQuery());
      boolean good =
          "code".equals(asked.get("response_type"))
              && CLIENT.equals(asked.get("client_id"))
              && redirect.equals(asked.get("redirect_uri"))
              && List.of(asked.getOrDefault("scope", "").split(" ")).contains("openid")
              && "S256".equals(asked.get("code_challenge_method"));
      if (!good) {
        exchange.sendResponseHeaders(400, -1);
        return;
      }
      String code = "code-" + codes.size() + "-" + System.nanoTime();
      codes.put(
          code,
          new Code(
              asked.getOrDefault("code_challenge", ""), redirect, asked.getOrDefault("nonce", "")));
      String as = answersAs.isEmpty() ? name() : answersAs;
      String iss = as.equals("-") ? "" : "&iss=" + URLEncoder.encode(as, StandardCharsets.UTF_8);
      exchange
          .getResponseHeaders()
          .set("location", redirect + "?code=" + code + "&state=" + asked.get("state") + iss);
      exchange.sendResponseHeaders(303, -1);
    }
  }

  /** Makes an ID token of a code, once (RFC 6749 §4.1.3, RFC 7636 §4.6). */
  private void token(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Map<String, String> asked = form(new String(body, StandardCharsets.US_ASCII));
    Code code = codes.remove(asked.getOrDefault("code", ""));
    String both =
        URLEncoder.encode(CLIENT, StandardCharsets.UTF_8)
            + ":"
            + URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
    String basic =
        "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    boolean good =
        code != null
            && basic.equals(exchange.getRequestHeaders().getFirst("authorization"))
            && "authorization_code".equals(asked.get("grant_type"))
            && code.redirect().equals(asked.get("redirect_uri"))
            && code.challenge().equals(challenge(asked.getOrDefault("code_verifier", "")));
    if (code == null || !good) {
      try (exchange) {
        byte[] refusal = "{\"error\": \"invalid_grant\"}".getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(400, refusal.length);
        exchange.getResponseBody().write(refusal);
      }
      return;
    }
    JWTClaimsSet.Builder claims =
        signedIn.apply(claims("carol", "finance").audience(CLIENT).claim("nonce", code.nonce()));
    answer(
        exchange,
        "{\"token_type\": \"Bearer\", \"access_token\": \"opaque\", \"id_token\": \"%s\"}"
            .formatted(token(claims)));
  }

  private static String challenge(String verifier) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, String> form(String text) {
    Map<String, String> found = new HashMap<>();
    for (String part : text.split("&", -1)) {
      String[] both = part.split("=", 2);
      found.put(both[0], URLDecoder.decode(both[1], StandardCharsets.UTF_8));
    }
    return found;
  }

  /** The {@code iss} of its tokens. */
  public String name() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Where its keys are. */
  public String keysAt() {
    return name() + "/keys";
  }

  public void mood(Mood next) {
    mood = next;
  }

  /** How often its keys were asked for. */
  public int keyRequests() {
    return keyRequests.get();
  }

  /** The key that it signs with: the newest. */
  public JWK key() {
    return keys.getLast();
  }

  /** From now on it signs with another key, and shows these. */
  public void keys(JWK... next) {
    keys.clear();
    keys.addAll(List.of(next));
  }

  /** What a token says unless a test has it say something else. */
  public JWTClaimsSet.Builder claims(String subject, String... groups) {
    Instant now = clock.instant();
    return new JWTClaimsSet.Builder()
        .issuer(name())
        .audience("tabellion")
        .subject(subject)
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(300)))
        .claim("groups", List.of(groups));
  }

  /** A token by its newest key. */
  public String token(JWTClaimsSet.Builder claims) {
    return token(key(), claims);
  }

  /** A token by a key, without {@code typ}. */
  public static String token(JWK key, JWTClaimsSet.Builder claims) {
    return token(key, header(key).build(), claims);
  }

  /** A token of a type. */
  public static String token(JWK key, String type, JWTClaimsSet.Builder claims) {
    return token(key, header(key).type(new JOSEObjectType(type)).build(), claims);
  }

  /** The header of a token by a key. */
  public static JWSHeader.Builder header(JWK key) {
    return new JWSHeader.Builder(algorithm(key)).keyID(key.getKeyID());
  }

  /** A token with such a header. */
  public static String token(JWK key, JWSHeader header, JWTClaimsSet.Builder claims) {
    try {
      SignedJWT token = new SignedJWT(header, claims.build());
      token.sign(signer(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** A signed token with such a payload. */
  public static String raw(JWK key, String payload) {
    try {
      JWSObject token = new JWSObject(header(key).build(), new Payload(payload));
      token.sign(signer(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  public static RSAKey rsa(String id) {
    return rsa(id, 2048);
  }

  public static RSAKey rsa(String id, int bits) {
    try {
      return new RSAKeyGenerator(bits, true).keyID(id).keyUse(KeyUse.SIGNATURE).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** The same key without its id: tokens by it do not name it. */
  public static RSAKey unnamed(JWK key) {
    return new RSAKey.Builder(key.toRSAKey()).keyID(null).build();
  }

  public static ECKey curve(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  public static OctetKeyPair edwards(String id) {
    try {
      return new OctetKeyPairGenerator(Curve.Ed25519).keyID(id).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** Answers no more; connections are refused. */
  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private static JWSAlgorithm algorithm(JWK key) {
    return switch (key) {
      case ECKey _ -> JWSAlgorithm.ES256;
      case OctetKeyPair _ -> JWSAlgorithm.EdDSA;
      default -> JWSAlgorithm.RS256;
    };
  }

  private static JWSSigner signer(JWK key) throws JOSEException {
    return switch (key) {
      case ECKey curve -> new ECDSASigner(curve);
      case OctetKeyPair edwards -> new Ed25519Signer(edwards);
      default -> new RSASSASigner(key.toRSAKey(), Set.of(AllowWeakRSAKey.getInstance()));
    };
  }

  private String metadata() {
    String named = mood == Mood.LIES ? "https://elsewhere.example" : name();
    String kept = mood == Mood.MISLEADS ? "http://elsewhere.example/keys" : keysAt();
    return """
    {"issuer": "%1$s", "jwks_uri": "%2$s",
     "authorization_endpoint": "%3$s/authorize?tenant=a", "token_endpoint": "%3$s/token",
     "authorization_response_iss_parameter_supported": true}
    """
        .formatted(named, kept, name());
  }

  private void answer(HttpExchange exchange, String body) throws IOException {
    try (exchange) {
      switch (mood) {
        case HANGS -> awaitClose();
        case DRIPS -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          awaitClose();
        }
        case FAILS -> exchange.sendResponseHeaders(500, -1);
        case REDIRECTS -> {
          exchange.getResponseHeaders().set("location", exchange.getRequestURI().toString());
          exchange.sendResponseHeaders(302, -1);
        }
        case BABBLES -> send(exchange, "<html>sign in first</html>");
        case FLOODS -> send(exchange, "{\"x\": \"" + "x".repeat(2 << 20) + "\"}");
        case WELL, LIES, MISLEADS -> send(exchange, body);
      }
    }
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
