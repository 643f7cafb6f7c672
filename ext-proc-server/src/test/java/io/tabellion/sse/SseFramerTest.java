package io.tabellion.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class SseFramerTest {
  private static final String STREAM =
      ":hello\nid: 1\ndata:\n\n\n:ka\n:ka\n\ndata: a\n:in\ndata: b\n\nevent: x\nretry: 5\nid\n\ndata: end";

  /** Rows 8 and 9: the same events for every pair of split points and each line end. */
  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void framesAreTheSameForEveryChunking(String lineEnd) {
    byte[] body = STREAM.replace("\n", lineEnd).getBytes(UTF_8);
    List<ByteString> whole = frames(body, body.length, body.length);
    assertThat(events(whole))
        .containsExactly(
            SseEvent.IDLE,
            new SseEvent(null, "1", null, ByteString.EMPTY),
            SseEvent.IDLE,
            SseEvent.IDLE,
            SseEvent.of(ByteString.copyFromUtf8("a\nb")),
            new SseEvent("x", "", "5", null),
            SseEvent.of(ByteString.copyFromUtf8("end")));
    for (int first = 0; first <= body.length; first++) {
      for (int second = first; second <= body.length; second++) {
        assertThat(frames(body, first, second)).isEqualTo(whole);
      }
    }
  }

  @Test
  void mixedLineEndsFrameAsTheyShould() {
    assertThat(events("data: 1\r\n\rdata: 2\n\rdata: 3\r\r\ndata: 4\r\n\n"))
        .extracting(e -> text(e))
        .containsExactly("1", "2", "3", "4");
  }

  @Test
  void aByteOrderMarkCountsAtTheStartOnlyAndMayBeSplit() {
    String body = "\ufeffdata: 1\n\n\ufeffdata: 2\n\n";
    ByteString bytes = ByteString.copyFromUtf8(body);
    for (int split = 0; split < 6; split++) {
      SseFramer framer = new SseFramer(100);
      List<ByteString> frames = new ArrayList<>(framer.feed(bytes.substring(0, split)).frames());
      frames.addAll(framer.feed(bytes.substring(split)).frames());
      assertThat(events(frames))
          .containsExactly(SseEvent.of(ByteString.copyFromUtf8("1")), SseEvent.IDLE);
    }
    assertThat(events(List.of(ByteString.copyFrom(new byte[] {(byte) 0xEF, (byte) 0xBB, 'd'}))))
        .containsExactly(SseEvent.IDLE);
    SseFramer framer = new SseFramer(100);
    framer.feed(ByteString.copyFrom(new byte[] {(byte) 0xEF, (byte) 0xBB}));
    framer.feed(ByteString.copyFromUtf8("x"));
    assertThat(framer.finish())
        .contains(ByteString.copyFrom(new byte[] {(byte) 0xEF, (byte) 0xBB, 'x'}));
  }

  @Test
  void aCommentDoesNotWaitForABlankLine() {
    SseFramer framer = new SseFramer(100);
    assertThat(framer.feed(ByteString.copyFromUtf8(": ka\n")).frames()).hasSize(1);
    assertThat(framer.feed(ByteString.copyFromUtf8("\ndata: 1\n: not apart\n")).frames()).isEmpty();
    assertThat(framer.feed(ByteString.copyFromUtf8("\n")).frames()).hasSize(1);
  }

  @Test
  void anEventIsThereWithItsLastByte() {
    for (String lineEnd : List.of("\n", "\r", "\r\n")) {
      SseFramer framer = new SseFramer(100);
      ByteString line = ByteString.copyFromUtf8("data: 1" + lineEnd);
      assertThat(framer.feed(line).frames()).isEmpty();
      assertThat(framer.feed(ByteString.copyFromUtf8(lineEnd)).frames()).hasSize(1);
      assertThat(framer.finish()).isEmpty();
    }
  }

  /** Row 9: some clients dispatch at the end of the stream what a browser drops. */
  @Test
  void theEndWithoutBlankLineIsSurfaced() {
    for (String end : List.of("data: 1", "data: 1\n", "data: 1\r")) {
      SseFramer framer = new SseFramer(100);
      assertThat(framer.feed(ByteString.copyFromUtf8(end)).frames()).isEmpty();
      assertThat(framer.finish().map(SseEvent::parse))
          .contains(SseEvent.of(ByteString.copyFromUtf8("1")));
      assertThat(framer.finish()).isEmpty();
    }
  }

  /** Row 11: the limit holds within a chunk and across chunks, and what came before is kept. */
  @Test
  void aFrameOverTheLimitEndsTheStream() {
    SseFramer framer = new SseFramer(10);
    assertThat(framer.feed(ByteString.copyFromUtf8("data: 12\n\n")))
        .isEqualTo(new Frames(List.of(ByteString.copyFromUtf8("data: 12\n\n")), false));
    Frames frames = framer.feed(ByteString.copyFromUtf8("data: 1\n\ndata: 123\n\ndata: 1\n\n"));
    assertThat(frames.frames()).containsExactly(ByteString.copyFromUtf8("data: 1\n\n"));
    assertThat(frames.tooLarge()).isTrue();
    assertThat(framer.feed(ByteString.copyFromUtf8("data: 1\n\n")))
        .isEqualTo(new Frames(List.of(), true));
    assertThat(framer.finish()).isEmpty();

    SseFramer slow = new SseFramer(10);
    for (int i = 0; i < 10; i++) {
      assertThat(slow.feed(ByteString.copyFromUtf8("x")).tooLarge()).isFalse();
    }
    assertThat(slow.feed(ByteString.copyFromUtf8("x")).tooLarge()).isTrue();
  }

  /** Row 11: 16 MiB byte by byte, and a million events in one chunk. */
  @Test
  void takesLinearTimeAndMemory() {
    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          SseFramer framer = new SseFramer(16 << 20);
          ByteString x = ByteString.copyFromUtf8("x");
          for (int i = 0; i < 16 << 20; i++) {
            framer.feed(x);
          }
          assertThat(framer.finish()).get().extracting(ByteString::size).isEqualTo(16 << 20);
          ByteString tiny = ByteString.copyFromUtf8("data\n\n".repeat(1_000_000));
          assertThat(new SseFramer(100).feed(tiny).frames()).hasSize(1_000_000);
          ByteString blank = ByteString.copyFromUtf8("\n".repeat(1_000_000));
          assertThat(new SseFramer(100).feed(blank).frames()).isEmpty();
        });
  }

  private static List<ByteString> frames(byte[] body, int first, int second) {
    ByteString bytes = ByteString.copyFrom(body);
    SseFramer framer = new SseFramer(1_000);
    List<ByteString> frames = new ArrayList<>(framer.feed(bytes.substring(0, first)).frames());
    frames.addAll(framer.feed(bytes.substring(first, second)).frames());
    frames.addAll(framer.feed(bytes.substring(second)).frames());
    framer.finish().ifPresent(frames::add);
    return frames;
  }

  private static List<SseEvent> events(String body) {
    return events(new SseFramer(1_000).feed(ByteString.copyFromUtf8(body)).frames());
  }

  private static List<SseEvent> events(List<ByteString> frames) {
    return frames.stream().map(SseEvent::parse).toList();
  }

  private static String text(SseEvent event) {
    ByteString data = event.data();
    return data == null ? "" : data.toStringUtf8();
  }
}
