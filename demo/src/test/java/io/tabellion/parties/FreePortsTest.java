package io.tabellion.parties;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class FreePortsTest {
  /** Linux gives ports from here on to connections and to whoever binds port 0. */
  private static final int GIVEN_BY_THE_SYSTEM = 32_768;

  @Test
  void noneIsGivenTwiceAndNoneIsOneThatTheSystemGives() {
    Set<Integer> ports =
        IntStream.range(0, 500).mapToObj(_ -> FreePorts.next()).collect(Collectors.toSet());
    assertThat(ports)
        .hasSize(500)
        .allMatch(port -> port >= FreePorts.FIRST && port < GIVEN_BY_THE_SYSTEM);
  }

  @Test
  void onesOnWhichSomethingListensArePassedOver() throws Exception {
    int port = FreePorts.next();
    int following = FreePorts.FIRST + (port - FreePorts.FIRST + 1) % FreePorts.COUNT;
    try (ServerSocket taken = new ServerSocket(following, 1, InetAddress.getLoopbackAddress())) {
      assertThat(FreePorts.next()).isNotEqualTo(taken.getLocalPort());
    }
  }
}
