package io.tabellion.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Row 9, after WHATWG HTML §9.2.6. */
@Tag("unit")
class SseEventTest {

  @Test
  void dataLinesAreJoinedAndLoseOneSpace() {
    assertThat(parse("data:x\ndata: y\ndata:  z\ndata\ndata:\n\n").data())
        .isEqualTo(ByteString.copyFromUtf8("x\ny\n z\n\n"));
    assertThat(parse("data: {\"a\":\ndata: 1}\n\n").data())
        .isEqualTo(ByteString.copyFromUtf8("{\"a\":\n1}"));
  }

  @Test
  void absentAndEmptyDataDiffer() {
    assertThat(parse("id: 1\n\n")).isEqualTo(event(null, "1", null, null));
    assertThat(parse("id: 1\ndata: \n\n")).isEqualTo(event(null, "1", null, ""));
    assertThat(parse("id: 1\ndata: \n\n").hasMessage()).isFalse();
    assertThat(parse("data: x\n\n").hasMessage()).isTrue();
  }

  @Test
  void theNameIsKeptSoThatItCanBeJudged() {
    assertThat(parse("event: foo\ndata: x\n\n")).isEqualTo(event("foo", null, null, "x"));
    assertThat(parse("event: foo\nevent:\ndata: x\n\n")).isEqualTo(event(null, null, null, "x"));
    assertThat(parse("event: a\nevent: b\n\n")).isEqualTo(event("b", null, null, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ": comment\n\n",
        "\n",
        "",
        "unknown: x\n\n",
        "Data: x\n\n",
        " data: x\n\n",
        "dat",
        "id:a\u0000b\n\n",
        "retry: 1.5\n\n",
        "retry:\n\n",
        "retry: -1\n\n",
        "retry: 1s\n\n",
        "retry: 1234567890\n\n",
        "id: a\u2028b\n\n",
        "id: a\u0085b\n\n"
      })
  void whatMeansNothingIsIdle(String frame) {
    assertThat(parse(frame).isIdle()).isTrue();
    assertThat(parse(frame).write()).isEqualTo(ByteString.copyFromUtf8(":\n"));
  }

  @Test
  void anIdMayBeEmptyAndTheLastOneCounts() {
    assertThat(parse("id\n\n")).isEqualTo(event(null, "", null, null));
    assertThat(parse("id: 1\nid: 2\nid: 3\u0000\n\n")).isEqualTo(event(null, "2", null, null));
  }

  @Test
  void anIdThatNoEntryCouldHoldIsPassedOver() {
    String longest = "i".repeat(256);
    assertThat(parse("id: " + longest + "\n\n")).isEqualTo(event(null, longest, null, null));
    assertThat(parse("id: 1\nid: " + longest + "i\n\n")).isEqualTo(event(null, "1", null, null));
  }

  @Test
  void aNameCannotBreakTheLine() {
    assertThat(parse("event: a\u2028b\u0085\u000b\n\n").name()).isEqualTo("a\ufffdb\ufffd\ufffd");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data: x~~                       | data: x~~",
        "id:1~data:~~                    | id: 1~data: ~~",
        "id:1~retry:500~~                | id: 1~retry: 500~~",
        "id~~                            | id: ~~",
        "data: x~event: foo~id: 9~~      | event: foo~id: 9~data: x~~",
        "event: message~data: x~~        | event: message~data: x~~",
        "data: x                         | data: x~~",
        ": a~data: x~: b~~               | data: x~~"
      })
  void isWrittenInOneForm(String frame, String written) {
    assertThat(parse(frame.strip().replace('~', '\n')).write().toStringUtf8())
        .isEqualTo(written.strip().replace('~', '\n'));
  }

  @Test
  void severalLinesOfDataAreNotWritten() {
    SseEvent event = parse("data: 1\ndata: 2\n\n");
    assertThatThrownBy(event::write).isInstanceOf(IllegalStateException.class);
    assertThat(event.withData(ByteString.copyFromUtf8("12")).write().toStringUtf8())
        .isEqualTo("data: 12\n\n");
    assertThatThrownBy(() -> event("a\rb", null, null, null).write())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anyBytesAreReadAndWhatIsWrittenMeansTheSame() {
    Random random = new Random(42);
    List<String> parts =
        List.of("data", "event", "id", "retry", ":", " ", "\n", "\r", "x", "7", "\u0000", "\u00e9");
    for (int i = 0; i < 20_000; i++) {
      StringBuilder frame = new StringBuilder();
      for (int j = random.nextInt(20); j > 0; j--) {
        frame.append(parts.get(random.nextInt(parts.size())));
      }
      SseEvent event = parse(frame.toString());
      ByteString data = event.data();
      SseEvent single =
          data == null
              ? event
              : event.withData(ByteString.copyFromUtf8(data.toStringUtf8().replace('\n', ' ')));
      List<ByteString> frames = new SseFramer(1_000).feed(single.write()).frames();
      assertThat(frames).hasSize(1);
      assertThat(SseEvent.parse(frames.getFirst())).isEqualTo(single);
    }
  }

  private static SseEvent parse(String frame) {
    return SseEvent.parse(ByteString.copyFromUtf8(frame));
  }

  private static SseEvent event(
      @Nullable String name, @Nullable String id, @Nullable String retry, @Nullable String data) {
    return new SseEvent(name, id, retry, data == null ? null : ByteString.copyFromUtf8(data));
  }
}
