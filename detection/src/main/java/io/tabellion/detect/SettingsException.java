package io.tabellion.detect;

import java.util.List;
import java.util.stream.Collectors;

/** Settings of detection that cannot be used, with everything that is wrong in them. */
public final class SettingsException extends IllegalArgumentException {
  private final transient List<Flaw> flaws;

  /**
   * One thing that is wrong.
   *
   * @param setting whose, by the name that it has in a policy file, such as {@code enabled}
   * @param item what of it: a name, pattern or file of its list or mapping; empty for all of it
   * @param text what was found and what was expected
   */
  public record Flaw(String setting, String item, String text) {}

  public SettingsException(List<Flaw> flaws) {
    super(
        flaws.stream()
            .map(flaw -> flaw.setting() + ": " + flaw.text())
            .collect(Collectors.joining("\n")));
    this.flaws = List.copyOf(flaws);
  }

  /** What is wrong, in the order of the settings. */
  public List<Flaw> flaws() {
    return flaws;
  }
}
