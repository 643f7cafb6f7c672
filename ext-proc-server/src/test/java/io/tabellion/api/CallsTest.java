package io.tabellion.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.testing.TrailFixture;
import io.tabellion.trail.Reader;
import io.tabellion.trail.Role;
import io.tabellion.trail.Shown;
import io.tabellion.trail.Trail;
import io.tabellion.trail.TrailException;
import io.tabellion.trail.Visit;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class CallsTest {
  private static final Reader ALICE = new Reader("alice", Role.AUDITOR, Instant.MAX);
  private static final Reader BOB = new Reader("bob", Role.AUDITOR, Instant.MAX);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private TrailFixture fixture;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private Trail trail;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private Calls calls;

  @BeforeEach
  void start() throws Exception {
    fixture = new TrailFixture(directory, false);
    trail = fixture.trail();
    calls = new Calls(trail);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void oneReaderHasSoManyCallsAndLeavesRoomForOthers() throws Exception {
    var under = new CountDownLatch(Trail.QUESTIONS_EACH);
    var release = new CountDownLatch(1);
    List<CompletableFuture<String>> running = new ArrayList<>();
    for (int i = 0; i < Trail.QUESTIONS_EACH; i++) {
      running.add(call(ALICE, visit -> held(visit, under, release)));
    }
    assertThat(under.await(20, TimeUnit.SECONDS)).isTrue();
    StatusRuntimeException refused = failure(call(ALICE, trail.head()::ask));
    assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getStatus().getDescription())
        .isEqualTo("alice: 5 calls at once (expected: at most 4; ask again when one has ended)");
    assertThat(value(call(BOB, trail.head()::ask))).isEqualTo("answered bob");
    release.countDown();
    for (CompletableFuture<String> each : running) {
      assertThat(value(each)).isEqualTo("answered alice");
    }
    assertThat(value(call(ALICE, trail.head()::ask))).isEqualTo("answered alice");
  }

  @Test
  void aCallThatFailsGivesItsPlaceBack() throws Exception {
    for (int i = 0; i <= Trail.QUESTIONS_EACH; i++) {
      StatusRuntimeException failed =
          failure(
              call(
                  ALICE,
                  _ -> {
                    throw TrailException.invalid("id", "no entry id", "a UUID");
                  }));
      assertThat(failed.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }
  }

  private Shown<SignedCheckpoint> held(Visit visit, CountDownLatch under, CountDownLatch release)
      throws InterruptedException {
    under.countDown();
    assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
    return trail.head().ask(visit);
  }

  private CompletableFuture<String> call(Reader who, Calls.Asking<SignedCheckpoint> asking) {
    var answer = new CompletableFuture<String>();
    Context context = Context.current().withValue(Authenticator.READER, who);
    Thread.ofVirtual()
        .start(
            context.wrap(
                () -> calls.answer(observer(answer), asking, _ -> "answered " + who.name())));
    return answer;
  }

  /** Completes when the call does, as a client would see it. */
  private static StreamObserver<String> observer(CompletableFuture<String> answer) {
    return new StreamObserver<>() {
      private String last = "";

      @Override
      public void onNext(String value) {
        last = value;
      }

      @Override
      public void onError(Throwable failure) {
        answer.completeExceptionally(failure);
      }

      @Override
      public void onCompleted() {
        answer.complete(last);
      }
    };
  }

  private static String value(CompletableFuture<String> answer)
      throws InterruptedException, ExecutionException, TimeoutException {
    return answer.get(20, TimeUnit.SECONDS);
  }

  private static StatusRuntimeException failure(CompletableFuture<String> answer)
      throws InterruptedException, TimeoutException {
    try {
      throw new AssertionError("answered: " + value(answer));
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(StatusRuntimeException.class);
      return Status.fromThrowable(e).asRuntimeException();
    }
  }
}
