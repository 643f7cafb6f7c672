package io.tabellion.cli.mask;

import io.tabellion.detect.DetectionSettings;
import io.tabellion.detect.Detectors;
import io.tabellion.policy.PolicyFile;
import io.tabellion.terminal.Numbers;
import io.tabellion.terminal.WrongValueException;
import io.tabellion.yaml.Nearest;
import io.tabellion.yaml.YamlException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose detectors. */
final class DetectorOptions {
  /** How a message begins about a detector that there is not. */
  private static final String UNKNOWN = "enabled: detector: ";

  @Option(
      names = "--detect",
      paramLabel = "NAME",
      split = ",",
      description =
          "Only these detectors, or groups: SECRET, PII, PUBLIC, ALL (default: ALL, which is SECRET and PII).")
  private List<String> names = List.of();

  @Option(
      names = "--rules",
      paramLabel = "FILE",
      description = "More detectors, from a rule file in the gitleaks format; may be repeated.")
  private List<Path> rules = List.of();

  @Option(
      names = "--min-score",
      paramLabel = "N",
      defaultValue = "0.5",
      converter = Numbers.Score.class,
      description = "The least score of a finding (default: ${DEFAULT-VALUE}).")
  private double minScore = DetectionSettings.DEFAULT_THRESHOLD;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "The detectors of this policy file's detection part; without other options.")
  private @Nullable Path policy;

  /**
   * Returns the detectors.
   *
   * @throws IllegalArgumentException if an option names what there is not
   * @throws YamlException if the policy file cannot be used
   */
  Detectors detectors() {
    boolean plain =
        names.isEmpty() && rules.isEmpty() && minScore == DetectionSettings.DEFAULT_THRESHOLD;
    if (policy != null) {
      if (!plain) {
        throw new IllegalArgumentException(
            "--policy: beside --detect, --rules or --min-score (expected: by itself)");
      }
      return PolicyFile.load(policy).policy().baseline().detectors();
    }
    if (plain) {
      return Detectors.builtIn();
    }
    Map<String, String> files = new LinkedHashMap<>();
    for (Path file : rules) {
      files.put(file.toString(), text(file));
    }
    try {
      return Detectors.of(
          DetectionSettings.DEFAULT
              .enabling(chosen(names))
              .withThreshold(minScore)
              .withRuleFiles(files));
    } catch (IllegalArgumentException e) {
      throw names.stream()
          .filter(name -> String.valueOf(e.getMessage()).startsWith(UNKNOWN + name + " "))
          .findFirst()
          .<IllegalArgumentException>map(DetectorOptions::unknown)
          .orElse(e);
    }
  }

  private static WrongValueException unknown(String name) {
    String near =
        Nearest.of(name, Detectors.builtIn().names())
            .map("; did you mean %s?"::formatted)
            .orElse("");
    return new WrongValueException(
        "--detect", name, "SECRET, PII, PUBLIC, ALL, or a name that detectors list shows" + near);
  }

  /** Returns the names and groups that are meant; none for all that run unless asked otherwise. */
  private static Set<String> chosen(List<String> names) {
    Set<String> chosen = new LinkedHashSet<>(names);
    if (chosen.remove("ALL") && !chosen.isEmpty()) {
      chosen.add(Detectors.SECRET);
      chosen.add(Detectors.PII);
    }
    return chosen;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("--rules: " + file + ": no UTF-8 (expected: TOML)", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--rules: " + file + ": cannot be read (expected: a file)", e);
    }
  }
}
