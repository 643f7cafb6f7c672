package io.tabellion.policy.cel;

import java.util.List;

/** An expression that cannot be used, with everything that is wrong in it. */
public final class FlawedException extends RuntimeException {
  private final transient List<Flaw> flaws;

  FlawedException(List<Flaw> flaws) {
    super(flaws.toString());
    this.flaws = List.copyOf(flaws);
  }

  public List<Flaw> flaws() {
    return flaws;
  }

  /**
   * One thing that is wrong.
   *
   * @param offset where in the expression, in chars
   * @param text what, and what was expected
   */
  public record Flaw(int offset, String text) {}
}
