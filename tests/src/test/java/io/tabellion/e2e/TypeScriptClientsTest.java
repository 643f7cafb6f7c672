package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import io.tabellion.testing.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both lines of the TypeScript client, through the line, to servers of others. */
@Tag("conformance")
final class TypeScriptClientsTest {
  @TempDir Path folder;

  @Test
  void theClientsGetFromTheFixtureWhatTheyGetDirectly() throws Exception {
    int port = Checkout.freePort();
    try (Child fixture = Tool.startFixture(folder, port);
        Gateway gateway = new Gateway(folder, port)) {
      drive("fixture", gateway.url());
      assertThat(fixture.alive()).isTrue();
    }
  }

  @Test
  void theClientsGetFromTheEverythingServerWhatTheyGetDirectly() throws Exception {
    int port = Checkout.freePort();
    try (Child everything =
            Tool.startServer(
                "everything",
                folder,
                port,
                "listening",
                Tool.NODE.resolve("everything.sh").toString(),
                String.valueOf(port));
        Gateway gateway = new Gateway(folder, port)) {
      drive("everything", gateway.url());
      assertThat(everything.alive()).isTrue();
    }
  }

  private void drive(String kind, String url) throws InterruptedException {
    Tool.Ran ran =
        Tool.run(
            "clients",
            folder,
            Duration.ofMinutes(2),
            List.of(
                Tool.NODE_BINARY.toString(),
                Tool.NODE.resolve("clients.mjs").toString(),
                url,
                "--kind",
                kind));
    assertThat(ran.status()).as(ran.text()).isEqualTo(0);
    assertThat(ran.lines()).hasSizeGreaterThan(10);
  }
}
