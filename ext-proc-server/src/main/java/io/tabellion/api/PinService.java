package io.tabellion.api;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.config.Config.Role;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.pin.Change;
import io.tabellion.pin.Definition;
import io.tabellion.pin.LeftOut;
import io.tabellion.pin.Pin;
import io.tabellion.pin.Pins;
import io.tabellion.pin.Suspicion;
import io.tabellion.pins.v1.AcceptPinRequest;
import io.tabellion.pins.v1.GetPinRequest;
import io.tabellion.pins.v1.LeftOutItem;
import io.tabellion.pins.v1.ListPinsRequest;
import io.tabellion.pins.v1.ListPinsResponse;
import io.tabellion.pins.v1.PinServiceGrpc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The API of pins (pins.proto says what each call does). What is looked at and what is accepted is
 * durable as an entry before its answer leaves.
 *
 * <p>Thread-safe. Calls run on virtual threads and block on files.
 */
final class PinService extends PinServiceGrpc.PinServiceImplBase {
  private static final int PAGE_SIZE = 500;
  private static final int LARGEST_PAGE = 2_000;

  private final Pins pins;
  private final AuditLog log;
  private final Accesses accesses;
  private final InstantSource clock;
  private final Calls calls;

  PinService(Pins pins, AuditLog log, Accesses accesses, InstantSource clock, Calls calls) {
    this.pins = pins;
    this.log = log;
    this.accesses = accesses;
    this.clock = clock;
    this.calls = calls;
  }

  @Override
  public void listPins(ListPinsRequest request, StreamObserver<ListPinsResponse> observer) {
    calls.answer(observer, who -> list(who, request));
  }

  @Override
  public void getPin(GetPinRequest request, StreamObserver<io.tabellion.pins.v1.Pin> observer) {
    calls.answer(observer, who -> get(who, request));
  }

  @Override
  public void acceptPin(
      AcceptPinRequest request, StreamObserver<io.tabellion.pins.v1.Pin> observer) {
    calls.answer(observer, who -> accept(who, request));
  }

  private ListPinsResponse list(Reader who, ListPinsRequest request) throws InterruptedException {
    int size = AuditService.pageSize(request.getPageSize(), PAGE_SIZE, LARGEST_PAGE);
    String after = after(request.getPageToken());
    List<Row> found =
        rows(request).filter(row -> row.place().compareTo(after) > 0).limit(size + 1L).toList();
    List<Row> shown = found.subList(0, Math.min(size, found.size()));
    ListPinsResponse.Builder answer = ListPinsResponse.newBuilder();
    for (Row row : shown) {
      switch (row) {
        case Row.OfPin(Pin pin) -> answer.addPins(toApi(pin, false));
        case Row.OfItem(LeftOut item) -> answer.addLeftOut(toApi(item));
      }
    }
    if (found.size() > size) {
      answer.setNextPageToken(token(shown.getLast()));
    }
    accesses.record(who, "pins shown=" + shown.size(), List.of());
    return answer.build();
  }

  /** All pins that are asked for, and behind them what lists lost. */
  private Stream<Row> rows(ListPinsRequest request) {
    Predicate<String> wanted =
        server -> request.getServer().isEmpty() || request.getServer().equals(server);
    return Stream.concat(
        pins.list().stream()
            .filter(pin -> wanted.test(pin.server()))
            .filter(pin -> !request.getQuarantined() || pin.quarantined())
            .map(Row.OfPin::new),
        pins.leftOut().list().stream()
            .filter(item -> wanted.test(item.server()))
            .map(Row.OfItem::new));
  }

  /** A row of the list; rows are in the order of their places. */
  private sealed interface Row {
    String place();

    record OfPin(Pin pin) implements Row {
      @Override
      public String place() {
        return String.join("\u0000", "0", pin.server(), pin.tool(), pin.caller());
      }
    }

    record OfItem(LeftOut item) implements Row {
      @Override
      public String place() {
        return String.join("\u0000", "1", item.server(), item.kind(), item.name());
      }
    }
  }

  private io.tabellion.pins.v1.Pin get(Reader who, GetPinRequest request)
      throws InterruptedException {
    Pin pin = find(request.getServer(), request.getCaller(), request.getTool());
    accesses.record(who, "pin", List.of());
    return toApi(pin, true);
  }

