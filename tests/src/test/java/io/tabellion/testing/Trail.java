package io.tabellion.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a log directory says, read from its files alone with a reader of its own (docs/
 * audit-format.md §2 to §4), contents decrypted. Also of a log that is being written, or whose
 * writer was killed: the trail ends before the first group that is not whole. Signatures are the
 * verifier's business.
 */
public final class Trail {
  private static final byte[] MAGIC = HexFormat.of().parseHex("8954424c4752500a");
  private static final int PAGE = 4096;
  private static final int HEADER = 64;
  private static final int KEY_FRAME = 100;
  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;
  private final byte[] kek;
  private final List<Entry> entries = new ArrayList<>();

  /**
   * One entry.
   *
   * @param leaf as it is hashed
   * @param content in clear, null if it has none
   */
  public record Entry(long index, JsonNode leaf, @Nullable String content) {

    /** A text member of the leaf, empty if it is not there. */
    public String text(String member) {
      return leaf.path(member).asString("");
    }

    public String id() {
      return text("id");
    }

    public String kind() {
      return text("kind");
    }

    public boolean says(String words) {
      return content != null && content.contains(words);
    }
  }

  private Trail(Path folder, byte[] kek) {
    this.folder = folder;
    this.kek = kek;
  }

  /** Reads the log in {@code directory}; empty if there is none yet. */
  public static List<Entry> read(Path directory) {
    Path key = directory.resolve("keys/kek-1");
    if (!Files.exists(key)) {
      return List.of();
    }
    try {
      byte[] kek = HexFormat.of().parseHex(Files.readString(key).strip());
      Trail trail = new Trail(directory.resolve("segments"), kek);
      trail.readSegments();
      return List.copyOf(trail.entries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readSegments() throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> segments;
    try (Stream<Path> files = Files.list(folder)) {
      segments = files.filter(file -> file.toString().endsWith(".seg")).sorted().toList();
    }
    for (Path segment : segments) {
      readGroups(ByteBuffer.wrap(Files.readAllBytes(segment)));
    }
  }

  private void readGroups(ByteBuffer segment) {
    int at = PAGE;
    while (at + HEADER <= segment.capacity()) {
      int end = readGroup(segment, at);
      if (end < 0) {
        return;
      }
      at = (end + PAGE - 1) / PAGE * PAGE;
    }
  }

  /** Returns where the group ends, or -1 if there is no whole group. */
  private int readGroup(ByteBuffer segment, int at) {
    if (!isHeader(segment, at)) {
      return -1;
    }
    int contents = segment.getInt(at + 32);
    int keys = segment.getInt(at + 36);
    int leaves = segment.getInt(at + 40);
    int head = segment.getInt(at + 44);
    long size = (long) HEADER + contents + keys + leaves + head;
    if (at + size > segment.capacity()) {
      return -1;
    }
    int leavesAt = at + HEADER + contents + keys;
    if (crc(segment, leavesAt, leaves + head) != segment.getInt(at + 48)) {
      return -1;
    }
    long first = segment.getLong(at + 20);
    int count = segment.getInt(at + 28);
    List<JsonNode> parsed = leaves(segment, leavesAt, count);
    @Nullable String[] texts = contents(segment, at + HEADER, contents, keys, parsed);
    if (texts == null) {
      return -1;
    }
    for (int i = 0; i < count; i++) {
      entries.add(new Entry(first + i, parsed.get(i), texts[i]));
    }
    return (int) (at + size);
  }

  private static boolean isHeader(ByteBuffer segment, int at) {
    byte[] magic = new byte[MAGIC.length];
    segment.get(at, magic);
    return java.util.Arrays.equals(magic, MAGIC) && crc(segment, at, 60) == segment.getInt(at + 60);
  }

  private static int crc(ByteBuffer buffer, int at, int length) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.slice(at, length));
    return (int) crc.getValue();
  }

  private static List<JsonNode> leaves(ByteBuffer segment, int from, int count) {
    List<JsonNode> leaves = new ArrayList<>();
    int at = from;
    for (int i = 0; i < count; i++) {
      int length = Short.toUnsignedInt(segment.getShort(at));
      leaves.add(JSON.readTree(bytes(segment, at + 2, length)));
      at += 2 + length;
    }
    return leaves;
  }

  /**
   * Contents in clear, null for a leaf that has none. Null instead of all where one does not
   * decrypt: leaves can be on the disk a moment before the contents that precede them are.
   */
  private @Nullable String @Nullable [] contents(
      ByteBuffer segment, int from, int contents, int keys, List<JsonNode> leaves) {
    @Nullable String[] texts = new @Nullable String[leaves.size()];
    int at = from;
    int frame = from + contents;
    for (; frame < from + contents + keys; frame += KEY_FRAME) {
      int ordinal = segment.getInt(at);
      int length = segment.getInt(at + 4);
      String id = leaves.get(ordinal).path("id").asString("");
      try {
        texts[ordinal] = text(segment, at + 8, length, segment, frame, id);
      } catch (GeneralSecurityException e) {
        return null;
      }
      at += 8 + length;
    }
    return texts;
  }

  private String text(ByteBuffer segment, int at, int length, ByteBuffer keys, int frame, String id)
      throws GeneralSecurityException {
    byte[] unwrapped = decrypt(kek, bytes(keys, frame + 8, KEY_FRAME - 8), "key/v1\0" + id);
    byte[] dek = java.util.Arrays.copyOf(unwrapped, 32);
    byte[] clear = decrypt(dek, bytes(segment, at, length), "content/v1\0" + id);
    return new String(clear, StandardCharsets.UTF_8);
  }

  /** {@code 12-byte nonce ‖ ciphertext ‖ 16-byte tag}. */
  private static byte[] decrypt(byte[] key, byte[] frame, String aad)
      throws GeneralSecurityException {
    if (frame.length < NONCE + TAG) {
      throw new AEADBadTagException("frame: " + frame.length + " bytes (expected: nonce and tag)");
    }
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(8 * TAG, frame, 0, NONCE));
    cipher.updateAAD(aad.getBytes(StandardCharsets.UTF_8));
    return cipher.doFinal(frame, NONCE, frame.length - NONCE);
  }

  private static byte[] bytes(ByteBuffer buffer, int at, int length) {
    byte[] bytes = new byte[length];
    buffer.get(at, bytes);
    return bytes;
  }
}
