package io.tabellion.api;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.pin.LeftOut;
import io.tabellion.pins.v1.Change;
import io.tabellion.pins.v1.Definition;
import io.tabellion.pins.v1.LeftOutItem;
import io.tabellion.pins.v1.ListPinsResponse;
import io.tabellion.pins.v1.Pin;
import io.tabellion.trail.ListPins;
import io.tabellion.trail.PinView;
import org.jspecify.annotations.Nullable;

/** Translates answers of the trail into those of the API of pins. */
final class PinAnswers {
  private PinAnswers() {}

  static ListPinsResponse list(ListPins.Answer answer) {
    return ListPinsResponse.newBuilder()
        .addAllPins(answer.pins().stream().map(PinAnswers::pin).toList())
        .addAllLeftOut(answer.leftOut().stream().map(PinAnswers::item).toList())
        .setNextPageToken(answer.nextPage())
        .build();
  }

  static Pin pin(PinView view) {
    Pin.Builder pin =
        Pin.newBuilder()
            .setServer(view.server())
            .setTool(view.tool())
            .setCaller(view.caller())
            .setQuarantined(view.quarantined())
            .addAllVariants(view.variants().stream().map(PinAnswers::definition).toList())
            .addAllChanges(view.changes().stream().map(PinAnswers::change).toList());
    view.sameName().ifPresent(pin::setSameName);
    if (view.accepted() != null) {
      pin.setAccepted(definition(view.accepted()));
    }
    if (view.pending() != null) {
      pin.setPending(definition(view.pending()));
    }
    return pin.build();
  }

  private static Definition definition(PinView.Shape shape) {
    return Definition.newBuilder()
        .setDigest(shape.digest())
        .setSeen(Entries.timestamp(shape.seen()))
        .addAllSuspicions(shape.suspicions())
        .addAllRevisions(shape.revisions())
        .setJsonBytes(shape.json())
        .build();
  }

  private static Change change(io.tabellion.pin.Change change) {
    return Change.newBuilder()
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

  private static LeftOutItem item(LeftOut item) {
    return LeftOutItem.newBuilder()
        .setServer(item.server())
        .setKind(item.kind())
        .setName(item.name())
        .setReason(item.reason().word())
        .setDetail(item.reason().text())
        .setSeen(Entries.timestamp(item.seen()))
        .build();
  }
}
