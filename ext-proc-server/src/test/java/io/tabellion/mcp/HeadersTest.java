package io.tabellion.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class HeadersTest {

  /** Row 5. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "application/json | JSON",
        "Application/JSON | JSON",
        "application/json;charset=utf-8 | JSON",
        "application/json ; Charset=\"UTF-8\" | JSON",
        "text/event-stream | EVENT_STREAM",
        "TEXT/Event-Stream; charset=utf-8 | EVENT_STREAM",
        "application/json; charset=utf-16 | OTHER",
        "application/json; charset=ibm037 | OTHER",
        "application/json; charset=utf-7 | OTHER",
        "application/json; charset=iso-8859-1 | OTHER",
        "application/json; charset=utf-8; charset=utf-16 | OTHER",
        "application/json; x=\"text/event-stream\" | JSON",
        "application/json; | JSON",
        "application/json ; charset = \"UTF-8\" | JSON",
        "application/json;charset=utf8 | JSON",
        "application/json; charset=us-ascii | JSON",
        "application/json; charset='utf-8' | JSON",
        "application/json; charset=utf8mb4 | JSON",
        "application/json; charset=unicode-1-1-utf-8 | JSON",
        "application/json; charset= | JSON",
        "application/json; charset='utf-16' | OTHER",
        "application/json; charset=\"utf-8 | OTHER",
        "application/json ;; q | JSON",
        "application/json; profile=mcp; charset=UTF-8; v=\"a;b,c\\\";\" | JSON",
        "text/event-stream;charset=UTF8 | EVENT_STREAM",
        "application/json; charset=utf-8, text/html | OTHER",
        "application/json; x=\"a, application/json | JSON",
        "application/json, text/event-stream | OTHER",
        "application/json,application/json | JSON",
        "application/json-text/event-stream | OTHER",
        "application/json-rpc | OTHER",
        "application/vnd.x+json | OTHER",
        "text/plain; a=application/json | OTHER",
        "text/plain | OTHER",
        "application/x-www-form-urlencoded | OTHER",
        "json | OTHER",
        "application/json/x | OTHER",
      })
  void mediaTypesAreExact(String value, MediaType expected) {
    assertThat(MediaType.of(Headers.of("Content-Type", value))).isEqualTo(expected);
  }

  @Test
  void mediaTypesSayOneThing() {
    assertThat(MediaType.of(Headers.NONE)).isEqualTo(MediaType.NONE);
    assertThat(MediaType.of(Headers.of("content-type", ""))).isEqualTo(MediaType.OTHER);
    assertThat(
            MediaType.of(
                Headers.of("content-type", "application/json", "Content-Type", "application/json")))
        .isEqualTo(MediaType.JSON);
    assertThat(
            MediaType.of(
                Headers.of("content-type", "application/json", "Content-Type", "text/html")))
        .isEqualTo(MediaType.OTHER);
  }

  /** Row 6. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "x-gzip", "deflate", "br", "gzip, br", "identity, gzip", ""})
  void encodedBodiesAreNotPlain(String coding) {
    assertThat(MediaType.isPlain(Headers.of("Content-Encoding", coding))).isFalse();
    assertThat(
            MediaType.isPlain(
                Headers.of("content-encoding", "identity", "content-encoding", coding)))
        .isFalse();
  }

  @Test
  void identityIsPlain() {
    assertThat(MediaType.isPlain(Headers.NONE)).isTrue();
    assertThat(MediaType.isPlain(Headers.of("content-encoding", "Identity"))).isTrue();
  }

  /** Row 18: one session id, or none. */
  @Test
  void aSessionIdIsOneValueOfVisibleAscii() {
    assertThat(session("Mcp-Session-Id", "a-1")).isEqualTo(new SessionHeader.Present("a-1"));
    assertThat(session("MCP-Session-Id", " a ")).isEqualTo(new SessionHeader.Present("a"));
    assertThat(session("mcp-session-id", "a", "Mcp-Session-Id", "a"))
        .isEqualTo(new SessionHeader.Present("a"));
    assertThat(session()).isEqualTo(new SessionHeader.Absent());
    assertThat(session("mcp-session-id", "a", "mcp-session-id", "zzz"))
        .isInstanceOf(SessionHeader.Unreadable.class);
    for (String value : new String[] {"", "a b", "a, b", "\u00e9", "a\u0000", "x".repeat(8193)}) {
      assertThat(session("mcp-session-id", value)).isInstanceOf(SessionHeader.Unreadable.class);
    }
  }

  @Test
  void namesIgnoreCaseAndValuesLoseOuterSpace() {
    Headers headers = Headers.of("X-A", " 1\t", "x-a", "2", "x-ab", "3");
    assertThat(headers.values("X-A")).containsExactly("1", "2");
    assertThat(headers.names("x-a")).containsExactly("x-a", "x-ab");
    assertThatThrownBy(() -> Headers.of("a")).isInstanceOf(IllegalArgumentException.class);
  }

  private static SessionHeader session(String... namesAndValues) {
    return SessionHeader.of(Headers.of(namesAndValues));
  }
}
