package io.tabellion.bench.detection;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A second labelled set: tickets, exports, logs, configuration, command lines, requests and
 * look-alikes, as {@code other.txt} frames them. Frames and values were written without a look at
 * the detectors.
 */
final class Other {
  private static final List<String> VARIANTS =
      List.of(
          "_URL", "_PLAIN", "_DIGITS", "_LOWER", "_UPPER", "_SPACED", "_DOTS", "_WIDE", "_INTL",
          "_WORD", "_PHRASE");

  private Other() {}

  static List<Labelled> set(long seed) {
    Random random = new Random(seed);
    Map<String, Supplier<String>> values = new HashMap<>();
    new OtherPersonal(random).addTo(values);
    new OtherSecrets(random).addTo(values);
    new OtherNoise(random).addTo(values);
    return new Frames("other.txt", values, Other::type).filled();
  }

  private static String type(String name) {
    if (name.startsWith("IP4") || name.startsWith("IP6")) {
      return "IP_ADDRESS";
    }
    for (String variant : VARIANTS) {
      if (name.endsWith(variant)) {
        return name.substring(0, name.length() - variant.length());
      }
    }
    return name.equals("GENERIC_SECRET_KEY") ? "GENERIC_SECRET" : name;
  }
}
