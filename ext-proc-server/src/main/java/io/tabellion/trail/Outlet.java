package io.tabellion.trail;

/**
 * Where a tail sends what it finds: an edge's stream to one reader.
 *
 * <p>Sent to by one thread at a time; {@link #ready} and the bell are thread-safe.
 */
public interface Outlet {

  /** Whether it takes more now, without holding it in memory. */
  boolean ready();

  /** Rings whenever {@link #ready} or the visit's being gone may have changed; called once. */
  void onChange(Runnable bell);

  /** Sends what comes next. */
  void send(Shown<FollowEntries.Step> step);

  /** Ends the stream; not called if the reader is gone. */
  void fail(TrailException why);
}
