package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Envoy;
import io.tabellion.testing.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every configuration that we ship, in Envoy's eyes and by rules of ours. */
@Tag("envoy")
final class ConfigurationsTest {
  @TempDir Path folder;

  @Test
  void envoyTakesEachAndPlantedMistakesAreFound() throws Exception {
    Path root = Checkout.root();
    Tool.Ran ran =
        Tool.run(
            "validate",
            folder,
            Duration.ofMinutes(3),
            List.of(
                root.resolve(".tabellion/envoy/bin/python").toString(),
                root.resolve("tests/envoy/validate.py").toString(),
                "--envoy",
                Envoy.binary().toString()));
    System.out.println(ran.text());
    assertThat(ran.status()).as(ran.text()).isEqualTo(0);
  }
}
