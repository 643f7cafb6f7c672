package io.tabellion.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Leaf;
import io.tabellion.identity.Caller.Source;
import io.tabellion.stop.Traffic;
import io.tabellion.stops.v1.Caller;
import io.tabellion.stops.v1.LiftStopRequest;
import io.tabellion.stops.v1.ListStopsRequest;
import io.tabellion.stops.v1.PreviewStopRequest;
import io.tabellion.stops.v1.PreviewStopResponse;
import io.tabellion.stops.v1.Selector;
import io.tabellion.stops.v1.SetStopRequest;
import io.tabellion.stops.v1.SetStopResponse;
import io.tabellion.stops.v1.Stop;
import io.tabellion.stops.v1.StopServiceGrpc;
import io.tabellion.stops.v1.StopServiceGrpc.StopServiceBlockingStub;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may stop, what is recorded of it, and what is answered. */
@Tag("unit")
class StopServiceTest {
  private static final Selector AGENT =
      Selector.newBuilder().setPrincipal("agent-7").setServer("crm").build();

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

  private StopServiceBlockingStub stub(String name) {
    return StopServiceGrpc.newBlockingStub(api.channel())
        .withCallCredentials(ApiFixture.bearer(ApiFixture.secret(name)));
  }

  private static SetStopRequest request(Selector selector, String reason) {
    return SetStopRequest.newBuilder().setSelector(selector).setReason(reason).build();
  }

  private List<Stop> listed() {
    return stub("alice").listStops(ListStopsRequest.getDefaultInstance()).getStopsList();
  }

  private Leaf last() {
    return api.log().read(api.log().size() - 1).leaf();
  }

