package io.tabellion.mesh.attach;

import java.util.Locale;

/** What a manifest is for; each part can be applied and deleted by itself. */
public enum Part {
  /** Callers must show a certificate or token. Keep it when Tabellion is detached. */
  AUTHENTICATION,
  /** The way to the MCP server: no retries, no timeout. */
  ROUTES,
  /** The answer guard and ext_proc. */
  FILTERS,
  /** The guard: nothing passes that Tabellion did not mark. */
  CLOSED;

  /** As it is typed, and as it stands in names of files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
