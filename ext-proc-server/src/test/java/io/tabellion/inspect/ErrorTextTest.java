package io.tabellion.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.Headers;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ErrorTextTest {
  /** A reader that is not linear needs hours for so many bytes. */
  private static final int LARGE = 8 << 20;

  /** Far above what a linear reader takes on any machine: it ends a test that hangs. */
  private static final int HANGS = 120;

  @ParameterizedTest
  @Timeout(value = HANGS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @ValueSource(
      strings = {
        "<a",
        "<br ",
        "</p",
        "<!--",
        "<!-- --",
        "<script",
        "<script>",
        "<script></script",
        "</script  ",
        "<style></style   ",
        "&#1",
        "&am",
        "<!",
        "\"<a\"",
        " ",
        "<br <",
      })
  void noTextIsReadMoreThanAFewTimes(String piece) {
    String html = "<html>" + piece.repeat(LARGE / piece.length());
    String ended = "<script>" + piece.repeat(LARGE / piece.length()) + "</script>end";
    assertThat(text(html).length()).isLessThanOrEqualTo(html.length());
    assertThat(text(ended)).endsWith("end");
  }

  @Test
  void marksWithinAWordJoinItAndBlocksPartIt() {
    assertThat(text("<p>ghp_<b>0123</b></p><p>next")).isEqualTo("ghp_0123 next");
  }

  @Test
  void whatIsNotShownPartsNoWord() {
    assertThat(text("<p>a<!-- x -->b<script>y</script>c<style>z</style>d</p>")).isEqualTo("abcd");
  }

  @Test
  void whatLooksLikeAMarkAndIsNoneStays() {
    assertThat(text("1 <2 and <unclosed <b>bold</b>")).isEqualTo("1 <2 and <unclosed bold");
  }

  private static String text(String body) {
    Headers headers = new Headers(List.of(new Header("content-type", "text/html")));
    return String.valueOf(ErrorText.of(headers, ByteString.copyFromUtf8(body)));
  }
}
