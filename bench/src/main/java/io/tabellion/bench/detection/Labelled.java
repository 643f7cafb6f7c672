package io.tabellion.bench.detection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A text and what is in it.
 *
 * @param text the text
 * @param spans what is in it, in UTF-16 code units
 */
record Labelled(String text, List<Span> spans) {
  Labelled {
    spans = List.copyOf(spans);
  }

  /** A labelled range. */
  record Span(String type, int start, int end) {
    boolean overlaps(int from, int to) {
      return from < end && start < to;
    }
  }

  /**
   * Reads a set in the form of presidio-research: a list of {@code {full_text, spans:
   * [{entity_type, start_position, end_position}]}}, places in code points.
   */
  static List<Labelled> read(Path file) throws IOException {
    List<Labelled> all = new ArrayList<>();
    for (JsonNode item : JsonMapper.shared().readTree(Files.readString(file))) {
      String text = item.path("full_text").asString("");
      List<Span> spans = new ArrayList<>();
      for (JsonNode span : item.path("spans")) {
        int start = text.offsetByCodePoints(0, span.path("start_position").asInt(0));
        int end = text.offsetByCodePoints(0, span.path("end_position").asInt(0));
        spans.add(new Span(span.path("entity_type").asString(""), start, end));
      }
      all.add(new Labelled(text, spans));
    }
    return all;
  }
}
