package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.cli.CommandLines;
import io.tabellion.parties.Checkout;
import io.tabellion.parties.Envoy;
import io.tabellion.testing.Ran;
import io.tabellion.testing.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every configuration that we ship, in Envoy's eyes and by rules of ours. */
@Tag("envoy")
final class ConfigurationsTest {
  @TempDir Path folder;

  /** Of {@code mesh attach}, for inputs that are permitted and odd. */
  @Test
  void envoyTakesWhatIsMadeOfOddInputs() throws Exception {
    String at =
        " --issuer https://i.example:8443/realms/a_b;c?d=e&f=g~!@+- --jwks-uri http://k --host h";
    String longest = "a".repeat(63);
    List<String> odd =
        List.of(
            "--server "
                + longest
                + " --to sidecar --port 65535 --path /a.b_c~d/e-f --close-namespace"
                + " --exempt-port 1 --exempt-port 65534",
            "--server s --to sidecar --label a.b/c=true --label d=0x1f --label e=1e3 --label f=no",
            "--server s --to sidecar --service-port 1 --service " + longest + at,
            "--server s --to gateway --public-path /~ --credential c" + at,
            "--server s --to gateway --gateway-kind gateway-api --gateway g" + at,
            "--server s --to waypoint --waypoint w --audience https://a/?b --audience https://c"
                + at,
            "--server s --to egress --external a.b --service-port 8443 --part filters,closed",
            "--server s --to envoy-gateway" + at);
    List<String> command = new ArrayList<>();
    command.add(Checkout.root().resolve(".tabellion/envoy/bin/python").toString());
    command.add(Checkout.root().resolve("tests/envoy/validate.py").toString());
    command.addAll(List.of("--envoy", Envoy.binary().toString()));
    for (String words : odd) {
      Ran printed = Ran.of(CommandLines.of(_ -> {}), ("mesh attach " + words).split(" ", -1));
      assertThat(printed.err()).as(words).isEmpty();
      Path file = folder.resolve("odd" + command.size() + ".yaml");
      Files.writeString(file, printed.out());
      command.add(file.toString());
    }
    Tool.Ran ran = Tool.run("odd", folder, Duration.ofMinutes(2), command);

    assertThat(ran.status()).as(ran.text()).isZero();
    assertThat(ran.text()).contains(odd.size() + " files good");
  }

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
