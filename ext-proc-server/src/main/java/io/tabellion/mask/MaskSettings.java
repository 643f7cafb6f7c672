package io.tabellion.mask;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What masking needs beside the policy.
 *
 * @param tenant whose pseudonyms they are
 * @param epoch of pseudonyms and tokens, at least 1; the next one has nothing in common with it
 * @param disclosure what salts of commitments are sealed to; null for no commitments
 * @param restore tools, by server, whose calls get values in the place of tokens
 */
public record MaskSettings(
    String tenant,
    int epoch,
    @Nullable DisclosureKey disclosure,
    Map<String, Set<String>> restore) {

  /** What applies where nothing is configured. */
  public static final MaskSettings DEFAULTS = new MaskSettings("default", 1, null, Map.of());

  public MaskSettings {
    restore =
        restore.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, tools -> Set.copyOf(tools.getValue())));
  }

  /** Whether calls of the tool get values in the place of tokens. */
  public boolean restores(String server, String tool) {
    return restore.getOrDefault(server, Set.of()).contains(tool);
  }
}
