package io.tabellion.mesh;

import java.util.List;

/** The names of our filters in an Envoy, and of what they set. */
public final class Filters {
  /** Sees answers after ours: an answer that the server did not mark becomes 503. */
  public static final String ANSWER_GUARD = "io.tabellion.answer_guard";

  /** The ext_proc filter: asks the server about each message. */
  public static final String EXT_PROC = "io.tabellion.ext_proc";

  /** Lets a request on only if the server marked it. */
  public static final String GUARD = "io.tabellion.guard";

  /** A second guard, of a namespace that is closed as a whole. It stands after {@link #GUARD}. */
  public static final String CLOSED = "io.tabellion.closed";

  /** The three in the order in which they stand before the router. */
  public static final List<String> ORDER = List.of(ANSWER_GUARD, EXT_PROC, GUARD);

  /** Envoy's filter that all three stand before. */
  public static final String ROUTER = "envoy.filters.http.router";

  /** The namespace of the dynamic metadata that the server sets. */
  public static final String METADATA = "io.tabellion";

  /** The key of a request's metadata: the entry of the audit log that the request has. */
  public static final String ENTRY = "entry";

  /** The key of an answer's metadata. */
  public static final String ANSWER = "answer";

  private Filters() {}
}
