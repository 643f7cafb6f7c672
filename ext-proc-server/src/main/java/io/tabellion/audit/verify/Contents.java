package io.tabellion.audit.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The contents beside the leaves: what is stored is what the leaf names; where the keys are there,
 * it decrypts and matches its commitment; what is erased was recorded as erased.
 *
 * <p>Belongs to one thread.
 */
final class Contents {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final int KEY = 32;

  private final Report report;
  private final @Nullable Path keys;
  private final Map<Integer, byte @Nullable []> keks = new HashMap<>();
  private final Map<String, String> erased = new LinkedHashMap<>();
  private final Set<Object> recordedErasures = new HashSet<>();
  private long count;
  private long opened;

  Contents(Report report, @Nullable Path keys) {
    this.report = report;
    this.keys = keys;
  }

  /** Notes what an {@code erasure} entry names. */
  void add(LeafReading leaf) {
    if (leaf.text("kind").equals("erasure")) {
      recordedErasures.addAll(leaf.list("entries"));
    }
  }

  /** Checks a leaf's content, stored beside it; returns it in clear, null if it is not open. */
  byte @Nullable [] check(
      String place,
      LeafReading leaf,
      LeafReading.@Nullable Mark mark,
      Group.@Nullable Stored stored,
      Group.@Nullable KeyFrame frame) {
    if (mark == null || stored == null || frame == null) {
      if (mark != null || stored != null || frame != null) {
        report.violation(place, "content, its key and what the leaf says of it are not all there");
      }
      return null;
    }
    count++;
    if (!TreeHash.hex(TreeHash.of(stored.frame())).equals(mark.stored())) {
      report.violation(place, "stored content is not the one that the leaf names");
    } else if (frame.erased()) {
      erased.put(leaf.text("id"), place);
    } else {
      return open(place, leaf, mark, stored, frame);
    }
    return null;
  }

  void end() {
    erased.forEach((id, place) -> {
      if (!recordedErasures.contains(id)) {
        report.violation(place, "key of the content is gone and no erasure entry says so");
      }
    });
    report.fact("contents", count + " stored, " + opened + " opened, " + erased.size() + " erased");
    if (opened + erased.size() < count) {
      report.note("keys", "contents were not all opened: only their stored form was checked");
    }
  }

  private byte @Nullable [] open(
      String place,
      LeafReading leaf,
      LeafReading.Mark mark,
      Group.Stored stored,
      Group.KeyFrame frame) {
    byte[] kek = keks.computeIfAbsent(frame.kek(), this::kek);
    if (kek == null) {
      return null;
    }
    try {
      byte[] secret = decrypt(kek, frame.sealed(), "key/v1\0" + leaf.text("id"));
      byte[] content =
          decrypt(Arrays.copyOf(secret, KEY), stored.frame(), "content/v1\0" + leaf.text("id"));
      opened++;
      byte[] salt = Arrays.copyOfRange(secret, KEY, secret.length);
      if (content.length != mark.size()
          || !commitment(salt, mark.type(), content).equals(mark.commitment())) {
        report.violation(place, "content does not match its commitment");
      }
      return content;
    } catch (GeneralSecurityException | ArrayIndexOutOfBoundsException e) {
      report.violation(place, "content or its key cannot be decrypted");
      return null;
    }
  }

  /** Returns the commitment to a content: HMAC-SHA256 under its salt, hex. */
  static String commitment(byte[] salt, String type, byte[] content)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(salt, "HmacSHA256"));
    mac.update(("content/v1" + type + "\0").getBytes(StandardCharsets.UTF_8));
    return TreeHash.hex(mac.doFinal(content));
  }

  private static byte[] decrypt(byte[] key, byte[] sealed, String label)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(TAG_BITS, sealed, 0, NONCE));
    cipher.updateAAD(label.getBytes(StandardCharsets.UTF_8));
    return cipher.doFinal(sealed, NONCE, sealed.length - NONCE);
  }

  private byte @Nullable [] kek(int number) {
    if (keys == null) {
      return null;
    }
    Path file = keys.resolve("kek-" + number);
    try {
      return HexFormat.of().parseHex(Files.readString(file).strip());
    } catch (IOException | IllegalArgumentException e) {
      report.note("keys/kek-" + number, "not readable: contents under it stay closed");
      return null;
    }
  }
}
