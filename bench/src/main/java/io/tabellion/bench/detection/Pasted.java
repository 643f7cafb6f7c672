package io.tabellion.bench.detection;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A third labelled set: what is pasted into a conversation or returned by a tool (chats, rows,
 * dumps, configuration, histories, requests, traces, headers, cards, answers of services) and
 * look-alikes, as {@code pasted.txt} frames them; behind a label's dot stands its form. Frames and
 * values were written without a look at the detectors' sources.
 */
final class Pasted {
  private Pasted() {}

  static List<Labelled> set(long seed) {
    Random random = new Random(seed);
    Map<String, Supplier<String>> values = new HashMap<>();
    new PastedPersonal(random).addTo(values);
    new PastedSecrets(random).addTo(values);
    new PastedNoise(random).addTo(values);
    return new Frames("pasted.txt", values, Pasted::type).filled();
  }

  private static String type(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }
}
