package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.demo.sample.SampleServer;
import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import io.tabellion.testing.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official conformance suite, directly and through the line: each check has the same result, in
 * both eras.
 */
@Tag("conformance")
final class ConformanceTest {
  private static final Duration SUITE = Duration.ofMinutes(5);

  @TempDir Path folder;

  @Test
  void eachCheckHasTheSameResultThroughTheLine() throws Exception {
    int port = Checkout.freePort();
    try (Child fixture = Tool.startFixture(folder, port);
        Gateway gateway = new Gateway(folder, port)) {
      suite("direct", "http://localhost:" + port + "/mcp");
      suite("proxied", gateway.url());
      Tool.Ran compared =
          Tool.run(
              "compare",
              folder,
              Duration.ofMinutes(1),
              List.of(
                  "python3",
                  Tool.NODE.resolve("compare.py").toString(),
                  folder.resolve("direct").toString(),
                  folder.resolve("proxied").toString(),
                  "--at-least",
                  "2025-11-25=84",
                  "--at-least",
                  "2026-07-28=164"));
      System.out.println(compared.text());
      assertThat(compared.status()).as(compared.text()).isEqualTo(0);
      assertThat(fixture.alive()).isTrue();
    }
  }

  /** What is optional and not there stands in a file of the suite's; a stale line fails too. */
  @Test
  void theDemosServerPassesTheSuiteThroughTheLine() throws Exception {
    try (SampleServer desk = SampleServer.startForSuite(folder.resolve("sample"));
        Gateway gateway = new Gateway(folder, desk.url().getPort())) {
      Tool.Ran ran =
          Tool.run(
              "suite-desk",
              folder,
              SUITE,
              List.of(
                  Tool.NODE.resolve("conformance.sh").toString(),
                  gateway.url(),
                  folder.resolve("desk").toString(),
                  Tool.NODE.resolve("desk.yml").toString()));
      System.out.println(ran.text());
      assertThat(ran.status()).as(ran.text()).isEqualTo(0);
    }
  }

  private void suite(String name, String url) throws InterruptedException {
    String out = folder.resolve(name).toString();
    List<String> command = List.of(Tool.NODE.resolve("conformance.sh").toString(), url, out);
    Tool.Ran ran = Tool.run("suite-" + name, folder, SUITE, command);
    assertThat(ran.status()).as(ran.text()).isNotNull();
  }
}
