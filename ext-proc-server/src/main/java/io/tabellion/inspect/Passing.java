package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.HeaderChanges;
import io.tabellion.mcp.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request that one place let on, and that passes another one of ours on its way to the server:
 * what the other must see of it to take it for the same call.
 *
 * <p>Thread-safe: the places are exchanges of their own.
 */
final class Passing {
  private final String server;
  private final String method;
  private final @Nullable String body;
  private final Map<String, List<String>> headers;
  private final Marks.Durable marks;
  private final String party;
  private final RequestProgress progress;
  private final List<String> seen = new ArrayList<>(); // guarded by this
  private String listener; // guarded by this: of the newest place that let it on
  private @Nullable String name; // guarded by this: by which the next place may claim it, once
  private boolean over; // guarded by this: its exchange at the first place

  /**
   * @param listener of the place that lets it on
   * @param body digest of what is sent on; null if there is none
   * @param headers of the protocol, as they are sent on
   * @param marks of its durable intent
   * @param party whose share of what is scarce it takes
   * @param progress how far it is
   */
  Passing(
      String server,
      String listener,
      String method,
      @Nullable String body,
      Map<String, List<String>> headers,
      Marks.Durable marks,
      String party,
      RequestProgress progress) {
    this.server = server;
    this.listener = listener;
    this.method = method;
    this.body = body;
    this.headers = headers;
    this.marks = marks;
    this.party = party;
    this.progress = progress;
  }

  String server() {
    return server;
  }

  Marks.Durable marks() {
    return marks;
  }

  String party() {
    return party;
  }

  /** The listener of the newest place that let it on. */
  synchronized String listener() {
    return listener;
  }

  /** Why the head that came is not that of this request; null if it is. */
  @Nullable String otherHead(RequestHead came) {
    if (!came.method().equals(method)) {
      return "another HTTP method";
    }
    return protocol(came.headers(), List.of(), List.of()).equals(headers)
        ? null
        : "other headers of the protocol";
  }

  /** Why what came is not this request, or why it is not to go on; null if all is well. */
  @Nullable String other(Upload came, Words words) {
    String digest = came instanceof Upload.Whole(ByteString bytes) ? words.body(bytes) : null;
    boolean same =
        !(came instanceof Upload.Cut)
            && (body == null ? digest == null : digest != null && body.equals(digest));
    if (!same) {
      return "another body";
    }
    return isOver() || progress.halted() != null || progress.isGone() ? "a call that ended" : null;
  }

  /** Another place saw it and lets it on. */
  synchronized void passes(Hop hop) {
    seen.add(hop.listener() + " " + hop.peer());
    listener = hop.listener();
  }

  /** The places behind the first that saw it: a line {@code LISTENER PEER} each. */
  synchronized List<String> seen() {
    return List.copyOf(seen);
  }

  /** The next place may claim it by this name. Returns false if its exchange is over. */
  synchronized boolean named(String next) {
    name = over ? null : next;
    return !over;
  }

  /** Its exchange at the first place is over. Returns the name by which it could be claimed. */
  synchronized @Nullable String end() {
    over = true;
    return name;
  }

  private synchronized boolean isOver() {
    return over;
  }

  /** The entry of its intent, as it is named to others. */
  String entry() {
    return marks.entry();
  }

  /** Headers that mean something in MCP, after these changes, in the order of their names. */
  static Map<String, List<String>> protocol(Headers came, HeaderChanges changes) {
    return protocol(came, changes.set(), changes.remove());
  }

  private static Map<String, List<String>> protocol(
      Headers came, List<Header> set, List<String> remove) {
    Map<String, List<String>> all = new TreeMap<>();
    for (Header header : came.all()) {
      if (means(header.name())) {
        all.put(header.name(), came.values(header.name()));
      }
    }
    for (Header header : set) {
      if (means(header.name())) {
        all.put(header.name(), List.of(header.value()));
      }
    }
    remove.forEach(all::remove);
    return all;
  }

  private static boolean means(String name) {
    return name.startsWith("mcp-") || name.equals("last-event-id");
  }
}
