package io.tabellion.mask;

import io.tabellion.mask.proof.DisclosureKey;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What masking needs beside the policy.
 *
 * @param tenant whose pseudonyms they are
 * @param epoch of pseudonyms and tokens, at least 1; the next one has nothing in common with it
 * @param disclosure what salts of commitments are sealed to; null for no commitments
 * @param restore by server, where calls get values in the place of tokens
 */
public record MaskSettings(
    String tenant, int epoch, @Nullable DisclosureKey disclosure, Map<String, Restoring> restore) {

  /** What applies where nothing is configured. */
  public static final MaskSettings DEFAULTS = new MaskSettings("default", 1, null, Map.of());

  public MaskSettings {
    restore = Map.copyOf(restore);
  }

  /**
   * Tools of a server whose calls get values in the place of tokens.
   *
   * @param whose tokens count
   */
  public record Restoring(Set<String> tools, Whose whose) {
    public Restoring {
      tools = Set.copyOf(tools);
    }
  }

  /** Whose tokens are turned back in a call. */
  public enum Whose {
    /** Those that were made for the caller, in answers to the same principal. */
    CALLER,
    /** Those that were made for anybody of the tenant. */
    TENANT
  }

  /** Whose tokens are turned back in calls of the tool; null if none are. */
  public @Nullable Whose restores(String server, String tool) {
    Restoring restoring = restore.get(server);
    return restoring == null || !restoring.tools.contains(tool) ? null : restoring.whose;
  }
}