  private io.tabellion.pins.v1.Pin accept(Reader who, AcceptPinRequest request)
      throws InterruptedException {
    if (who.role() != Role.ADMIN) {
      throw ApiException.of(
          ApiException.Code.DENIED,
          "role of "
              + who.name()
              + ": auditor (expected: admin, as api.tokens[].role or api.clients[].role of the"
              + " configuration gives it)");
    }
    Pin looked = find(request.getServer(), request.getCaller(), request.getTool());
    Definition pending = looked.pending();
    if (pending == null || !pending.digest().equals(request.getDigest())) {
      throw moved();
    }
    // The entry first: an acceptance that is not in the record must not count.
    log.append(List.of(accepted(who, looked, pending)));
    Pin now =
        pins.accept(looked.server(), looked.caller(), looked.tool(), pending.digest())
            .orElseThrow(PinService::moved);
    keep();
    return toApi(now, true);
  }

  private void keep() {
    try {
      pins.keep();
    } catch (IOException e) {
      throw new AuditUnavailableException(AuditUnavailableException.Code.FAILED, "pins: not kept");
    }
  }

  private Entry accepted(Reader who, Pin pin, Definition definition) {
    Facts facts =
        Facts.builder()
            .put(Fact.READER, who.name())
            .put(Fact.SERVER, pin.server())
            .put(Fact.TOOL, pins.shown(pin.tool()))
            .put(Fact.DEFINITION, definition.digest())
            .put(Fact.SUSPICIONS, words(definition))
            .build();
    var tree = definition.tree();
    Entry.Content content =
        tree == null ? null : new Entry.Content("application/json", JsonWriter.write(tree));
    return new Entry(EntryId.next(clock), EntryKind.PIN_ACCEPTED, facts, content);
  }

  private Pin find(String server, String caller, String tool) {
    return pins.findExactly(server, caller, tool)
        .orElseThrow(() ->
            ApiException.of(
                ApiException.Code.NOT_FOUND,
                "tool: never seen (expected: one of ListPins, with its caller if it has one)"));
  }

  private static ApiException moved() {
    return ApiException.of(
        ApiException.Code.PRECONDITION,
        "digest: of no definition that waits now (expected: pending.digest of GetPin)");
  }

  private io.tabellion.pins.v1.Pin toApi(Pin pin, boolean whole) {
    var answer =
        io.tabellion.pins.v1.Pin.newBuilder()
            .setServer(pin.server())
            .setTool(pin.tool())
            .setCaller(pin.caller())
            .setQuarantined(pin.quarantined());
    pins.rival(pin).ifPresent(answer::setSameName);
    if (pin.accepted() != null) {
      answer.setAccepted(toApi(pin.accepted(), whole));
      pin.definitions().stream().skip(1).forEach(other -> answer.addVariants(toApi(other, whole)));
    }
    if (whole) {
      pin.changes().forEach(change -> answer.addChanges(toApi(change)));
    }
    if (pin.pending() != null) {
      answer.setPending(toApi(pin.pending(), whole));
    }
    return answer.build();
  }

  private static io.tabellion.pins.v1.Definition toApi(Definition definition, boolean whole) {
    var tree = definition.tree();
    return io.tabellion.pins.v1.Definition.newBuilder()
        .setDigest(definition.digest())
        .setSeen(Entries.timestamp(definition.seen()))
        .addAllSuspicions(words(definition))
        .addAllRevisions(definition.revisions().stream().sorted().toList())
        .setJsonBytes(whole && tree != null ? JsonWriter.write(tree) : ByteString.EMPTY)
        .build();
  }

  private static List<String> words(Definition definition) {
    return definition.suspicions().stream().map(Suspicion::word).sorted().toList();
  }

  private static io.tabellion.pins.v1.Change toApi(Change change) {
    return io.tabellion.pins.v1.Change.newBuilder()
        .setGrade(change.grade().word())
        .setWhat(change.what().word())
        .setPlace(change.place())
        .setBefore(json(change.before()))
        .setAfter(json(change.after()))
        .build();
  }

  private static String json(@Nullable Json value) {
    return value == null ? "" : JsonWriter.toText(value);
  }

  private static LeftOutItem toApi(LeftOut item) {
    return LeftOutItem.newBuilder()
        .setServer(item.server())
        .setKind(item.kind())
        .setName(item.name())
        .setReason(item.reason().word())
        .setDetail(item.reason().text())
        .setSeen(Entries.timestamp(item.seen()))
        .build();
  }

  private static String token(Row last) {
    byte[] place = last.place().getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(place);
  }

  private static String after(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid("page_token", "unknown", "next_page_token of the page before");
    }
  }
}
