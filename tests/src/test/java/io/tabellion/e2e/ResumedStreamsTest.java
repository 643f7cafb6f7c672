package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.testing.RawClient;
import io.tabellion.testing.Request;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A value that a server cuts over three events, and the last of them again on a resumed stream,
 * through a real Envoy: the rest is not shown, the first time and after.
 */
@Tag("envoy")
final class ResumedStreamsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: masks}
      rules:
      - {id: all, match: {}, then: allow}
      - {id: servers-own, match: {direction: server-request}, then: allow}
      - id: masks
        match: {direction: server-request}
        mask: [{detect: [ALL], with: {replace: "[{detector}]"}}]
      """;

  @TempDir private Path folder;

  @Test
  void theRestIsMaskedTheFirstTimeAndAfter() throws Exception {
    List<Trail.Entry> trail;
    try (CuttingServer server = new CuttingServer()) {
      Path log;
      try (Gateway gateway = gateway("first", server)) {
        log = gateway.setup().log();
        assertThat(send(gateway, Request.initialize())).contains("cutting");
        assertThat(send(gateway, inSession(Request.callInSession("pay", "1"))))
            .contains(
                "the card is " + CuttingServer.PARTS.get(0),
                "\"" + CuttingServer.PARTS.get(1) + "\"",
                "\"[CREDIT_CARD] it was\"")
            .doesNotContain(CuttingServer.PARTS.get(2));
        assertThat(send(gateway, inSession(Request.listen().with("last-event-id", "3"))))
            .contains("id: 4", "\"[CREDIT_CARD] it was\"")
            .doesNotContain(CuttingServer.PARTS.get(2));
      }
      trail = Trail.read(log);
    }
    List<Trail.Entry> masked =
        trail.stream().filter(e -> e.leaf().toString().contains("CREDIT_CARD split 1")).toList();
    assertThat(masked).hasSize(2);
    trail.forEach(entry ->
        assertThat(String.valueOf(entry.content())).doesNotContain(CuttingServer.PARTS.get(2)));
  }

  @Test
  void afterARestartWhatCouldBeTheRestIsMasked() throws Exception {
    try (CuttingServer server = new CuttingServer()) {
      try (Gateway gateway = gateway("first", server)) {
        send(gateway, Request.initialize());
        send(gateway, inSession(Request.callInSession("pay", "1")));
      }
      try (Gateway gateway = gateway("second", server)) {
        assertThat(send(gateway, inSession(Request.listen().with("last-event-id", "3"))))
            .contains("id: 4", "\"[CUT] it was\"")
            .doesNotContain(CuttingServer.PARTS.get(2));
      }
    }
  }

  private Gateway gateway(String boot, CuttingServer server) throws Exception {
    Path log = folder.resolve("log");
    return new Gateway(
        folder.resolve(boot), server.port(), setup -> setup.withLog(log).withPolicy(POLICY));
  }

  private static Request inSession(Request request) {
    return request
        .with("mcp-session-id", CuttingServer.SESSION)
        .with("mcp-protocol-version", "2025-11-25");
  }

  private static String send(Gateway gateway, Request request) throws IOException {
    return RawClient.send(gateway.port(), request, PATIENCE).body();
  }
}
