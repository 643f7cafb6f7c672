package io.tabellion.slack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tabellion.permission.OwnerOnly;
import io.tabellion.secret.SecretBytes;
import io.tabellion.trail.Reader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Whose clicks count.
 *
 * <p>Immutable and thread-safe.
 *
 * @param secret with which Slack signs
 * @param teams ids of the workspaces
 * @param users people by the id of their Slack user; a name that Slack shows is never looked at
 */
public record SlackSettings(SecretBytes secret, Set<String> teams, Map<String, Reader> users) {

  public SlackSettings {
    teams = Set.copyOf(teams);
    users = Map.copyOf(users);
  }

  /**
   * Reads a signing secret.
   *
   * @throws IllegalArgumentException if others can read the file, or it holds none
   * @throws IOException if it cannot be read
   */
  public static SecretBytes secret(Path file) throws IOException {
    String excess = OwnerOnly.excess(file);
    if (excess != null) {
      throw new IllegalArgumentException(
          file + ": mode " + excess + " (expected: 0600, chmod 600 " + file + ")");
    }
    String text = Files.readString(file, US_ASCII).strip();
    if (!text.matches("[!-~]{16,256}")) {
      throw new IllegalArgumentException(
          file + ": not shown (expected: the signing secret of the Slack app, in one line)");
    }
    return SecretBytes.copyOf(text.getBytes(US_ASCII));
  }
}
