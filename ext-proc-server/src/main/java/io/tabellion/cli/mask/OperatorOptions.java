package io.tabellion.cli.mask;

import io.tabellion.detect.Detectors;
import io.tabellion.detect.Finding;
import io.tabellion.detect.Waivers;
import io.tabellion.mask.MaskKeys;
import io.tabellion.mask.Masker;
import io.tabellion.mask.Operator;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose what stands in the place of a finding. */
final class OperatorOptions {
  private static final String OPERATORS =
      "redact, hash, pseudonym, token, formatPreserving, replace:TEXT or keepLast:N";
  private static final int KEY_BYTES = 32;

  @Option(
      names = "--with",
      paramLabel = "NAME=OPERATOR",
      description = {
        "What stands in the place of what a detector or group found (default: [NAME]): "
            + OPERATORS
            + ". May be repeated; a detector's own goes before its group's."
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
    for (Map.Entry<String, String> entry : with.entrySet()) {
      Set<String> names = detectors.select(entry.getKey());
      if (names.isEmpty()) {
        throw new IllegalArgumentException(
            "--with: " + entry.getKey() + " (expected: a detector, or SECRET or PII)");
      }
      Operator operator = operator(entry.getValue());
      boolean group = !names.contains(entry.getKey());
      names.stream()
          .filter(name -> !group || !with.containsKey(name))
          .forEach(name -> operators.put(name, operator));
    }
    Masker masker = new Masker(new MaskKeys(new HmacKeyedHash(secret()), "command-line", 1), null);
    return (finding, value) -> replaced(masker, operators, finding, value);
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
      case "redact" -> new Operator.Redact();
      case "hash" -> new Operator.Hash();
      case "pseudonym" -> new Operator.Pseudonym();
      case "token" -> new Operator.Token();
      case "formatPreserving" -> new Operator.FormatPreserving();
      case "replace:" -> new Operator.Replace(argument);
      case "keepLast:" ->
          new Operator.KeepLast(argument.matches("[0-9]{1,3}") ? Integer.parseInt(argument) : 0);
      default ->
          throw new IllegalArgumentException("--with: " + text + " (expected: " + OPERATORS + ")");
    };
  }
}
