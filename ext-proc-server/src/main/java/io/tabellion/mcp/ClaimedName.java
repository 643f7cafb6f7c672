package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client or server says it is, as it says it: neither verified nor masked, and of any
 * length.
 *
 * @param version may be empty
 */
public record ClaimedName(String name, String version) {
  /** Returns what the client says it is in {@code initialize}, or in {@code _meta}. */
  public static Optional<ClaimedName> ofClient(Json.@Nullable Obj params, Era era) {
    if (params == null) {
      return Optional.empty();
    }
    return of(
        era == Era.SESSION
            ? params.object("clientInfo")
            : Meta.of(params).object(Meta.CLIENT_INFO));
  }

  /** Returns what the server says it is in the result of {@code initialize}. */
  public static Optional<ClaimedName> ofServer(Json.Obj result) {
    return of(result.object("serverInfo"));
  }

  private static Optional<ClaimedName> of(Json.@Nullable Obj info) {
    String name = info == null ? null : info.text("name");
    if (info == null || name == null) {
      return Optional.empty();
    }
    String version = info.text("version");
    return Optional.of(new ClaimedName(name, version == null ? "" : version));
  }

  /** Returns name and version with a slash between. */
  @Override
  public String toString() {
    return version.isEmpty() ? name : name + "/" + version;
  }
}
