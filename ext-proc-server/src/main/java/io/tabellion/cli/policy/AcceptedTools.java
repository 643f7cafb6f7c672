package io.tabellion.cli.policy;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.pins.v1.Definition;
import io.tabellion.pins.v1.GetPinRequest;
import io.tabellion.pins.v1.ListPinsRequest;
import io.tabellion.pins.v1.ListPinsResponse;
import io.tabellion.pins.v1.Pin;
import io.tabellion.pins.v1.PinServiceGrpc.PinServiceBlockingStub;
import io.tabellion.policy.KnownTool;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Asks a server for the tools whose definitions were accepted. */
final class AcceptedTools {
  private static final JsonReader READER = new JsonReader(Limits.DEFAULT);

  private AcceptedTools() {}

  /** Returns them; one for each accepted definition, where a tool has several. */
  static List<KnownTool> of(PinServiceBlockingStub stub) {
    List<KnownTool> tools = new ArrayList<>();
    ListPinsRequest.Builder request = ListPinsRequest.newBuilder();
    ListPinsResponse page;
    do {
      page = stub.listPins(request.build());
      page.getPinsList().stream().filter(Pin::hasAccepted).forEach(pin -> add(stub, pin, tools));
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return tools;
  }

  private static void add(PinServiceBlockingStub stub, Pin listed, List<KnownTool> tools) {
    Pin pin =
        stub.getPin(
            GetPinRequest.newBuilder()
                .setServer(listed.getServer())
                .setTool(listed.getTool())
                .setCaller(listed.getCaller())
                .build());
    Stream.concat(Stream.of(pin.getAccepted()), pin.getVariantsList().stream())
        .map(definition -> new KnownTool(pin.getServer(), pin.getTool(), schema(definition)))
        .forEach(tools::add);
  }

  /** Its arguments; where only the digest is known, any. */
  private static Json.Obj schema(Definition definition) {
    return READER.read(ByteString.copyFromUtf8(definition.getJson()))
            instanceof Reading.Document(Json.Obj object)
        ? Objects.requireNonNullElse(object.object("inputSchema"), Json.Obj.EMPTY)
        : Json.Obj.EMPTY;
  }
}
