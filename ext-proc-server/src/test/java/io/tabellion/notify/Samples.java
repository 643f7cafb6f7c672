package io.tabellion.notify;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Endpoints and notices. */
final class Samples {
  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

  private Samples() {}

  static Endpoint endpoint(URI url) {
    return endpoint("desk", url, Endpoint.Format.STANDARD);
  }

  static Endpoint endpoint(String name, URI url, Endpoint.Format format) {
    return new Endpoint(
        name,
        url,
        format,
        List.of(WebhookKey.parse(SECRET)),
        Step.USUAL,
        Set.of(),
        Set.of(),
        false,
        false);
  }

  static Notice notice(long entry, String request, Step step, String tool) {
    Json.Obj data =
        Json.Obj.EMPTY
            .with("id", new Json.Text(request))
            .with("state", new Json.Text(step.state()))
            .with("server", new Json.Text("crm"))
            .with("method", new Json.Text("tools/call"))
            .with("tool", new Json.Text(tool))
            .with("requester", new Json.Text("alice"))
            .with("rules", new Json.Array(List.of(new Json.Text("large"))))
            .with("digest", new Json.Text("9c1e4f0a7b6d2233"))
            .with("link", new Json.Text("https://console.example/approvals/" + request));
    if (step == Step.PENDING) {
      data = data.with("expires", new Json.Text(NOW.plusSeconds(86_400).toString()));
    }
    return new Notice("entry-" + entry, entry, step, NOW, data);
  }

  static Json.Obj json(String text) {
    if (new JsonReader(Limits.DEFAULT).read(ByteString.copyFromUtf8(text))
        instanceof Reading.Document(Json.Obj object)) {
      return object;
    }
    throw new AssertionError("no JSON object: " + text);
  }
}
