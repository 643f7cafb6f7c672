package io.tabellion.jsonrpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is mended is as strict as what was right from the beginning (P3). */
@Tag("unit")
final class MendingReaderTest {
  private static final Limits LIMITS = new Limits(12, 60, 20, 20, 4);
  private static final MendingReader SERVERS = MendingReader.ofServers(LIMITS);
  private static final MendingReader CLIENTS = MendingReader.ofClients(LIMITS);
  private static final MessageReader STRICT = new MessageReader(LIMITS);

  /** Pieces that texts are made of; some are right, some are nearly. One byte a character. */
  private static final List<String> PIECES =
      List.of(
          "{\"jsonrpc\":\"2.0\",\"id\":7,",
          "\"result\":{\"content\":[]}",
          "\"result\":null",
          "\"error\":null",
          "\"error\":{\"code\":1,\"message\":\"m\"}",
          "\"params\":null",
          "\"params\":{\"_meta\":null,\"arguments\":null}",
          "\"method\":null",
          "\"method\":\"tools/call\"",
          "\"method\":\"notifications/x\"",
          "\"id\":null",
          "\"id\":7.0",
          "\"x\":1",
          "\"\\ud83d\":1",
          "\"\\ud83e\":1",
          "\"Result\":1",
          "\"a\\udc00\\ud83d\\ude00\"",
          "\u00ed\u00a0\u00bd",
          "\u00ff",
          "\u00ef\u00bb\u00bf",
          "\\ud83d",
          "\\u",
          "[",
          "]",
          "{",
          "}",
          ",",
          ":",
          "\"",
          "1e5",
          "null",
          " ");

  @Test
  void whatIsMendedIsReadStrictlyAndTheSame() {
    Random random = new Random(10);
    int mended = 0;
    int read = 0;
    for (int i = 0; i < 200_000; i++) {
      ByteString body = body(random);
      for (MendingReader reader : List.of(SERVERS, CLIENTS)) {
        Mended result = reader.read(body);
        if (result.parsed() instanceof Parsed.Single(Envelope envelope)
            && result.notes().getFirst().flaws().isEmpty()) {
          read++;
          mended += result.notes().getFirst().repairs().isEmpty() ? 0 : 1;
          assertStrict(envelope, reader, body.toString(ISO_8859_1));
        }
      }
    }
    assertThat(read).isGreaterThan(5_000);
    assertThat(mended).isGreaterThan(2_000);
  }

  private static void assertStrict(Envelope envelope, MendingReader reader, String body) {
    ByteString written = JsonWriter.write(envelope.tree());
    assertThat(STRICT.read(written)).as(body).isEqualTo(new Parsed.Single(envelope));
    assertThat(written.isValidUtf8()).as(body).isTrue();
    Mended again = reader.read(written);
    assertThat(again.parsed()).as(body).isEqualTo(new Parsed.Single(envelope));
    assertThat(again.notes()).as(body).containsExactly(Notes.NONE);
  }

  /** An object of random members, with up to two random pieces anywhere in it. */
  private static ByteString body(Random random) {
    List<String> members = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      members.add(PIECES.get(1 + random.nextInt(15)));
    }
    StringBuilder text = new StringBuilder(PIECES.getFirst());
    text.append(String.join(",", members)).append('}');
    for (int i = random.nextInt(3); i > 0; i--) {
      text.insert(random.nextInt(text.length() + 1), PIECES.get(random.nextInt(PIECES.size())));
    }
    return ByteString.copyFrom(text.toString(), ISO_8859_1);
  }

  /** A copy of the object for each of them would not come to an end. */
  @Test
  void manyUnknownMembersAreLeftOut() {
    StringBuilder text = new StringBuilder("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}");
    for (int i = 0; i < 300_000; i++) {
      text.append(",\"m").append(i).append("\":0");
    }
    Mended mended =
        MendingReader.ofServers(Limits.DEFAULT).read(ByteString.copyFrom(text + "}", UTF_8));
    assertThat(mended.notes().getFirst().repairs()).hasSize(300_000);
    assertThat(mended.parsed())
        .isInstanceOfSatisfying(
            Parsed.Single.class,
            single -> assertThat(single.envelope().tree().members()).hasSize(3));
  }
}
