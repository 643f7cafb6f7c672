package io.tabellion.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the policy says of one message.
 *
 * @param action what happens
 * @param rules ids of the rules that fired, in file order; empty where a default decided
 * @param message for the agent, from the rule that denied; null if it has none
 * @param policy SHA-256 of the policy file, hex
 */
public record Decision(Action action, List<String> rules, @Nullable String message, String policy) {

  public Decision {
    rules = List.copyOf(rules);
  }

  /** What happens with the message. */
  public enum Action {
    ALLOW,
    DENY
  }
}
