package io.tabellion.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.tabellion.config.Config.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class CallsTest {
  private static final Reader ALICE = new Reader("alice", Role.AUDITOR, Instant.MAX);
  private static final Reader BOB = new Reader("bob", Role.AUDITOR, Instant.MAX);

  private final Calls calls = new Calls();

  @Test
  void oneReaderHasSoManyCallsAndLeavesRoomForOthers() throws Exception {
    var under = new CountDownLatch(Calls.EACH);
    var release = new CountDownLatch(1);
    List<CompletableFuture<String>> running = new ArrayList<>();
    for (int i = 0; i < Calls.EACH; i++) {
      running.add(call(ALICE, _ -> held(under, release)));
    }
    assertThat(under.await(20, TimeUnit.SECONDS)).isTrue();
    StatusRuntimeException refused = failure(call(ALICE, _ -> "one too many"));
    assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getStatus().getDescription())
        .isEqualTo("alice: 5 calls at once (expected: at most 4; ask again when one has ended)");
    assertThat(value(call(BOB, Reader::name))).isEqualTo("bob");
    release.countDown();
    for (CompletableFuture<String> each : running) {
      assertThat(value(each)).isEqualTo("answered");
    }
    assertThat(value(call(ALICE, _ -> "room again"))).isEqualTo("room again");
  }

  @Test
  void aCallThatFailsGivesItsPlaceBack() throws Exception {
    for (int i = 0; i <= Calls.EACH; i++) {
      StatusRuntimeException failed =
          failure(
              call(
                  ALICE,
                  _ -> {
                    throw ApiException.invalid("id", "no entry id", "a UUID");
                  }));
      assertThat(failed.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }
  }

  private static String held(CountDownLatch under, CountDownLatch release)
      throws InterruptedException {
    under.countDown();
    assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
    return "answered";
  }

  private CompletableFuture<String> call(Reader who, Calls.Work<String> work) {
    var answer = new CompletableFuture<String>();
    Context context = Context.current().withValue(Reader.KEY, who);
    Thread.ofVirtual().start(context.wrap(() -> calls.answer(observer(answer), work)));
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
