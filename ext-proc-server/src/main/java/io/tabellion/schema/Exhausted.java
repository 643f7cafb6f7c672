package io.tabellion.schema;

/** The arguments take more work to check than a check may do. */
final class Exhausted extends RuntimeException {
  static final Exhausted INSTANCE = new Exhausted();

  private Exhausted() {
    super("too much work", null, false, false);
  }
}
