package io.tabellion.bench.detection;

import io.tabellion.bench.detection.Labelled.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * The texts of a set as a tool's answer carries them: JSON in a string of a JSON-RPC message, so
 * that quotes and line ends are escaped twice. Scanned as text, without the reading of JSON that
 * masking does.
 */
final class Embedded {
  private static final String HEAD =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"{\\\"row\\\":{\\\"note\\\":\\\"";

  private static final String TAIL = "\\\",\\\"seq\\\":1}}\"}],\"isError\":false}}";

  private Embedded() {}

  static List<Labelled> of(List<Labelled> set) {
    List<Labelled> embedded = new ArrayList<>();
    for (Labelled labelled : set) {
      StringBuilder text = new StringBuilder(HEAD);
      List<Span> spans = new ArrayList<>();
      int at = 0;
      for (Span span : sorted(labelled.spans())) {
        text.append(escaped(labelled.text().substring(at, span.start())));
        int start = text.length();
        text.append(escaped(labelled.text().substring(span.start(), span.end())));
        spans.add(new Span(span.type(), start, text.length()));
        at = span.end();
      }
      text.append(escaped(labelled.text().substring(at))).append(TAIL);
      embedded.add(new Labelled(text.toString(), spans));
    }
    return embedded;
  }

  private static List<Span> sorted(List<Span> spans) {
    List<Span> sorted = new ArrayList<>(spans);
    sorted.sort(Comparator.comparingInt(Span::start));
    return sorted;
  }

  private static String escaped(String text) {
    return quoted(quoted(text));
  }

  private static String quoted(String text) {
    String quoted = JsonMapper.shared().writeValueAsString(text);
    return quoted.substring(1, quoted.length() - 1);
  }
}
