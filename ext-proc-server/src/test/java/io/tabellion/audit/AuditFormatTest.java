package io.tabellion.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.audit.checkpoint.Checkpoint;
import io.tabellion.audit.checkpoint.SigningKey;
import io.tabellion.audit.merkle.Frontier;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.Row;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The test vector of docs/audit-format.md §8, and that its lists are complete. */
@Tag("unit")
class AuditFormatTest {
  private static final String ORIGIN = "audit.example/vector";
  private static final EntryId ID = EntryId.parse("019a8f5c-2400-7abc-8def-0123456789ab");

  @Test
  void theTestVectorIsWhatWeWrite() throws IOException {
    assertThat(document()).contains(vector());
  }

  @Test
  void everyKindIsDescribed() throws IOException {
    String document = document();
    assertThat(EntryKind.values())
        .allSatisfy(kind -> assertThat(document).contains("`" + kind.text() + "`"));
  }

  @Test
  void everyWordOfAClosedSetIsDescribed() throws IOException {
    String document = document();
    assertThat(document)
        .contains("| `decision` | " + listed(Disposition.values()) + " |")
        .contains("| `outcome` | " + listed(Outcome.values()) + " |");
    assertThat(Executed.values())
        .allSatisfy(executed -> assertThat(document).contains("- `" + executed.word() + "`: "));
  }

  @Test
  void theApiListsTheWordsOfClosedSets() throws IOException {
    String api = text("proto/src/main/proto/tabellion/audit/v1/audit.proto");
    for (FactWord[] set : List.of(Disposition.values(), Outcome.values())) {
      assertThat(api).containsPattern("// " + joined(set) + "\\.\n  repeated string ");
      assertThat(api).containsPattern("// " + joined(set) + "\\.\n  string ");
    }
  }

  private static String listed(FactWord... set) {
    return "`" + joined(set).replace(", ", "`, `") + "`";
  }

  private static String joined(FactWord... set) {
    return Stream.of(set).map(FactWord::word).collect(Collectors.joining(", "));
  }

  private static String vector() {
    SigningKey key = new SigningKey(ORIGIN, secret(0x00));
    Vault vault = new Vault(secret(0x20), new CountingRandom());
    Entry.Content content = new Entry.Content("text/plain", ByteString.copyFromUtf8("hello"));
    Vault.Kept kept = vault.seal(ID, content);
    Facts facts =
        Facts.builder()
            .put(Fact.TOOL, "say \"hé\"\n")
            .put(Fact.RULES, List.of("a", "b"))
            .put(Fact.BYTES, 5)
            .build();
    Chain chain = new Chain(new LeafText(ORIGIN, "w1", "b1"), Hash.ZERO);
    Entry entry = new Entry(ID, EntryKind.CALL_INTENT, facts, content);
    Row row =
        chain
            .next(
                new Chain.Draft(entry, LeafText.end(facts, kept.mark()), kept),
                new LeafText.Moment(Instant.parse("2026-11-24T07:00:00.000001Z"), 42))
            .row();
    Hash root = Frontier.EMPTY.append(row.hash()).root();
    return String.join(
        "\n",
        "signing key  " + key.revealText(),
        "vkey         " + key.verifier().text(),
        "KEK          " + secret(0x20).revealHex(),
        "digest key   " + secret(0x40).revealHex(),
        "keyed digest of label session, value abc",
        "             " + new HmacKeyedHash(secret(0x40)).of("session", "abc"),
        "DEK, salt, content nonce, key nonce: the bytes 00 to 57",
        "content      hello (text/plain)",
        "stored frame " + hex(kept.sealed().frame()),
        "key frame    " + hex(kept.sealed().key()) + " (behind its ordinal)",
        "leaf         " + row.leaf().toStringUtf8(),
        "leaf hash    " + row.hash().hex(),
        "head of a tree of this leaf alone:",
        new Checkpoint(ORIGIN, 1, root).sign(key).note().toStringUtf8());
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  /** 32 bytes that count up from {@code first}. */
  private static SecretBytes secret(int first) {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return SecretBytes.copyOf(bytes);
  }

  private static String document() throws IOException {
    return text("docs/audit-format.md");
  }

  private static String text(String file) throws IOException {
    Path folder = Path.of("").toAbsolutePath();
    return Files.readString(
        Stream.iterate(folder, path -> path != null, Path::getParent)
            .map(path -> path.resolve(file))
            .filter(Files::exists)
            .findFirst()
            .orElseThrow());
  }

  private static final class CountingRandom extends SecureRandom {
    @Override
    public void nextBytes(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) i;
      }
    }
  }
}
