package io.tabellion.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.MessageReader;
import io.tabellion.jsonrpc.Parsed;
import io.tabellion.jsonrpc.Reading;

/** Messages of tests, written with single quotes. */
final class Messages {
  private Messages() {}

  static Envelope envelope(String message) {
    Parsed parsed = new MessageReader(Limits.DEFAULT).read(bytes(message));
    assertThat(parsed).as(message).isInstanceOf(Parsed.Single.class);
    return ((Parsed.Single) parsed).envelope();
  }

  static Envelope request(String method, String params) {
    return envelope("{'jsonrpc':'2.0','id':7,'method':'" + method + "','params':" + params + "}");
  }

  static Envelope notification(String method, String params) {
    return envelope("{'jsonrpc':'2.0','method':'" + method + "','params':" + params + "}");
  }

  static Meaning meaning(Envelope envelope, Sender sender) {
    return switch (envelope) {
      case Envelope.Request request -> Meaning.of(request, sender);
      case Envelope.Notification notification -> Meaning.of(notification, sender);
      case Envelope.Result _, Envelope.Failure _ ->
          throw new AssertionError("an answer has no meaning of its own");
    };
  }

  static Operation operation(String method, String params) {
    return operation(request(method, params));
  }

  static Operation operation(Envelope envelope) {
    Meaning meaning = meaning(envelope, Sender.CLIENT);
    assertThat(meaning).isInstanceOf(Operation.class);
    return (Operation) meaning;
  }

  static Json.Obj object(String json) {
    return (Json.Obj) json(json);
  }

  static Json json(String json) {
    Reading reading = new JsonReader(Limits.DEFAULT).read(bytes(json));
    assertThat(reading).as(json).isInstanceOf(Reading.Document.class);
    return ((Reading.Document) reading).value();
  }

  private static ByteString bytes(String json) {
    return ByteString.copyFromUtf8(json.replace('\'', '"'));
  }
}
