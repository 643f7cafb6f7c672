package io.tabellion.cli.stop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.cli.CommandLines;
import io.tabellion.testing.Ran;
import io.tabellion.testing.ServedLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stop switch against a real server over a real log. */
@Tag("unit")
class StopCommandTest {
  private static final Pattern ID = Pattern.compile("STOPPED  ([a-z0-9]{6})  ");

  @TempDir Path directory;
  private ServedLog server;

  @BeforeEach
  void start() throws Exception {
    server = new ServedLog(directory);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  /** As the role that may stop. */
  private Ran run(String... words) {
    return ran("responder.token", words);
  }

  private Ran ran(String token, String... words) {
    List<String> all = new ArrayList<>(List.of("stop"));
    all.addAll(List.of(words));
    all.addAll(List.of("--dir", directory.toString()));
    all.addAll(List.of("--token-file", directory.resolve(token).toString()));
    return Ran.of(CommandLines.of(_ -> {}), all.toArray(String[]::new));
  }

  private static String id(Ran set) {
    Matcher id = ID.matcher(set.out());
    assertThat(id.find()).as(set.out() + set.err()).isTrue();
    return id.group(1);
  }

  @Test
  void stopsListsAndLifts() {
    assertThat(run("list").out()).isEqualToIgnoringNewLines("Nothing is stopped.");

    Ran set =
        run(
            "--principal",
            "agent-7",
            "--mcp-server",
            "crm",
            "--for",
            "2h",
            "--reason",
            "too many\u001b");

    assertThat(set.status()).isZero();
    String id = id(set);
    assertThat(set.out())
        .contains("STOPPED  " + id + "  principal agent-7, server crm")
        .contains("Exchanges that were open and match: 0.");
    Ran list = ran("auditor.token", "list", "--utc");
    assertThat(list.status()).isZero();
    assertThat(list.out())
        .contains(id + "  principal agent-7, server crm")
        .containsPattern("since    [0-9-]+ [0-9:]+ Z \\([0-9]+ s ago\\)")
        .containsPattern("until    [0-9-]+ [0-9:]+ Z \\(in 1 h 59 min\\)")
        .contains("by       rob", "reason   too many\\u{1b}", "refused  0 messages")
        .contains("lift     ./tabellion stop lift " + id);

    Ran lifted = run("lift", id);

    assertThat(lifted.status()).isZero();
    assertThat(lifted.out())
        .isEqualToIgnoringNewLines(
            "Lifted: %s  principal agent-7, server crm. It refused 0 messages.".formatted(id));
    assertThat(server.stops().look().stops()).isEmpty();
  }

  @Test
  void withoutASelectorItNamesTheFour() {
    Ran ran = run("--reason", "why");

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err())
        .contains("--principal NAME, --mcp-server NAME, --tool NAME or --all")
        .hasLineCount(1);
  }

  @Test
  void mistakesNameTheOption() {
    assertThat(run("--all").err()).contains("--reason: missing (expected: why, in a sentence)");
    assertThat(run("--all", "--reason", "why", "--for", "1x").err())
        .contains("--for: 1x (expected: a duration such as 250ms, 30s, 5m, 1h or 7d)");
    assertThat(run("--all", "--reason", "why", "--for", "0s").err()).startsWith("--for: not one");
    assertThat(run("--tool", "a[b]", "--reason", "why").err())
        .startsWith("--tool: a[b] (expected:");
    assertThat(run("--all", "--tool", "x", "--reason", "why").err())
        .startsWith("--all: beside others");
    assertThat(server.stops().look().stops()).isEmpty();
  }

  @Test
  void anUnknownIdIsAnsweredWithThoseThatHold() {
    String id = id(run("--all", "--reason", "why"));

    Ran ran = run("lift", "nope");

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.err()).contains("id: nope (expected: one of " + id + ")");
  }

  @Test
  void anAuditorIsToldWhichRoleItTakes() {
    Ran ran = ran("auditor.token", "--all", "--reason", "why");

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.err()).contains("role of ann: auditor (expected: responder or admin");
  }

  @Test
  void aDryRunStopsNothing() {
    Ran ran = run("--tool", "delete_*", "--dry-run");

    assertThat(ran.out())
        .contains("Nothing was stopped. Open exchanges that match calls of the tool delete_*: 0.");
    assertThat(server.stops().look().stops()).isEmpty();
  }

  @Test
  void programsGetJson() {
    Ran set = run("--tool", "delete_*", "--reason", "why", "--json");

    assertThat(set.out()).startsWith("{\"stop\":{\"id\":\"").contains("\"tool\":\"delete_*\"");
    assertThat(run("list", "--json").out()).startsWith("{\"id\":\"").hasLineCount(1);
  }
}
