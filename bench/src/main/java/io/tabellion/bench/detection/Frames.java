package io.tabellion.bench.detection;

import io.tabellion.bench.detection.Labelled.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts with places for values, from a file beside the class: parted by lines of {@code %%}, a
 * place is {@code ‹NAME›}. A place in capitals is a label, one in small letters is none.
 *
 * @param file its name
 * @param values what fills a place, by its name
 * @param type the type that a label's name stands for
 */
record Frames(String file, Map<String, Supplier<String>> values, UnaryOperator<String> type) {
  private static final int ROUNDS = 20;
  private static final Pattern PLACE = Pattern.compile("‹([^›]+)›");

  /** Returns each text twenty times, each time with other values. */
  List<Labelled> filled() {
    String[] frames = read().split("\n%%\n", -1);
    List<Labelled> all = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      for (String frame : frames) {
        all.add(filled(frame.stripTrailing()));
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
        spans.add(new Span(type.apply(name), start, text.length()));
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

  private String read() {
    try (InputStream in = Frames.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + ": missing (expected: beside the class)");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
