package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import io.tabellion.testing.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Planted values through a real Envoy, to a client that validates: it sees masks, and nothing that
 * was written holds an original; with masking off all of it does.
 */
@Tag("conformance")
final class MaskingTest {
  private static final String ALLOW =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: masks}
      defaults: {record: %s}
      rules:
      - {id: all, match: {}, then: allow}
      - {id: servers-own, match: {direction: server-request}, then: allow}
      """;

  private static final String MASKED =
      ALLOW.formatted("{detect: [ALL]}")
          + """
          - id: masks
            match: {direction: response}
            mask: [{detect: [ALL], with: {replace: "[{detector}]"}}]
          """;

  private static final String SELECTED =
      ALLOW.formatted("originals")
          + """
          - id: ssn
            match: {direction: response}
            mask: [{select: /result/structuredContent/ssn, with: {replace: "[SSN]"}}]
          """;

  private static final String UNMASKED = ALLOW.formatted("originals");

  /** Of no account anywhere. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PLANTED_GITHUB", "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a",
          "PLANTED_DATABASE", "postgres://app:Vq7" + "wTz81xKp@db.example.org/app");

  private static final List<String> PLANTED =
      List.of(PlantedServer.SSN, PlantedServer.MAIL, PlantedServer.CARD);

  @TempDir private Path folder;

  @Test
  void aClientThatValidatesTakesMaskedAnswersAndNothingHoldsAnOriginal() throws Exception {
    Map<String, String> written = new LinkedHashMap<>();
    String seen = planted(MASKED, written);

    assertThat(seen)
        .contains("000-00-0000", "masked@example.invalid", "paid with [CREDIT_CARD] today")
        .contains("\"visits\":3", "\"required\":[\"ssn\",\"mail\",\"visits\"]")
        .doesNotContain("[1-9]", "maxLength");
    PLANTED.forEach(value -> assertThat(seen).doesNotContain(value));
    written.forEach((where, text) -> assertThat(text).as(where).doesNotContain(PLANTED));
  }

  @Test
  void aClientThatValidatesReadsTheRestOfTheSchemaAsItWas() throws Exception {
    String seen = planted(SELECTED, new LinkedHashMap<>());

    assertThat(seen)
        .contains(
            "[SSN]", PlantedServer.MAIL, "\"format\":\"email\",\"maxLength\":20", "\"minimum\":1")
        .doesNotContain(PlantedServer.SSN, "[1-9]");
  }

  @Test
  void withMaskingOffTheSameValuesAreSeenAndKept() throws Exception {
    Map<String, String> written = new LinkedHashMap<>();
    String seen = planted(UNMASKED, written);

    assertThat(seen).contains(PLANTED).contains("[1-9]", "maxLength");
    assertThat(written.get("contents")).contains(PLANTED);
  }

  @Test
  void secretsOfTheEnvironmentAreMasked() throws Exception {
    Map<String, String> written = new LinkedHashMap<>();
    String seen = environment(MASKED, written);

    assertThat(seen).contains("PLANTED_GITHUB", "[GITHUB_TOKEN]", "[CONNECTION_STRING]");
    for (String secret : List.of("16C7e42F292c6912E7710c838347Ae178B4a", "Vq7" + "wTz81xKp")) {
      assertThat(seen).doesNotContain(secret);
      written.forEach((where, text) -> assertThat(text).as(where).doesNotContain(secret));
    }
  }

  @Test
  void withMaskingOffSecretsOfTheEnvironmentAreSeenAndKept() throws Exception {
    Map<String, String> written = new LinkedHashMap<>();
    String seen = environment(UNMASKED, written);

    assertThat(seen).contains(ENVIRONMENT.values());
    assertThat(written.get("contents")).contains(ENVIRONMENT.values());
  }

  private String planted(String policy, Map<String, String> written) throws Exception {
    try (PlantedServer server = new PlantedServer()) {
      return drive(server.port(), policy, written, "customer", "pay");
    }
  }

  private String environment(String policy, Map<String, String> written) throws Exception {
    int port = Checkout.freePort();
    List<String> command = new ArrayList<>(List.of("env"));
    ENVIRONMENT.forEach((name, value) -> command.add(name + "=" + value));
    command.add(Tool.NODE.resolve("everything.sh").toString());
    command.add(String.valueOf(port));
    try (Child _ =
        Tool.startServer("everything", folder, port, "listening", command.toArray(String[]::new))) {
      return drive(port, policy, written, "get-env");
    }
  }

  /** Calls the tools; returns what the client saw, and collects what the product wrote. */
  private String drive(int upstream, String policy, Map<String, String> written, String... tools)
      throws InterruptedException, IOException {
    String seen;
    Written all;
    try (Gateway gateway = new Gateway(folder, upstream, setup -> setup.withPolicy(policy))) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Tool.NODE_BINARY.toString(),
                  Tool.NODE.resolve("masked.mjs").toString(),
                  gateway.url()));
      command.addAll(List.of(tools));
      Tool.Ran ran = Tool.run("client", folder, Duration.ofMinutes(1), command);
      assertThat(ran.status()).as(ran.text()).isEqualTo(0);
      seen = ran.text();
      all = new Written(gateway);
    }
    written.putAll(all.texts());
    assertThat(written.get("metrics")).contains("tabellion_");
    assertThat(written.get("envoy")).contains(Written.POST);
    assertThat(written.get("contents")).contains("tools/call");
    assertThat(written).containsKey("index.sqlite");
    return seen;
  }
}
