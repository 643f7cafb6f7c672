package io.tabellion.trail;

import io.tabellion.audit.index.Page;

/**
 * How far a search sees.
 *
 * @param upTo entries 0 to upTo - 1 are in the index
 * @param of entries of the log when it was asked
 */
public record Reach(long upTo, long of) {

  /** Returns the same after the index was found to hold {@code size} entries, maybe built anew. */
  Reach narrowedTo(long size) {
    return new Reach(Math.min(upTo, size), of);
  }

  /** Returns the reach of one page: later pages show what was there when the first was made. */
  Reach within(Page page, Paging paging) {
    return new Reach(Math.min(upTo, page.bound()), paging.first() ? of : page.bound());
  }

  /** Returns what is said where nothing was found: that there is nothing, or that it may come. */
  TrailException notFound(String what) {
    return upTo >= of
        ? TrailException.of(TrailException.Code.NOT_FOUND, what)
        : TrailException.of(
            TrailException.Code.UNAVAILABLE,
            ("%s among those searched: searched up to entry %d of %d"
                    + " (expected: ask again later, the search index is being built)")
                .formatted(what, upTo, of));
  }
}
