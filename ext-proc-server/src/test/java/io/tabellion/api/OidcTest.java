package io.tabellion.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.tabellion.approval.v1.ApprovalServiceGrpc;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.ListApprovalsRequest;
import io.tabellion.approval.v1.WatchApprovalsRequest;
import io.tabellion.audit.Fact;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.signin.OidcSettings;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.TestIssuer;
import io.tabellion.trail.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People who sign in to the gRPC API with tokens of an issuer. */
@Tag("unit")
class OidcTest {
  @TempDir Path directory;
  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T06:00:00Z"));

  @SuppressWarnings("NullAway.Init") // before each test
  private TestIssuer issuer;

  @SuppressWarnings("NullAway.Init") // before each test
  private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    issuer = new TestIssuer(clock);
    api =
        new ApiFixture(
            directory,
            true,
            List.of(
                new OidcSettings(
                    issuer.name(),
                    Set.of("tabellion"),
                    new OidcSettings.Keys.Discovered(),
                    null,
                    "sub",
                    "groups",
                    Map.of(Role.APPROVER, Set.of("finance"), Role.AUDITOR, Set.of("audit")))));
  }

  @AfterEach
  void stop() {
    api.close();
    issuer.close();
  }

  private ApprovalServiceBlockingStub approvals(String token) {
    return ApprovalServiceGrpc.newBlockingStub(api.channel())
        .withCallCredentials(ApiFixture.bearer(token));
  }

  private static void assertRefused(Code code, String message, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  @Test
  void aPersonSeesWhatTheirGroupsMaySee() throws Exception {
    String token = issuer.token(issuer.claims("carol", "finance"));
    assertThat(approvals(token).listApprovals(ListApprovalsRequest.getDefaultInstance()))
        .isNotNull();
    assertThat(api.log().read(0).leaf().facts().text(Fact.READER))
        .isEqualTo("carol (" + issuer.name() + ")");
    assertRefused(
        Code.PERMISSION_DENIED,
        "expected: auditor",
        () ->
            AuditServiceGrpc.newBlockingStub(api.channel())
                .withCallCredentials(ApiFixture.bearer(token))
                .searchEntries(SearchEntriesRequest.getDefaultInstance()));
  }

  @Test
  void whoIsNotLetInIsToldWhyAndCounted() {
    int before = api.refused();
    assertRefused(
        Code.PERMISSION_DENIED,
        "no role for the groups: kitchen",
        () -> list(issuer.token(issuer.claims("dave", "kitchen"))));
    api.clock().advance(Duration.ofSeconds(400));
    assertRefused(
        Code.UNAUTHENTICATED,
        "exp: over since",
        () -> list(issuer.token(issuer.claims("carol", "finance"))));
    assertThat(api.refused()).isEqualTo(before + 2);
  }

  @Test
  void anIssuerThatIsDownIsNamed() {
    issuer.mood(TestIssuer.Mood.FAILS);
    api.clock().advance(Duration.ofHours(13));
    clock.advance(Duration.ofHours(13));
    assertRefused(
        Code.UNAVAILABLE,
        "keys of " + issuer.name() + ": status 500",
        () -> list(issuer.token(issuer.claims("carol", "finance"))));
  }

  @Test
  void aWatchEndsWhenItsTokenExpires() throws Exception {
    var changes =
        approvals(issuer.token(issuer.claims("carol", "finance")))
            .watchApprovals(WatchApprovalsRequest.getDefaultInstance());
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (api.log().size() == 0 && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    api.clock().advance(Duration.ofSeconds(400));
    assertRefused(
        Code.UNAUTHENTICATED,
        "expired (expected: a newer one)",
        () -> {
          var _ = changes.hasNext();
        });
  }

  private void list(String token) {
    var _ = approvals(token).listApprovals(ListApprovalsRequest.getDefaultInstance());
  }
}
