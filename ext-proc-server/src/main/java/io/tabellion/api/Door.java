package io.tabellion.api;

import io.tabellion.trail.Reader;
import io.tabellion.trail.TrailException;
import java.net.URI;
import java.time.Instant;

/** Where people come into the web console from the API. Thread-safe. */
@FunctionalInterface
public interface Door {

  /** A link that signs in once, and from when on it does not any more. */
  record Link(URI url, Instant expires) {}

  /** There is no console. */
  Door NONE =
      (_, _) -> {
        throw TrailException.of(TrailException.Code.UNAVAILABLE, "this server has no console");
      };

  /**
   * Makes a link that signs this reader in.
   *
   * @param approval id of the request for approval that is shown first; empty for the list
   * @throws TrailException if that is no id, or the console is not there yet
   */
  Link open(Reader reader, String approval);
}
