package io.tabellion.schema;

/**
 * One argument that is not as the schema has it. Holds nothing of what the caller sent: places name
 * members only as the schema names them.
 *
 * @param where the argument, such as {@code arguments/order/amount}; a member that the schema does
 *     not name is {@code *}
 * @param expected what the schema has there
 */
public record Violation(String where, String expected) {

  /** In words. */
  public String words() {
    return where + " (expected: " + expected + ")";
  }
}
