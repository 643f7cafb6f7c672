package io.tabellion.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.GetCheckpointRequest;
import io.tabellion.audit.v1.SearchEntriesRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class AuthenticationTest {
  @TempDir Path directory;
  private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture(directory);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void withoutATokenNothingIsShown() {
    assertUnauthenticated(AuditServiceGrpc.newBlockingStub(api.channel()));
    assertThat(api.log().size()).isZero();
    assertThat(api.refused()).isPositive();
  }

  @Test
  void anUnknownTokenIsRefused() {
    assertUnauthenticated(
        AuditServiceGrpc.newBlockingStub(api.channel())
            .withCallCredentials(ApiFixture.bearer(ApiFixture.secret("mallory"))));
  }

  @Test
  void aTokenIsRefusedFromItsExpiryOn() {
    api.clock().advance(Duration.ofHours(1).minusNanos(1));
    assertThat(api.stub("alice").getCheckpoint(GetCheckpointRequest.getDefaultInstance()))
        .isNotNull();
    api.clock().advance(Duration.ofNanos(1));
    assertUnauthenticated(api.stub("alice"));
  }

  @Test
  void everyKnownTokenIsLetIn() {
    for (String name : List.of("alice", "root")) {
      assertThat(api.stub(name).searchEntries(SearchEntriesRequest.getDefaultInstance()))
          .isNotNull();
    }
    assertThat(api.refused()).isZero();
  }

  @Test
  void healthNeedsNoTokenAndFollowsTheLog() {
    var health = HealthGrpc.newBlockingStub(api.channel());
    var request = HealthCheckRequest.newBuilder().setService(AuditServiceGrpc.SERVICE_NAME).build();
    assertThat(health.check(request).getStatus()).isEqualTo(ServingStatus.SERVING);
    api.log().fail();
    assertThat(health.check(request).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
  }

  @Test
  void reflectionNeedsNoTokenAndListsTheService() throws Exception {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    StreamObserver<ServerReflectionRequest> ask =
        ServerReflectionGrpc.newStub(api.channel())
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable t) {
                    answer.completeExceptionally(t);
                  }

                  @Override
                  public void onCompleted() {}
                });
    ask.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    assertThat(answer.get(20, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
        .extracting(service -> service.getName())
        .contains(AuditServiceGrpc.SERVICE_NAME, "grpc.health.v1.Health");
    ask.onCompleted();
  }

  private static void assertUnauthenticated(AuditServiceGrpc.AuditServiceBlockingStub stub) {
    assertThatThrownBy(() -> stub.searchEntries(SearchEntriesRequest.getDefaultInstance()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED));
  }
}
