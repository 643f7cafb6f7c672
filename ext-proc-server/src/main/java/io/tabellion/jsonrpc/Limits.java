package io.tabellion.jsonrpc;

/**
 * How much one JSON document may ask of its reader. What exceeds a limit is malformed (-32600).
 *
 * @param depth nesting of objects and arrays; 1 to 512, for the reader descends by recursion
 * @param values values in the whole document; bounds what a tree takes in memory
 * @param nameBytes bytes of one member name, as written
 * @param numberLength characters of one number, as written
 * @param batch messages in one batch
 */
public record Limits(int depth, int values, int nameBytes, int numberLength, int batch) {
  public static final Limits DEFAULT = new Limits(256, 1_000_000, 8_192, 1_000, 100);

  public Limits {
    if (depth < 1 || depth > 512) {
      throw new IllegalArgumentException("depth: " + depth + " (expected: 1 to 512)");
    }
    positive("values", values);
    positive("nameBytes", nameBytes);
    positive("numberLength", numberLength);
    positive("batch", batch);
  }

  /** Returns these limits with another depth and number of values. */
  public Limits with(int otherDepth, int otherValues) {
    return new Limits(otherDepth, otherValues, nameBytes, numberLength, batch);
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
    }
  }
}
