package io.tabellion.signin;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Gets JSON documents from an issuer: no redirect is followed, at most 512 KiB are read, and a
 * request takes 5 s at most with its answer.
 *
 * <p>Thread-safe. Blocks its caller.
 */
final class Fetch implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final int LARGEST = 512 << 10;
  private static final int MOST_SAID = 200;
  private static final Limits LIMITS = Limits.DEFAULT.with(32, 50_000);
  private static final JsonReader JSON = new JsonReader(LIMITS);

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client;
  private final Duration longest;

  /**
   * @param ca authorities of certificates, PEM; null for those of the JVM
   * @throws IllegalArgumentException if they cannot be read
   */
  Fetch(@Nullable Path ca) {
    this(ca, LONGEST);
  }

  /** The same with another time that a request may take. */
  Fetch(@Nullable Path ca, Duration longest) {
    this.longest = longest;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(longest)
            .executor(executor);
    if (ca != null) {
      builder.sslContext(trusting(ca));
    }
    client = builder.build();
  }

  /**
   * What came back.
   *
   * @param body as it came
   */
  record Answer(int status, ByteString body) {

    /**
     * Reads the body.
     *
     * @throws IOException if it is no object
     */
    Json.Obj object() throws IOException {
      return Fetch.object(body);
    }
  }

  /**
   * Gets a document.
   *
   * @throws IOException if it cannot be had; the message says why, without anything of the answer
   */
  Json.Obj get(URI uri) throws IOException, InterruptedException {
    Answer answer = send(HttpRequest.newBuilder(uri).GET());
    if (answer.status() != 200) {
      throw new IOException("status " + answer.status() + " (expected: 200)");
    }
    return answer.object();
  }

  /**
   * Sends a request.
   *
   * @throws IOException if there is no answer, or a redirect; the message says nothing of it
   */
  Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpRequest sent = request.header("accept", "application/json").timeout(longest).build();
    CompletableFuture<HttpResponse<byte[]>> coming =
        client.sendAsync(sent, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST));
    try {
      HttpResponse<byte[]> answer = coming.get(longest.toMillis(), TimeUnit.MILLISECONDS);
      if (answer.statusCode() / 100 == 3) {
        throw new IOException(
            "status " + answer.statusCode() + ": a redirect (expected: the document itself)");
      }
      return new Answer(answer.statusCode(), ByteString.copyFrom(answer.body()));
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + longest.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new IOException(reason(e), e);
    } finally {
      coming.cancel(true);
    }
  }

  /**
   * Reads an object.
   *
   * @throws IOException if it is none
   */
  static Json.Obj object(ByteString bytes) throws IOException {
    if (JSON.read(bytes) instanceof Reading.Document(Json.Obj object)) {
      return object;
    }
    throw new IOException("not a JSON object (expected: one)");
  }

  @Override
  public void close() {
    client.shutdownNow();
    executor.shutdownNow();
  }

  private static String reason(Throwable failure) {
    Throwable inner = failure;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    String text = inner.getMessage();
    if (text == null) {
      return inner.getClass().getSimpleName();
    }
    String shown = text.replaceAll("[^ -~]", "?");
    return shown.length() > MOST_SAID ? shown.substring(0, MOST_SAID) + "…" : shown;
  }

  private static SSLContext trusting(Path ca) {
    try (InputStream in = Files.newInputStream(ca)) {
      KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
      known.load(null, null);
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        known.setCertificateEntry("ca-" + known.size(), each);
      }
      if (known.size() == 0) {
        throw new IOException("no certificate");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(known);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "ca: " + ca + ": cannot be read (expected: certificates in PEM)", e);
    }
  }
}
