package io.tabellion.cli.mask;

import static java.util.Comparator.comparingInt;

import io.tabellion.detect.Detectors;
import io.tabellion.detect.Finding;
import io.tabellion.detect.Waivers;
import io.tabellion.mask.Masker;
import io.tabellion.mask.made.MaskKeys;
import io.tabellion.mask.rule.Operator;
import io.tabellion.policy.OperatorWords;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose what stands in the place of a finding. */
final class OperatorOptions {
  private static final String OPERATORS =
      "redact, hash, pseudonym, token, formatPreserving, replace:TEXT or keepLast:N";
  private static final int KEY_BYTES = 32;
  private static final String ALL = "ALL";

  @Option(
      names = "--with",
      paramLabel = "NAME=OPERATOR",
      description = {
        "What stands in the place of what a detector, a group or ALL found (default: [NAME]): "
            + OPERATORS
            + ". May be repeated; a detector's own goes before its group's, that before ALL's."
      })
  private Map<String, String> with = new LinkedHashMap<>();

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "Key of hashes, pseudonyms and tokens, in hexadecimal digits (default: one for this run).")
  private @Nullable Path key;

  /** Returns what stands in the place of findings of these detectors. */
  MaskedText.Replacement replacement(Detectors detectors) {
    if (with.isEmpty()) {
      return MaskedText.NAMED;
    }
    Map<String, Operator> operators = new HashMap<>();
    for (String choice :
        with.keySet().stream().sorted(comparingInt(OperatorOptions::breadth)).toList()) {
      Operator operator = operator(Objects.requireNonNull(with.get(choice)));
      named(detectors, choice).forEach(name -> operators.putIfAbsent(name, operator));
    }
    Masker masker = new Masker(new MaskKeys(new HmacKeyedHash(secret()), "command-line", 1), null);
    return (finding, value) -> replaced(masker, operators, finding, value);
  }

  /** Who is named more closely is asked first. */
  private static int breadth(String choice) {
    if (choice.equals(ALL)) {
      return 2;
    }
    return Set.of(Detectors.SECRET, Detectors.PII, Detectors.PUBLIC).contains(choice) ? 1 : 0;
  }

  private static Set<String> named(Detectors detectors, String choice) {
    Set<String> names = choice.equals(ALL) ? detectors.names() : detectors.select(choice);
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          "--with: " + choice + " (expected: a detector, or SECRET, PII, PUBLIC or ALL)");
    }
    return names;
  }

  private static Operator keepLast(String text) {
    if (!text.matches("[1-8]")) {
      throw new IllegalArgumentException("--with: keepLast:" + text + " (expected: 1 to 8)");
    }
    return new Operator.KeepLast(Integer.parseInt(text));
  }

  private static String replaced(
      Masker masker, Map<String, Operator> operators, Finding finding, String value) {
    Operator operator = operators.get(finding.detector());
    return operator == null
        ? MaskedText.NAMED.of(finding, value)
        : masker.value(operator, finding.detector(), value);
  }

  private SecretBytes secret() {
    if (key == null) {
      return SecretBytes.random(KEY_BYTES, new SecureRandom());
    }
    try {
      return SecretBytes.copyOf(Waivers.parseKey(Files.readString(key)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--key: " + key + ": cannot be read (expected: a file)", e);
    }
  }

  private static Operator operator(String text) {
    int colon = text.indexOf(':');
    String argument = colon < 0 ? "" : text.substring(colon + 1);
    return switch (colon < 0 ? text : text.substring(0, colon + 1)) {
      case "replace:" -> new Operator.Replace(argument);
      case "keepLast:" -> keepLast(argument);
      default ->
          OperatorWords.of(text)
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "--with: " + text + " (expected: " + OPERATORS + ")"));
    };
  }
}
