package io.tabellion.pin;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one tool of one server.
 *
 * @param accepted the definition that callers may use; null while none was accepted
 * @param pending one that waits for an operator; the tool is quarantined as long as there is one
 */
public record Pin(
    String server, String tool, @Nullable Definition accepted, @Nullable Definition pending) {

  /** Whether the tool is hidden and its calls are refused. */
  public boolean quarantined() {
    return pending != null || accepted == null;
  }
}
