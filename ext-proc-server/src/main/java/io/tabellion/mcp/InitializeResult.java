package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import java.util.Optional;

/**
 * What a server answers to {@code initialize}.
 *
 * @param revision the one that counts for the session; empty if the server names one that we do not
 *     know
 * @param server what the server says it is
 */
public record InitializeResult(Optional<Revision> revision, Optional<ClaimedName> server) {

  /** Reads the result. Never throws on hostile input. */
  public static InitializeResult of(Json.Obj result) {
    String version = result.text("protocolVersion");
    Optional<Revision> revision = version == null ? Optional.empty() : Revision.of(version);
    return new InitializeResult(
        revision.filter(known -> known.era() == Era.SESSION), ClaimedName.ofServer(result));
  }
}
