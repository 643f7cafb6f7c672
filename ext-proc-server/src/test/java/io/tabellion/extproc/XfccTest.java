package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
final class XfccTest {
  private static final String BY = "By=spiffe://cluster.local/ns/tabellion/sa/tabellion;Hash=ab12;";
  private static final String GATEWAY = "spiffe://cluster.local/ns/mcp-gateway/sa/gateway";

  @Test
  void theProxyIsTheUriOfTheLastElement() {
    String last = BY + "Subject=\"\";URI=" + GATEWAY;
    assertThat(proxy(last)).isEqualTo(GATEWAY);
    assertThat(proxy("By=spiffe://a/b;URI=spiffe://forged/one," + last)).isEqualTo(GATEWAY);
    assertThat(proxy("By=spiffe://a/b;URI=spiffe://forged/one", last)).isEqualTo(GATEWAY);
    assertThat(proxy(BY + "URI=" + GATEWAY + ";DNS=a.example;DNS=b.example")).isEqualTo(GATEWAY);
    assertThat(proxy("by=x;uri=" + GATEWAY)).isEqualTo(GATEWAY);
    assertThat(proxy(BY + "Subject=\"CN=a\\\"b,O=c;d\";URI=\"" + GATEWAY + "\""))
        .isEqualTo(GATEWAY);
  }

  @Test
  void whatDoesNotNameOneProxyNamesNone() {
    for (String none :
        new String[] {
          "",
          " ",
          "URI=",
          "URI=spiffe://",
          "URI=https://example.com",
          BY + "Subject=\"\"",
          BY + "URI=" + GATEWAY + ";URI=spiffe://other/one",
          "URI=" + GATEWAY + "," + BY + "Subject=\"\"",
          "URI=" + GATEWAY + ",",
          "URI=" + GATEWAY + ";",
          "URI",
          "U RI=" + GATEWAY,
          "URI=spiffe://a/" + "b".repeat(2_048),
        }) {
      assertThat(proxy(none)).as(none).isNull();
    }
  }

  /** What stands before our sidecar's element is the peer's own, and must not reach into it. */
  @Test
  void nothingBeforeTheLastElementChangesWhatItSays() {
    String last = BY + "Subject=\"CN=x\";URI=spiffe://cluster.local/ns/attacker/sa/a";
    for (String before :
        new String[] {
          "A=\"",
          "A=\"\\",
          "A=\\",
          "A=\"\\\"",
          "A=\"x\"\"",
          "URI=" + GATEWAY + ";A=\"",
          "URI=" + GATEWAY + ";A=\"b\"c",
          "=,",
          "URI=" + GATEWAY,
          "URI=\"" + GATEWAY + "\";A=\"\\\\\"",
        }) {
      String proxy = proxy(before + "," + last);
      assertThat(proxy).as(before).isIn(null, "spiffe://cluster.local/ns/attacker/sa/a");
    }
  }

  private static @Nullable String proxy(String... values) {
    return Xfcc.proxy(List.of(values));
  }
}
