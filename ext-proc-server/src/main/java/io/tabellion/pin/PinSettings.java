package io.tabellion.pin;

import java.util.Map;

/**
 * How definitions become accepted.
 *
 * @param firstSight what happens with a tool that was never seen
 * @param accepted digests that were accepted beforehand, by tool
 */
public record PinSettings(FirstSight firstSight, Map<Tool, String> accepted) {
  /** Tools are accepted as they are seen first. */
  public static final PinSettings DEFAULT = new PinSettings(FirstSight.ACCEPT, Map.of());

  public PinSettings {
    accepted = Map.copyOf(accepted);
  }

  /** What happens with a tool that was never seen. */
  public enum FirstSight {
    /** Its definition is accepted (trust on first use). */
    ACCEPT,
    /** It waits for an operator. */
    QUARANTINE
  }

  /** One tool of one server. */
  public record Tool(String server, String name) {}
}
