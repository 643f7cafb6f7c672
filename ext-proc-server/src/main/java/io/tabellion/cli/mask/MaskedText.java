package io.tabellion.cli.mask;

import io.tabellion.detect.Finding;
import java.util.List;

/** A text with something else in place of each finding. */
final class MaskedText {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  /** The name of the detector in brackets. */
  static final Replacement NAMED = (finding, _) -> "[" + finding.detector() + "]";

  private MaskedText() {}

  /** Says what stands in the place of a finding. */
  @FunctionalInterface
  interface Replacement {
    String of(Finding finding, String value);
  }

  /** Returns it; {@code start} and {@code end} stand around each replacement. */
  static String of(
      String text, List<Finding> findings, Replacement replacement, String start, String end) {
    StringBuilder masked = new StringBuilder(text.length());
    int at = 0;
    for (Finding finding : findings) {
      masked.append(text, at, finding.start()).append(start);
      String value = text.substring(finding.start(), finding.end());
      masked.append(replacement.of(finding, value)).append(end);
      at = finding.end();
    }
    return masked.append(text, at, text.length()).toString();
  }

  /** Appends {@code {"masked": …, "findings": […]}}, places in code points. */
  static void appendJson(
      StringBuilder out, String text, List<Finding> findings, Replacement replacement) {
    out.append("{\"masked\":\"");
    escape(out, of(text, findings, replacement, "", ""));
    out.append("\",\"findings\":[");
    int chars = 0;
    int points = 0;
    for (Finding finding : findings) {
      points += text.codePointCount(chars, finding.start());
      int end = points + text.codePointCount(finding.start(), finding.end());
      out.append(chars == 0 && out.charAt(out.length() - 1) == '[' ? "" : ",");
      out.append("{\"detector\":\"").append(finding.detector());
      out.append("\",\"start\":").append(points).append(",\"end\":").append(end);
      out.append(",\"score\":").append(Math.round(finding.score() * 100) / 100.0).append('}');
      chars = finding.end();
      points = end;
    }
    out.append("]}");
  }

  /** Appends {@code text} as the inside of a JSON string, RFC 8259 §7. */
  static void escape(StringBuilder out, String text) {
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      out.append(text, plain, i);
      escape(out, c);
      plain = i + 1;
    }
    out.append(text, plain, text.length());
  }

  private static void escape(StringBuilder out, char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        out.append("\\u").append(HEX[c >> 12]).append(HEX[c >> 8 & 15]);
        out.append(HEX[c >> 4 & 15]).append(HEX[c & 15]);
      }
    }
  }
}
