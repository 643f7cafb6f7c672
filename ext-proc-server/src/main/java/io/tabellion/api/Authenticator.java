package io.tabellion.api;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.tabellion.signin.SignIn;
import io.tabellion.trail.Reader;
import io.tabellion.trail.TrailException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who shows a token or a certificate that the configuration knows, and puts the {@link
 * Reader} into the call's context. Health and reflection are open: they show nothing of the record.
 *
 * <p>Thread-safe.
 */
final class Authenticator implements ServerInterceptor {
  /** Who calls. */
  static final Context.Key<Reader> READER = Context.key("tabellion-reader");

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String BEARER = "bearer ";
  private static final Set<String> OPEN =
      Set.of(
          "grpc.health.v1.Health",
          "grpc.reflection.v1.ServerReflection",
          "grpc.reflection.v1alpha.ServerReflection");

  private final SignIn signIn;
  private final CertificateNames certificates;
  private final Runnable onRefused;
  private final InstantSource clock;

  /**
   * @param onRefused told of each call that is not let in
   */
  Authenticator(
      SignIn signIn, CertificateNames certificates, Runnable onRefused, InstantSource clock) {
    this.signIn = signIn;
    this.certificates = certificates;
    this.onRefused = onRefused;
    this.clock = clock;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (OPEN.contains(String.valueOf(call.getMethodDescriptor().getServiceName()))) {
      return next.startCall(call, headers);
    }
    try {
      Reader reader = authenticate(call, headers);
      return Contexts.interceptCall(
          Context.current().withValue(READER, reader), call, headers, next);
    } catch (TrailException | InterruptedException failure) {
      TrailException refused = TrailException.of(failure);
      onRefused.run();
      StatusRuntimeException status = Errors.of(refused);
      call.close(
          status.getStatus(), Objects.requireNonNullElseGet(status.getTrailers(), Metadata::new));
      return new ServerCall.Listener<>() {};
    }
  }

  private Reader authenticate(ServerCall<?, ?> call, Metadata headers) throws InterruptedException {
    String authorization = headers.get(AUTHORIZATION);
    Reader reader =
        authorization == null
            ? certificates.find(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION))
            : bearer(authorization);
    if (reader == null) {
      throw refused(
          authorization == null
              ? "authorization: not there (expected: Bearer TOKEN, or a known client certificate)"
              : "authorization: of another kind (expected: Bearer TOKEN)");
    }
    reader.checkNotExpired(clock.instant());
    return reader;
  }

  private @Nullable Reader bearer(String authorization) throws InterruptedException {
    return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? signIn.bearer(authorization.substring(BEARER.length()).strip())
        : null;
  }

  private static TrailException refused(String message) {
    return TrailException.of(TrailException.Code.UNAUTHENTICATED, message);
  }
}
