package io.tabellion.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.Entry;
import io.tabellion.audit.FileAuditLog;
import io.tabellion.testing.Ran;
import io.tabellion.testing.Samples;
import io.tabellion.testing.ServedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs against a real server over a real log. */
class AuditCommandTest {
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir Path directory;
  private @Nullable ServedLog server;
  private final Entry intent =
      Samples.intent(CLOCK, "alice", "echo", "{\"text\":\"hel\\u001b[31mlo\"}");

  @BeforeEach
  void start() throws Exception {
    server = new ServedLog(directory);
    FileAuditLog log = server.log();
    log.append(List.of(intent));
    log.append(List.of(Samples.outcome(CLOCK, intent, "{\"ok\":1}")));
    log.append(List.of(Samples.intent(CLOCK, "bob", "forbidden", "{}")));
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void searchPrintsATable() {
    Ran ran = run("search", "--utc", "--subject", "alice");
    assertThat(ran.status()).isZero();
    List<String> lines = ran.out().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).contains("INDEX", "TIME (UTC)", "VERDICT");
    assertThat(lines.get(1)).contains("call.intent", "alice", "tools/call echo", "allowed");
    assertThat(lines.get(0).indexOf("KIND")).isEqualTo(lines.get(1).indexOf("call.intent"));
  }

  @Test
  void searchPrintsJsonLines() {
    Ran ran = run("search", "--json", "--words", "HEL");
    assertThat(ran.out()).contains(intent.id().toString());
    ran = run("search", "--json", "--kind", "call.intent", "--limit", "1");
    assertThat(ran.out().lines()).hasSize(1);
    assertThat(ran.out()).startsWith("{").contains("\"subject\":\"bob\"");
  }

  @Test
  void anExportGoesOnWhereItEndedAndBringsContents() {
    Ran first = run("search", "--json", "--with-contents", "--kind", "call.intent", "--limit", "1");
    assertThat(first.out()).startsWith("{\"entry\":").contains("\"content\":", "\"PRESENT\"");
    String token = first.err().strip().replaceFirst("(?s).*--resume ", "");
    Ran second =
        run(
            "search",
            "--json",
            "--with-contents",
            "--kind",
            "call.intent",
            "--limit",
            "0",
            "--resume",
            token);
    assertThat(second.out().lines()).hasSize(1);
    assertThat(second.out()).isNotEqualTo(first.out());
    assertThat(second.err()).isEmpty();
    assertThat(run("search", "--with-contents").err()).contains("--with-contents: not without");
  }

  @Test
  void showPrintsFactsAndContentWithoutItsEscapes() {
    Ran ran = run("show", intent.id().toString());
    assertThat(ran.status()).isZero();
    assertThat(ran.out())
        .contains("subject            alice", "\"text\"", "content            application/json")
        .doesNotContain("\u001b");
  }

  @Test
  void aReceiptIsVerifiedOffline() throws Exception {
    Path receipt = directory.resolve("receipt");
    Path content = directory.resolve("content");
    Ran shown =
        run(
            "show",
            intent.id().toString(),
            "--receipt",
            receipt.toString(),
            "--content",
            content.toString());
    String salt =
        shown
            .out()
            .lines()
            .filter(l -> l.startsWith("salt"))
            .findFirst()
            .orElseThrow()
            .substring(19);
    String key = Files.readString(directory.resolve("log/keys/log.vkey"));
    String[] verify = {
      "verify",
      "--receipt",
      receipt.toString(),
      "--key",
      key.strip(),
      "--content",
      content.toString(),
      "--salt",
      salt
    };
    Ran good = bare(verify);
    assertThat(good.out()).contains("as the leaf commits to", intent.id().toString());
    assertThat(good.status()).isZero();
    Files.writeString(content, "{\"text\":\"something else\"}");
    assertThat(bare(verify).status()).isEqualTo(1);
    String text = Files.readString(receipt);
    Files.writeString(receipt, text.replaceFirst("\nindex [0-9]+", "\nindex 1"));
    assertThat(bare(verify).out()).contains("does not lead from the leaf");
  }

  @Test
  void tailEndsAfterTheCount() {
    Ran ran = run("tail", "--from-index", "0", "--count", "2", "--json");
    assertThat(ran.status()).isZero();
    assertThat(ran.out().lines()).hasSize(2);
  }

  @Test
  void timelineTellsTheConversation() {
    Ran ran = run("timeline", intent.id().toString(), "--content");
    assertThat(ran.status()).isZero();
    assertThat(ran.out())
        .contains("call.intent", "call.outcome", "asked: ", "answered: {\"ok\":1}");
    assertThat(run("timeline").out()).contains("bob");
  }

  @Test
  void verifyChecksTheLogThatThePointerNames() {
    Ran ran = run("verify");
    assertThat(ran.out()).endsWith("VERIFIED" + System.lineSeparator());
    assertThat(ran.status()).isZero();
    assertThat(run("verify", "--json").out()).contains("\"verified\":true");
  }

  @Test
  void reindexIsRefusedWhileAServerHasTheLog() throws Exception {
    Ran refused = run("reindex");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("a server has this log");
    stop();
    server = null;
    Files.delete(directory.resolve("log/index.sqlite"));
    assertThat(run("reindex").out()).contains("entries indexed anew");
    assertThat(directory.resolve("log/index.sqlite")).exists();
  }

  @Test
  void errorsSayWhereItLookedAndWhatToDo() throws Exception {
    Ran none = bare("search", "--dir", directory.resolve("nowhere").toString());
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.err()).contains("nowhere/current", "--server HOST:PORT");
    Path wrong = directory.resolve("wrong.token");
    Files.writeString(wrong, "ffffffffffffffffffffffffffffffff");
    Ran stranger = run("search", "--token-file", wrong.toString());
    assertThat(stranger.status()).isEqualTo(1);
    assertThat(stranger.err()).contains("not let in by", "--token-file");
    assertThat(run("show", "999999").err()).startsWith("NOT_FOUND");
    assertThat(run("search", "--from", "yesterday").err()).startsWith("--from: no time");
  }

  private Ran run(String verb, String... options) {
    return Ran.in(directory, new AuditCommand(), verb, options);
  }

  private static Ran bare(String... arguments) {
    return Ran.of(new AuditCommand(), arguments);
  }
}
