package io.tabellion.policy;

import io.tabellion.detect.DetectionSettings;
import io.tabellion.detect.Detectors;
import io.tabellion.detect.UserDetector;
import io.tabellion.detect.Waivers;
import io.tabellion.detect.engine.Kind;
import io.tabellion.yaml.Default;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The {@code detection} part of a policy file, or a file that it names, as it is written.
 *
 * @param enabled names of detectors and groups; empty for all
 * @param disabled names of those that do not run although enabled
 * @param threshold the least score of a finding
 * @param thresholds the same for single detectors and groups
 * @param allowed what is no finding
 * @param waivers the same by keyed digest
 * @param detectors the operator's own
 * @param rules rule files in the gitleaks format
 */
record DetectionPart(
    @Default("") List<String> enabled,
    @Default("") List<String> disabled,
    @Default("0.5") MaskEntry.Score threshold,
    @Default("") Thresholds thresholds,
    @Default("") Allowed allowed,
    @Nullable Waived waivers,
    @Default("") List<Own> detectors,
    @Default("") List<Path> rules) {
  /** Names every detector. */
  static final String ALL = "ALL";

  /** The largest file that is read. */
  private static final int MOST_BYTES = 1 << 20;

  DetectionPart {
    enabled = List.copyOf(enabled);
    disabled = List.copyOf(disabled);
    detectors = List.copyOf(detectors);
    rules = List.copyOf(rules);
  }

  /** Least scores by the name of a detector or group. */
  record Thresholds(Map<String, Double> byName) {
    Thresholds {
      byName = Map.copyOf(byName);
    }
  }

  /**
   * What is no finding.
   *
   * @param values exactly these
   * @param patterns RE2; what one matches whole
   */
  record Allowed(@Default("") List<String> values, @Default("") List<String> patterns) {
    Allowed {
      values = List.copyOf(values);
      patterns = List.copyOf(patterns);
    }
  }

  /**
   * What is no finding, by digest.
   *
   * @param key file with the key, hexadecimal digits
   * @param digests what {@code ./tabellion detectors waive} printed
   */
  record Waived(Path key, List<Digest> digests) {
    Waived {
      digests = List.copyOf(digests);
    }
  }

  /** HMAC-SHA-256, in hexadecimal digits. */
  record Digest(String text) {
    Digest {
      if (!text.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException("64 hexadecimal digits of ./tabellion detectors waive");
      }
    }
  }

  /** A detector of the operator's, as {@link UserDetector}. */
  record Own(
      String name,
      @Default("PII") Kind kind,
      String pattern,
      @Default("") List<String> keywords,
      @Default("256") int longest,
      @Default("") List<String> context,
      @Default("0.7") MaskEntry.Score score) {

    UserDetector detector() {
      return new UserDetector(name, kind, pattern, keywords, longest, context, score.value());
    }
  }

  /**
   * Returns the detectors that it asks for.
   *
   * @throws IllegalArgumentException if one cannot be had, or a file not be read
   */
  Detectors detectorsOf() {
    return Detectors.of(
        new DetectionSettings(
            names(enabled),
            names(disabled),
            threshold.value(),
            thresholds.byName(),
            Set.copyOf(allowed.values()),
            allowed.patterns(),
            waivers == null ? Waivers.NONE : waived(waivers),
            detectors.stream().map(Own::detector).toList(),
            texts()));
  }

  private static Set<String> names(List<String> written) {
    Set<String> names = new TreeSet<>(written);
    if (names.remove(ALL)) {
      names.add(Detectors.SECRET);
      names.add(Detectors.PII);
    }
    return names;
  }

  private static Waivers waived(Waived waived) {
    Set<String> digests = new TreeSet<>();
    waived.digests().forEach(digest -> digests.add(digest.text()));
    return new Waivers(key(waived.key()), digests);
  }

  private static byte[] key(Path file) {
    try {
      return Waivers.parseKey(text(file));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("waivers.key: " + e.getMessage(), e);
    }
  }

  private Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Path file : rules) {
      texts.put(String.valueOf(file.getFileName()), text(file));
    }
    if (texts.size() < rules.size()) {
      throw new IllegalArgumentException("rules: two files of one name (expected: other names)");
    }
    return texts;
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new IllegalArgumentException(file + ": too large (expected: at most 1 MiB)");
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + ": no UTF-8 (expected: a text)", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read (expected: a file)", e);
    }
  }
}
