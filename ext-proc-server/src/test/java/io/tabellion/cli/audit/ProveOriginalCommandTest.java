package io.tabellion.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.StoredEntry;
import io.tabellion.mask.MaskSettings;
import io.tabellion.mask.proof.Commitments;
import io.tabellion.mask.proof.DisclosureKey;
import io.tabellion.mask.rule.Masking;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.Ran;
import io.tabellion.testing.ServedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A call goes down the line; an auditor proves from a receipt what was masked in it. */
@Tag("unit")
class ProveOriginalCommandTest {
  private static final String MAIL = "jane.doe@example.com";
  private static final String PLACE = "/params/arguments/to~1cc/1";

  @TempDir Path folder;

  /** What a search for the list of commitments printed. */
  private String found = "";

  private static KeyPair pair() throws Exception {
    return KeyPairGenerator.getInstance("X25519").generateKeyPair();
  }

  private static String pem(String kind, byte[] key) {
    String body = Base64.getMimeEncoder().encodeToString(key);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, body, kind);
  }

  private Path write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String call(String to) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"find\","
        + "\"arguments\":{\"to/cc\":["
        + to
        + "]}}}";
  }

  /** Sends a call, and writes receipt, content and keys of what was recorded of it. */
  private List<StoredEntry> record(String to, KeyPair pair) throws Exception {
    var key = DisclosureKey.parse(pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    write("disclosure.pem", pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    try (LineFixture line = new LineFixture(new MaskSettings("default", 1, key, Map.of()));
        ServedLog served = new ServedLog(folder)) {
      line.mask(Masking.baseline(), _ -> Masking.NONE);
      Stream stream = line.sent(call(to));
      stream.cancel();
      List<StoredEntry> entries = line.entries(2);
      served.copy(entries);
      show(entries.getFirst(), "receipt", "content");
      for (StoredEntry entry : entries) {
        if (entry.leaf().kind() == EntryKind.COMMITMENTS) {
          show(entry, "receipt.of.list", "list");
          found = run(search(entries.getFirst())).out();
        }
      }
      return entries;
    }
  }

  private String[] search(StoredEntry intent) {
    String id = intent.leaf().id().toString();
    return new String[] {
      "search", "--dir", folder.toString(), "--kind", "commitments", "--intent", id, "--json"
    };
  }

  private void show(StoredEntry entry, String receipt, String content) {
    String id = entry.leaf().id().toString();
    Path to = folder.resolve(receipt);
    Ran ran =
        run(
            "show",
            "--dir",
            folder.toString(),
            id,
            "--receipt",
            to.toString(),
            "--content",
            folder.resolve(content).toString());
    assertThat(ran.status()).as(ran.err()).isZero();
  }

  private static Ran run(String... arguments) {
    return Ran.of(new AuditCommand(), arguments);
  }

  private Ran prove(String place, String original, String... more) throws Exception {
    write("original", original);
    String[] arguments = {
      "prove-original",
      "--receipt",
      folder.resolve("receipt").toString(),
      "--key",
      folder.resolve("log/keys/log.vkey").toString(),
      "--disclosure-key",
      folder.resolve("disclosure.pem").toString(),
      "--place",
      place,
      "--original",
      folder.resolve("original").toString()
    };
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return run(all);
  }

  private Ran proveByList(String place, String original) throws Exception {
    return prove(place, original, "--commitments", folder.resolve("list").toString());
  }

  @Test
  void whatStoodAtAPlaceIsProved() throws Exception {
    record("\"nobody\",\"" + MAIL + "\"", pair());
    assertThat(Files.readString(folder.resolve("content")))
        .contains("[EMAIL]")
        .doesNotContain(MAIL);
    Ran ran = prove(PLACE, MAIL);
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("VERIFIED", "20 characters, commitment 1 of 1", "call.intent")
        .doesNotContain(MAIL);
    assertThat(prove(PLACE, MAIL, "--json").out()).contains("\"verified\":true");
  }

  @Test
  void anotherValueOrPlaceIsNot() throws Exception {
    record("\"nobody\",\"" + MAIL + "\"", pair());
    for (String other : List.of("jane.doe@example.con", MAIL + "\n", "", "[EMAIL]")) {
      Ran ran = prove(PLACE, other);
      assertThat(ran.status()).isEqualTo(1);
      assertThat(ran.out()).contains("NOT VERIFIED", "none of 1 commitments");
    }
    for (String other : List.of("/params/arguments/to~1cc/0", "/params/arguments/to/cc/1", "")) {
      assertThat(prove(other, MAIL).status()).isEqualTo(1);
    }
    // What one is long the other cannot be short of.
    assertThat(prove(PLACE + MAIL.charAt(0), MAIL.substring(1)).status()).isEqualTo(1);
  }

  @Test
  void anotherKeyOpensNothing() throws Exception {
    record("\"nobody\",\"" + MAIL + "\"", pair());
    write("disclosure.pem", pem("PRIVATE KEY", pair().getPrivate().getEncoded()));
    Ran ran = prove(PLACE, MAIL);
    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err()).contains("disclosure key: another one");
    write("disclosure.pem", "no key");
    assertThat(prove(PLACE, MAIL).status()).isEqualTo(2);
  }

  @Test
  void aChangedLeafIsFound() throws Exception {
    record("\"nobody\",\"" + MAIL + "\"", pair());
    Path receipt = folder.resolve("receipt");
    String text = Files.readString(receipt);
    String leaf = text.lines().toList().get(1).substring("extra ".length());
    String other =
        new String(Base64.getDecoder().decode(leaf), UTF_8)
            .replace("\"tool\":\"find\"", "\"tool\":\"send\"");
    Files.writeString(
        receipt, text.replace(leaf, Base64.getEncoder().encodeToString(other.getBytes(UTF_8))));
    Ran ran = prove(PLACE, MAIL);
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.out()).contains("does not lead from the leaf");
  }

  @Test
  void anEntryWithoutCommitmentsProvesNothing() throws Exception {
    record("\"nobody\"", pair());
    Ran ran = prove(PLACE, "nobody");
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.out()).contains("the entry commits to none");
  }

  @Test
  void eachOfManyIsProvedByTheListBesideTheEntry() throws Exception {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      many.append(i == 0 ? "" : ",").append("\"jane.%d@example.com\"".formatted(i));
    }
    List<StoredEntry> entries = record(many.toString(), pair());
    var leaf = entries.getFirst().leaf();
    assertThat(leaf.facts().text(Fact.COMMITMENT_ROOT)).startsWith("1000:");
    assertThat(leaf.facts().values()).doesNotContainKey(Fact.COMMITMENTS);
    var list = entries.get(1).leaf();
    assertThat(list.kind()).isEqualTo(EntryKind.COMMITMENTS);
    assertThat(list.facts().values())
        .containsEntry(Fact.ENTRIES, List.of(leaf.id().toString()))
        .containsEntry(Fact.INTENT, leaf.id().toString());
    assertThat(found.lines()).hasSize(1);
    assertThat(found).contains(list.id().toString());
    assertThat(Files.size(folder.resolve("list"))).isEqualTo(1000L * Commitments.SIZE);
    for (int i : new int[] {0, 127, 128, 500, 999}) {
      String place = "/params/arguments/to~1cc/" + i;
      Ran ran = proveByList(place, "jane.%d@example.com".formatted(i));
      assertThat(ran.status()).as(ran.out()).isZero();
      assertThat(ran.out()).contains("commitment %d of 1000".formatted(i + 1));
      assertThat(proveByList(place, "jane.%d@example.com".formatted(i + 1)).status()).isEqualTo(1);
    }
    Ran without = prove("/params/arguments/to~1cc/1", "jane.1@example.com");
    assertThat(without.status()).isEqualTo(2);
    assertThat(without.err()).contains("--commitments FILE");
  }

  @Test
  void aChangedListIsFound() throws Exception {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      many.append(i == 0 ? "" : ",").append("\"jane.%d@example.com\"".formatted(i));
    }
    record(many.toString(), pair());
    byte[] list = Files.readAllBytes(folder.resolve("list"));
    byte[] flipped = list.clone();
    flipped[3200] ^= 1;
    byte[] swapped = list.clone();
    System.arraycopy(list, 0, swapped, 32, 32);
    System.arraycopy(list, 32, swapped, 0, 32);
    for (byte[] other :
        List.of(
            flipped,
            swapped,
            Arrays.copyOf(list, list.length - 32),
            Arrays.copyOf(list, list.length + 1),
            new byte[0])) {
      Files.write(folder.resolve("list"), other);
      Ran ran = proveByList("/params/arguments/to~1cc/5", "jane.5@example.com");
      assertThat(ran.status()).isEqualTo(1);
      assertThat(ran.out()).contains("not the one that the leaf commits to");
    }
  }
}
