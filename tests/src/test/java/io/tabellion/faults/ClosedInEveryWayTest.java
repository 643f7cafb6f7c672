package io.tabellion.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.faults.Script.Fault;
import io.tabellion.faults.Script.Leg;
import io.tabellion.parties.Checkout;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.EnvoyConfig;
import io.tabellion.testing.IdentityProvider;
import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * P7: with the Envoy configuration that we ship, whatever the ext_proc server does wrong, nothing
 * passes unjudged but the rest of an event stream whose head was released.
 */
@Tag("fault")
final class ClosedInEveryWayTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** After a fault an exchange may hang for ever, with nothing passing. */
  private static final Duration PATIENCE_WITH_FAULT = Duration.ofMillis(1500);

  /** A silent server is waited for; it must answer nothing in this time. */
  private static final Duration SILENCE = Duration.ofMillis(300);

  /** Chunking decides how many messages there are; a position that was missed is tried again. */
  private static final int TRIES = 3;

  private final IdentityProvider tokens = new IdentityProvider();
  @TempDir private Path folder;

  /** What a client asks for, by what comes back. */
  private enum Kind {
    JSON,
    EVENTS,
    LISTEN,
    DELETE;

    Request request() {
      return switch (this) {
        case JSON -> Request.call("echo", ScriptedExtProc.RAW + "1");
        case EVENTS -> Request.call("stream", ScriptedExtProc.RAW + "1");
        case LISTEN -> Request.listen();
        case DELETE -> Request.delete();
      };
    }

    boolean isStream() {
      return this == EVENTS || this == LISTEN;
    }
  }

  /** One exchange with a fault in it, and what passed unjudged. */
  private record Verdict(Kind kind, Script script, List<String> leaks, boolean restOfStream) {}

  @Test
  void nothingPassesUnjudgedButTheRestOfAReleasedStream() throws Exception {
    List<Verdict> verdicts = play(Checkout.envoyYaml(), Kind.values());
    print("shipped", verdicts);
    assertThat(leaks(verdicts)).isEmpty();
    // What the docs concede is so: a clean close within a stream lets the rest through.
    assertThat(verdicts).anyMatch(Verdict::restOfStream);
  }

  @Test
  void withoutTheGuardARequestPassesUnjudged() throws Exception {
    List<Verdict> verdicts = play(Checkout.envoyYaml().without("io.tabellion.guard"), Kind.JSON);
    print("without guard", verdicts);
    assertThat(leaks(verdicts)).anyMatch(leak -> leak.contains("request"));
  }

  @Test
  void withoutTheAnswerGuardAnAnswerPassesUnjudged() throws Exception {
    List<Verdict> verdicts =
        play(Checkout.envoyYaml().without("io.tabellion.answer_guard"), Kind.JSON);
    print("without answer guard", verdicts);
    assertThat(leaks(verdicts)).anyMatch(leak -> leak.contains("answer"));
  }

  private static List<String> leaks(List<Verdict> verdicts) {
    return verdicts.stream()
        .flatMap(v -> v.leaks().stream().map(leak -> v.kind() + " " + v.script() + ": " + leak))
        .toList();
  }

  private static void print(String what, List<Verdict> verdicts) {
    System.out.printf(
        "closed in every way, %s: faults %d, violations %d, rests of released streams %d%n",
        what,
        verdicts.size(),
        leaks(verdicts).size(),
        verdicts.stream().filter(Verdict::restOfStream).count());
  }

  private List<Verdict> play(EnvoyConfig config, Kind... kinds)
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve("jwks.json"), tokens.jwks());
    int port = Checkout.freePort();
    try (McpTestServer server = McpTestServer.start();
        ScriptedExtProc extProc = new ScriptedExtProc(server::pace);
        Envoy envoy =
            Envoy.startVerbose(
                "envoy",
                folder,
                config.port(10000, port).port(9001, extProc.port()).port(9100, server.port()))) {
      assertThat(envoy.process().alive()).isTrue();
      return new Stage(port, server, extProc, tokens.token("alice")).playAll(kinds);
    }
  }

  /** One Envoy between one client, one MCP server and one scripted ext_proc server. */
  private record Stage(int port, McpTestServer server, ScriptedExtProc extProc, String token) {

    List<Verdict> playAll(Kind... kinds) throws IOException {
      List<Verdict> verdicts = new ArrayList<>();
      for (Kind kind : kinds) {
        for (Script script : scripts(kind)) {
          fault(kind, script).ifPresent(verdicts::add);
        }
      }
      return verdicts;
    }

    /** Every position that an exchange without faults has, and every fault there. */
    private List<Script> scripts(Kind kind) throws IOException {
      Verdict honest = play(kind, Script.HONEST, PATIENCE);
      assertThat(honest.leaks()).isEmpty();
      assertThat(extProc.last().answerJudged()).isTrue();
      List<Script> scripts = new ArrayList<>();
      for (Leg leg : Leg.values()) {
        for (int i = 1; i <= extProc.last().messages(leg); i++) {
          scripts.add(new Script(Fault.CLOSE_AT, leg, i));
          scripts.add(new Script(Fault.CLOSE_AFTER, leg, i));
          scripts.add(new Script(Fault.SILENT, leg, i));
        }
        scripts.add(new Script(Fault.FORGET, leg, 0));
      }
      scripts.add(new Script(Fault.STRANGER, Leg.REQUEST, 0));
      return scripts;
    }

    /** Empty only where the end of a stream came with its last event and so was no message. */
    private Optional<Verdict> fault(Kind kind, Script script) throws IOException {
      for (int i = 0; i < TRIES; i++) {
        // Each try has more time than the one before: a slow machine may not get there at once.
        Verdict verdict = play(kind, script, patience(script).multipliedBy(1 + 4L * i));
        if (extProc.last().fired()) {
          return Optional.of(verdict);
        }
      }
      assertThat(kind.isStream() && script.message() > 3).as(kind + " " + script).isTrue();
      return Optional.empty();
    }

    private Verdict play(Kind kind, Script script, Duration patience) throws IOException {
      extProc.play(script);
      int before = server.journal().size();
      Received received = RawClient.send(port, kind.request().as(token), patience);
      ScriptedExtProc.Exchange books = extProc.last();
      List<String> leaks = new ArrayList<>();
      List<McpTestServer.Execution> executions = server.journal();
      executions.subList(before, executions.size()).forEach(e -> request(e, books, leaks));
      boolean unmarked = received.body().contains(McpTestServer.MARK);
      boolean rest = unmarked && kind.isStream() && books.answerJudged();
      if (unmarked && !rest) {
        leaks.add("answer content, status " + received.status());
      }
      if (received.status() / 100 == 2 && !books.answerJudged()) {
        leaks.add("answer status " + received.status());
      }
      return new Verdict(kind, script, leaks, rest);
    }

    private static Duration patience(Script script) {
      return switch (script.fault()) {
        case NONE -> PATIENCE;
        case SILENT -> SILENCE;
        case CLOSE_AT, CLOSE_AFTER, FORGET, STRANGER -> PATIENCE_WITH_FAULT;
      };
    }

    private static void request(
        McpTestServer.Execution execution, ScriptedExtProc.Exchange books, List<String> leaks) {
      if (!books.requestJudged()) {
        leaks.add("request executed without a verdict");
      }
      boolean post = execution.httpMethod().equals("POST");
      if (post && !execution.body().contains(ScriptedExtProc.JUDGED)) {
        leaks.add("request body not as judged");
      }
    }
  }
}
