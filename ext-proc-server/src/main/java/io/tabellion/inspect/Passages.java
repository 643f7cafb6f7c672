package io.tabellion.inspect;

import io.tabellion.mcp.Header;
import io.tabellion.mcp.HeaderChanges;
import io.tabellion.secret.Drbg;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Requests that were let on at one place and pass another one of ours before the server. Each has a
 * name that nobody can guess, in a header; the next place claims the request by it, once.
 *
 * <p>In memory: after a restart no name is known, and what claims one is refused.
 *
 * <p>Thread-safe.
 */
final class Passages {
  /** Holds the name; never taken from outside, never sent to a server or a client. */
  static final String HEADER = "x-tabellion-passage";

  private static final int NAME_BYTES = 16;

  private final Map<String, List<String>> places;
  private final Map<String, Passing> open = new ConcurrentHashMap<>();
  private final Drbg random = new Drbg();

  /**
   * @param places by server, the listeners that its requests pass, in order
   */
  Passages(Map<String, List<String>> places) {
    this.places = Map.copyOf(places);
  }

  /** Whether what is let on there passes another place. */
  boolean leadOn(Hop hop) {
    List<String> all = listeners(hop.server());
    int place = all.indexOf(hop.listener());
    return place >= 0 && place < all.size() - 1;
  }

  /** Whether a request that one listener let on may come to the other next. */
  boolean lead(String server, String from, String to) {
    List<String> all = listeners(server);
    return all.contains(from) && all.indexOf(to) > all.indexOf(from);
  }

  private List<String> listeners(@Nullable String server) {
    return server == null ? List.of() : places.getOrDefault(server, List.of());
  }

  /** Names the request for the next place, instead of any name that it had. */
  HeaderChanges name(Passing passing, HeaderChanges changes) {
    byte[] bytes = new byte[NAME_BYTES];
    random.nextBytes(bytes);
    String name = HexFormat.of().formatHex(bytes);
    open.put(name, passing);
    if (!passing.named(name)) {
      open.remove(name);
    }
    List<String> remove = new ArrayList<>(changes.remove());
    remove.remove(HEADER);
    List<Header> set = new ArrayList<>(changes.set());
    set.add(new Header(HEADER, name));
    return new HeaderChanges(set, remove);
  }

  /** Takes the request of this name, once; null if there is none, or its exchange is over. */
  @Nullable Passing claim(String name) {
    return open.remove(name);
  }

  /** The exchange of the first place is over: nobody may claim the request any more. */
  void over(Passing passing) {
    String name = passing.end();
    if (name != null) {
      open.remove(name);
    }
  }
}
