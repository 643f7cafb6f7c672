package io.tabellion.detect.engine;

/**
 * What a detector found, in bytes of the folded text.
 *
 * @param detector its index in the engine
 * @param start first byte
 * @param end after the last byte
 * @param score above 0, at most 1
 */
public record Candidate(int detector, int start, int end, double score) {
  boolean overlaps(Candidate other) {
    return start < other.end && other.start < end;
  }
}
