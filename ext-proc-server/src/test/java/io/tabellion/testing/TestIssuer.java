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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

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
    server.start();
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
    {"issuer": "%s", "jwks_uri": "%s"}
    """
        .formatted(named, kept);
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
