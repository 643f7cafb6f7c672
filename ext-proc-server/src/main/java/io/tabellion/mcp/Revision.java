package io.tabellion.mcp;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A revision of MCP that we know, in the order of time. */
public enum Revision {
  R2024_10_07("2024-10-07", Era.SESSION),
  R2024_11_05("2024-11-05", Era.SESSION),
  R2025_03_26("2025-03-26", Era.SESSION),
  R2025_06_18("2025-06-18", Era.SESSION),
  R2025_11_25("2025-11-25", Era.SESSION),
  R2026_07_28("2026-07-28", Era.STATELESS);

  private final String text;
  private final Era era;

  Revision(String text, Era era) {
    this.text = text;
    this.era = era;
  }

  /** Returns the revision of that name, if we know it. */
  public static Optional<Revision> of(String text) {
    return Arrays.stream(values()).filter(revision -> revision.text.equals(text)).findFirst();
  }

  /** Returns the revisions of an era, oldest first. */
  public static List<Revision> of(Era era) {
    return Arrays.stream(values()).filter(revision -> revision.era == era).toList();
  }

  /** The revision as it stands in messages, a date. */
  public String text() {
    return text;
  }

  public Era era() {
    return era;
  }

  /** Whether a body may be a batch; added in 2025-03-26, gone in the next. */
  public boolean allowsBatches() {
    return this == R2025_03_26;
  }
}
