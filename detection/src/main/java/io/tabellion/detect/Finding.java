package io.tabellion.detect;

/**
 * One place in a text where a detector saw what it looks for.
 *
 * @param detector name of the detector, upper case with underscores, e.g. {@code EMAIL}
 * @param start index of its first UTF-16 code unit in the text that was scanned
 * @param end index after its last one
 * @param score how sure the detector is, above 0 and at most 1
 */
public record Finding(String detector, int start, int end, double score) {
  public Finding {
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException(
          "end: " + end + " (expected: more than start, which is " + start + " and not negative)");
    }
    if (!(score > 0 && score <= 1)) {
      throw new IllegalArgumentException("score: " + score + " (expected: above 0, at most 1)");
    }
  }
}
