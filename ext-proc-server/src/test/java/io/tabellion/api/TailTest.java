package io.tabellion.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.v1.Filter;
import io.tabellion.audit.v1.TailEntriesRequest;
import io.tabellion.audit.v1.TailEntriesResponse;
import io.tabellion.trail.Trail;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class TailTest {
  private static final Filter BOB = Filter.newBuilder().addSubjects("bob").build();

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
  void showsWhatComesFromNowOn() throws Exception {
    api.call("bob", "before", "{}");
    try (var tail = new Tailing(TailEntriesRequest.newBuilder().setFilter(BOB).build())) {
      assertThat(tail.next().hasEntry()).isFalse();
      api.call("bob", "after", "{}");
      api.call("eve", "other", "{}");
      api.call("bob", "later", "{}");
      assertThat(tail.tools(2)).containsExactly("after", "later");
    }
  }

  @Test
  void resumesWithoutGapOrRepetition() throws Exception {
    for (int i = 0; i < 600; i++) {
      api.call("bob", "t" + i, "{}");
    }
    List<String> seen = new ArrayList<>();
    long resume = 0;
    while (seen.size() < 600) {
      var request = TailEntriesRequest.newBuilder().setFilter(BOB).setFromIndex(resume).build();
      try (var tail = new Tailing(request)) {
        for (int i = 0; i < 250 && seen.size() < 600; i++) {
          TailEntriesResponse answer = tail.nextEntry();
          seen.add(answer.getEntry().getFacts().getTool());
          resume = answer.getNextIndex();
        }
      }
    }
    assertThat(seen).hasSize(600).doesNotHaveDuplicates();
  }

  @Test
  void isOneReadAtItsStartBeforeAnythingIsShownAndOneAtItsEnd() throws Exception {
    api.call("bob", "one", "{}");
    try (var tail =
        new Tailing(TailEntriesRequest.newBuilder().setFilter(BOB).setFromIndex(0).build())) {
      assertThat(tail.next().getNextIndex()).isZero();
      assertThat(query(1)).isEqualTo("tail from=0 subject=bob");
      assertThat(tail.tools(1)).containsExactly("one");
    }
    assertThat(api.log().awaitSize(2, Duration.ofSeconds(20))).isTrue();
    assertThat(query(2)).startsWith("tail ended from=0 next=").endsWith(" sent=1");
  }

  @Test
  void endsWhenTheTokenExpires() throws Exception {
    try (var tail = new Tailing(TailEntriesRequest.newBuilder().setFilter(BOB).build())) {
      tail.next();
      api.clock().advance(Duration.ofHours(2));
      api.call("bob", "late", "{}");
      StatusRuntimeException end = tail.end();
      assertThat(end.getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);
      assertThat(end.getStatus().getDescription()).contains("expired");
    }
  }

  @Test
  void isRefusedWhileTheLogCannotRecordIt() throws Exception {
    api.call("bob", "one", "{}");
    api.log().fail();
    try (var tail = new Tailing(TailEntriesRequest.newBuilder().setFromIndex(0).build())) {
      assertThat(tail.end().getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
    }
  }

  @Test
  void anIndexBeyondTheLogIsRefused() throws Exception {
    try (var tail = new Tailing(TailEntriesRequest.newBuilder().setFromIndex(7).build())) {
      assertThat(tail.end().getStatus().getDescription()).startsWith("from_index: ");
    }
  }

  @Test
  void tailsDoNotFeedEachOther() throws Exception {
    var all = TailEntriesRequest.newBuilder().setFromIndex(0).build();
    try (var one = new Tailing(all);
        var two = new Tailing(all)) {
      one.nextEntry();
      two.nextEntry();
      api.call("bob", "echo", "{}");
      while (!one.nextEntry().getEntry().getKind().equals(EntryKind.CALL_INTENT.text())) {
        assertThat(api.log().size()).isLessThanOrEqualTo(3);
      }
    }
  }

  @Test
  void oneTokenHasSoManyTailsAndLeavesRoomForOthers() throws Exception {
    TailEntriesRequest all = TailEntriesRequest.getDefaultInstance();
    List<Tailing> tails = new ArrayList<>();
    for (int i = 0; i < Trail.TAILS_EACH; i++) {
      tails.add(new Tailing(all));
      tails.getLast().next();
    }
    try (var refused = new Tailing(all);
        var other = new Tailing("root", all)) {
      StatusRuntimeException end = refused.end();
      assertThat(end.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
      assertThat(end.getStatus().getDescription()).startsWith("alice: 17 tails at once");
      assertThat(other.next().hasEntry()).isFalse();
    }
    tails.forEach(Tailing::close);
  }

  private String query(long index) {
    assertThat(api.log().read(index).leaf().kind()).isEqualTo(EntryKind.ACCESS_READ);
    return String.valueOf(api.log().read(index).leaf().facts().text(Fact.QUERY));
  }

  /** A running tail. */
  private final class Tailing implements StreamObserver<TailEntriesResponse>, AutoCloseable {
    private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();
    private final Context.CancellableContext context = Context.current().withCancellation();

    Tailing(TailEntriesRequest request) {
      this("alice", request);
    }

    Tailing(String reader, TailEntriesRequest request) {
      context.run(() -> api.asyncStub(reader).tailEntries(request, this));
    }

    TailEntriesResponse next() throws InterruptedException {
      Object next = arrived.poll(20, TimeUnit.SECONDS);
      assertThat(next).isInstanceOf(TailEntriesResponse.class);
      return (TailEntriesResponse) next;
    }

    TailEntriesResponse nextEntry() throws InterruptedException {
      TailEntriesResponse next = next();
      while (!next.hasEntry()) {
        next = next();
      }
      return next;
    }

    List<String> tools(int count) throws InterruptedException {
      List<String> tools = new ArrayList<>();
      while (tools.size() < count) {
        tools.add(nextEntry().getEntry().getFacts().getTool());
      }
      return tools;
    }

    StatusRuntimeException end() throws InterruptedException {
      Object next = arrived.poll(20, TimeUnit.SECONDS);
      while (next instanceof TailEntriesResponse) {
        next = arrived.poll(20, TimeUnit.SECONDS);
      }
      assertThat(next).isInstanceOf(StatusRuntimeException.class);
      return (StatusRuntimeException) next;
    }

    @Override
    public void onNext(TailEntriesResponse response) {
      arrived.add(response);
    }

    @Override
    public void onError(Throwable failure) {
      arrived.add(failure);
    }

    @Override
    public void onCompleted() {
      arrived.add("completed");
    }

    @Override
    public void close() {
      context.cancel(null);
    }
  }
}
