package io.tabellion.policy;

import io.tabellion.detect.DetectionSettings;
import io.tabellion.detect.Detectors;
import io.tabellion.detect.SettingsException;
import io.tabellion.detect.SettingsException.Flaw;
import io.tabellion.detect.UserDetector;
import io.tabellion.detect.Waivers;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.rules.PatternRule;
import io.tabellion.policy.cel.Controls;
import io.tabellion.yaml.Default;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * @param allowed what is no finding, by value and by place
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

  private static final int MOST_VALUES = 10_000;

  /** Each is tried on each finding. */
  private static final int MOST_PATTERNS = 100;

  /** Each is followed along each message. */
  private static final int MOST_PATHS = 64;

  private static final int MOST_DETECTORS = 200;
  private static final int MOST_RULE_FILES = 16;

  DetectionPart {
    enabled = List.copyOf(enabled);
    disabled = List.copyOf(disabled);
    detectors = atMost("detectors", MOST_DETECTORS, detectors);
    rules = atMost("rules", MOST_RULE_FILES, rules);
  }

  private static <T> List<T> atMost(String name, int most, List<T> items) {
    if (items.size() > most) {
      throw new IllegalArgumentException(
          name + ": " + items.size() + " (expected: at most " + most + ")");
    }
    return List.copyOf(items);
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
   * @param paths what stands at one of these places
   */
  record Allowed(
      @Default("") List<String> values,
      @Default("") List<String> patterns,
      @Default("") List<AllowedPath> paths) {
    Allowed {
      values = atMost("values", MOST_VALUES, values);
      patterns = atMost("patterns", MOST_PATTERNS, patterns);
      patterns.forEach(pattern -> Controls.refuse("patterns", pattern));
      paths = atMost("paths", MOST_PATHS, paths);
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
      digests = atMost("digests", MOST_VALUES, digests);
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

  /**
   * A detector of the operator's, as {@link UserDetector}: it says what it is tried at, and how far
   * a match may reach.
   *
   * @param keywords of which each match holds one
   * @param digits whether each match holds a digit instead
   */
  record Own(
      String name,
      @Default("PII") Kind kind,
      String pattern,
      @Default("") List<String> keywords,
      @Default("false") boolean digits,
      @Default("0") int longest,
      @Default("") List<String> context,
      @Default("0.7") MaskEntry.Score score) {

    Own {
      keywords = List.copyOf(keywords);
      context = List.copyOf(context);
      Controls.refuse("pattern", pattern);
      if (keywords.isEmpty() != digits) {
        throw new IllegalArgumentException(
            "keywords: %s (expected: words of which each match holds one, or digits: true)"
                .formatted(digits ? "beside digits" : "none, so nothing triggers it"));
      }
      if (longest == 0) {
        throw new IllegalArgumentException(
            "longest: none (expected: bytes of the longest match, 1 to %d)"
                .formatted(PatternRule.LONGEST_MATCH));
      }
    }

    UserDetector detector() {
      return new UserDetector(name, kind, pattern, keywords, longest, context, score.value());
    }
  }

  /**
   * Returns the detectors that it asks for.
   *
   * @param files through which those that it names are read
   * @throws SettingsException if one cannot be had, or a file not be read
   */
  Detectors detectorsOf(NamedFiles files) {
    List<Flaw> flaws = new ArrayList<>();
    Waivers waived = waived(files, flaws);
    Map<String, String> texts = texts(files, flaws);
    try {
      Detectors made =
          Detectors.of(
              new DetectionSettings(
                  names(enabled),
                  names(disabled),
                  threshold.value(),
                  thresholds.byName(),
                  Set.copyOf(allowed.values()),
                  allowed.patterns(),
                  waived,
                  detectors.stream().map(Own::detector).toList(),
                  texts));
      if (flaws.isEmpty()) {
        return made;
      }
    } catch (SettingsException e) {
      flaws.addAll(e.flaws());
    }
    throw new SettingsException(flaws);
  }

  private static Set<String> names(List<String> written) {
    Set<String> names = new TreeSet<>(written);
    if (names.remove(ALL)) {
      names.add(Detectors.SECRET);
      names.add(Detectors.PII);
    }
    return names;
  }

  private Waivers waived(NamedFiles files, List<Flaw> flaws) {
    if (waivers == null) {
      return Waivers.NONE;
    }
    try {
      Set<String> digests = new TreeSet<>();
      waivers.digests().forEach(digest -> digests.add(digest.text()));
      return new Waivers(Waivers.parseKey(files.text(waivers.key())), digests);
    } catch (IllegalArgumentException e) {
      flaws.add(new Flaw("waivers.key", "", String.valueOf(e.getMessage())));
      return Waivers.NONE;
    }
  }

  private Map<String, String> texts(NamedFiles files, List<Flaw> flaws) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Path file : rules) {
      String name = String.valueOf(file.getFileName());
      try {
        if (texts.put(name, files.text(file)) != null) {
          flaws.add(new Flaw("rules", name, name + ": two of this name (expected: other names)"));
        }
      } catch (IllegalArgumentException e) {
        flaws.add(new Flaw("rules", name, String.valueOf(e.getMessage())));
      }
    }
    return texts;
  }
}