  private static void assertRefused(ThrowingCallable call, Status.Code code, String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              assertThat(e.getStatus().getDescription()).contains(words);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"rita", "root"})
  void aResponderAndAnAdminSetListAndLift(String name) {
    SetStopResponse set =
        stub(name)
            .setStop(
                request(AGENT, "ticket\n4711, secret").toBuilder()
                    .setDuration(Durations.fromHours(1))
                    .build());

    Leaf entry = last();
    assertThat(entry.kind()).isEqualTo(EntryKind.STOP_SET);
    assertThat(entry.facts().text(Fact.STOP)).isEqualTo(set.getStop().getId());
    assertThat(entry.facts().texts(Fact.STOPPED))
        .containsExactly("principal=agent-7", "server=crm");
    assertThat(entry.facts().text(Fact.READER)).isEqualTo(name);
    assertThat(entry.facts().text(Fact.STOP_REASON)).isEqualTo("ticket 4711, [X]");
    assertThat(entry.facts().text(Fact.UNTIL))
        .isEqualTo(Timestamps.toString(set.getStop().getUntil()));
    assertThat(listed()).containsExactly(set.getStop());
    assertThat(set.getStop().getSelector()).isEqualTo(AGENT);
    assertThat(set.getStop().getBy()).isEqualTo(name);
    assertThat(last().kind()).isEqualTo(EntryKind.ACCESS_READ);

    Stop lifted =
        stub(name).liftStop(LiftStopRequest.newBuilder().setId(set.getStop().getId()).build());

    assertThat(lifted).isEqualTo(set.getStop());
    assertThat(last().kind()).isEqualTo(EntryKind.STOP_LIFTED);
    assertThat(last().facts().texts(Fact.COUNTERS)).containsExactly("refused=0");
    assertThat(listed()).isEmpty();
  }

  @Test
  void anAuditorMayLookOnly() {
    String id = stub("root").setStop(request(AGENT, "why")).getStop().getId();
    long before = api.log().size();

    assertRefused(
        () -> stub("alice").setStop(request(AGENT, "why")),
        Status.Code.PERMISSION_DENIED,
        "role of alice: auditor (expected: responder or admin");
    assertRefused(
        () -> stub("alice").liftStop(LiftStopRequest.newBuilder().setId(id).build()),
        Status.Code.PERMISSION_DENIED,
        "role of alice");
    assertRefused(
        () -> stub("alice").previewStop(PreviewStopRequest.newBuilder().setSelector(AGENT).build()),
        Status.Code.PERMISSION_DENIED,
        "role of alice");

    assertThat(api.log().size()).isEqualTo(before);
    assertThat(listed()).hasSize(1);
  }

  @Test
  void aResponderMayNotAcceptPins() {
    var pins =
        io.tabellion.pins.v1.PinServiceGrpc.newBlockingStub(api.channel())
            .withCallCredentials(ApiFixture.bearer(ApiFixture.secret("rita")));

    assertRefused(
        () -> pins.acceptPin(io.tabellion.pins.v1.AcceptPinRequest.getDefaultInstance()),
        Status.Code.PERMISSION_DENIED,
        "role of rita: responder (expected: admin");
  }

  @Test
  void mistakesNameTheFieldAndWhatIsExpected() {
    assertRefused(
        () -> stub("root").setStop(request(Selector.getDefaultInstance(), "why")),
        Status.Code.INVALID_ARGUMENT,
        "selector: empty (expected: principal, server, tool or all)");
    assertRefused(
        () -> stub("root").setStop(request(AGENT, " ")),
        Status.Code.INVALID_ARGUMENT,
        "reason: empty");
    assertRefused(
        () ->
            stub("root")
                .setStop(
                    request(AGENT, "why").toBuilder()
                        .setDuration(Durations.fromSeconds(0))
                        .build()),
        Status.Code.INVALID_ARGUMENT,
        "duration: not one");
    assertRefused(
        () -> stub("root").setStop(request(AGENT.toBuilder().setAll(true).build(), "why")),
        Status.Code.INVALID_ARGUMENT,
        "all: beside others");
    assertThat(listed()).isEmpty();
  }

  @Test
  void anUnknownIdIsAnsweredWithThoseThatHold() {
    LiftStopRequest unknown = LiftStopRequest.newBuilder().setId("k7f2qd").build();
    assertRefused(
        () -> stub("root").liftStop(unknown),
        Status.Code.NOT_FOUND,
        "id: k7f2qd (expected: none; no stop holds)");
    String id = stub("root").setStop(request(AGENT, "why")).getStop().getId();

    assertRefused(
        () -> stub("root").liftStop(unknown),
        Status.Code.NOT_FOUND,
        "id: k7f2qd (expected: one of " + id + ")");
  }

  @Test
  void aStopThatCannotBeRecordedIsNotSetAndSaysSo() {
    api.log().fail();

    assertRefused(
        () -> stub("root").setStop(request(AGENT, "why")),
        Status.Code.UNAVAILABLE,
        "stop: not set, for it cannot be recorded");
    assertThat(api.stops().look().stops()).isEmpty();
  }

  @Test
  void aPreviewShowsWhoIsOpenAndStopsNothing() {
    api.traffic(
        new Traffic() {
          @Override
          public int end(io.tabellion.stop.Stop stop) {
            throw new AssertionError("ended by a preview");
          }

          @Override
          public List<io.tabellion.identity.Caller> matching(io.tabellion.stop.Selector selector) {
            return List.of(caller("bob"), caller("alice"), caller("alice"));
          }
        });

    PreviewStopResponse shown =
        stub("rita").previewStop(PreviewStopRequest.newBuilder().setSelector(AGENT).build());

    assertThat(shown.getOpenExchanges()).isEqualTo(3);
    assertThat(shown.getCallersList())
        .extracting(Caller::getPrincipal, Caller::getOpenExchanges)
        .containsExactly(tuple("alice", 2), tuple("bob", 1));
    assertThat(listed()).isEmpty();
  }

  private static io.tabellion.identity.Caller caller(String subject) {
    return new io.tabellion.identity.Caller(
        Source.JWT, subject, "https://idp", List.of(), null, List.of(), List.of(), null, null);
  }

  @Test
  void aSetStopSaysHowMuchWasOpen() {
    api.traffic(
        new Traffic() {
          @Override
          public int end(io.tabellion.stop.Stop stop) {
            assertThat(api.stops().look().stops()).containsExactly(stop);
            return 4;
          }

          @Override
          public List<io.tabellion.identity.Caller> matching(io.tabellion.stop.Selector selector) {
            return List.of();
          }
        });

    assertThat(stub("root").setStop(request(AGENT, "why")).getOpenExchanges()).isEqualTo(4);
  }
}
