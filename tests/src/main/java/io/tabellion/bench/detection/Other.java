package io.tabellion.bench.detection;

import io.tabellion.bench.detection.Labelled.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second labelled set: tickets, exports, logs, configuration, command lines, requests and
 * look-alikes, as {@code other.txt} frames them. A place in capitals is a label, named by its type
 * and perhaps a variant; one in small letters is none. Frames and values were written without a
 * look at the detectors.
 */
final class Other {
  private static final int ROUNDS = 20;
  private static final Pattern PLACE = Pattern.compile("‹([^›]+)›");
  private static final List<String> VARIANTS =
      List.of(
          "_URL", "_PLAIN", "_DIGITS", "_LOWER", "_UPPER", "_SPACED", "_DOTS", "_WIDE", "_INTL",
          "_WORD", "_PHRASE");

  private final Map<String, Supplier<String>> values = new HashMap<>();

  private Other(long seed) {
    Random random = new Random(seed);
    new OtherPersonal(random).addTo(values);
    new OtherSecrets(random).addTo(values);
    new OtherNoise(random).addTo(values);
  }

  static List<Labelled> set(long seed) {
    Other other = new Other(seed);
    String[] frames = frames().split("\n%%\n", -1);
    List<Labelled> all = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      for (String frame : frames) {
        all.add(other.filled(frame.stripTrailing()));
      }
    }
    return all;
  }

  private Labelled filled(String frame) {
    StringBuilder text = new StringBuilder();
    List<Span> spans = new ArrayList<>();
    Matcher places = PLACE.matcher(frame);
    while (places.find()) {
      places.appendReplacement(text, "");
      int start = text.length();
      String name = places.group(1);
      text.append(value(name));
      if (Character.isUpperCase(name.charAt(0))) {
        spans.add(new Span(type(name), start, text.length()));
      }
    }
    places.appendTail(text);
    return new Labelled(text.toString(), spans);
  }

  private String value(String name) {
    Supplier<String> known = values.get(name);
    if (known == null) {
      throw new IllegalStateException("place: " + name + " (expected: a known one)");
    }
    return known.get();
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

  private static String frames() {
    try (InputStream in = Other.class.getResourceAsStream("other.txt")) {
      if (in == null) {
        throw new IllegalStateException("other.txt: missing (expected: beside the class)");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
