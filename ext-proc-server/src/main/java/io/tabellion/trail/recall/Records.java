package io.tabellion.trail.recall;

import io.tabellion.audit.index.Page;
import io.tabellion.trail.ContentView;
import io.tabellion.trail.Filter;
import io.tabellion.trail.ShowEntry;
import java.util.List;
import java.util.Optional;

/**
 * The record, as one reader may read it. Each call is one question to the trail, with its own entry
 * in the log: for a visit here ({@link VisitRecords}), or at a server.
 */
public interface Records {

  /**
   * Shows an entry.
   *
   * @param withContent show what was said too
   */
  One entry(ShowEntry.Key key, boolean withContent) throws InterruptedException;

  /** Shows an entry without content; empty if there is none of this id. */
  Optional<Recalled> find(String id) throws InterruptedException;

  /**
   * Finds a page.
   *
   * @param size most entries; 0 for what is usual
   * @param token of the page before; empty for the first
   */
  Found search(Filter filter, Page.Order order, int size, String token) throws InterruptedException;

  /**
   * One entry.
   *
   * @param treeSize entries of the signed tree that it was proved to be in
   */
  record One(Recalled entry, ContentView content, long treeSize) {}

  /**
   * A page.
   *
   * @param nextPage token of the page after; empty on the last
   */
  record Found(List<Recalled> entries, String nextPage) {
    public Found {
      entries = List.copyOf(entries);
    }
  }

  /** Takes an entry. */
  interface Each {
    void accept(Recalled entry) throws InterruptedException;
  }

  /** Goes through all pages, oldest first. */
  default void each(Filter filter, int size, Each each) throws InterruptedException {
    String token = "";
    do {
      Found page = search(filter, Page.Order.OLDEST_FIRST, size, token);
      for (Recalled entry : page.entries()) {
        each.accept(entry);
      }
      token = page.nextPage();
    } while (!token.isEmpty());
  }
}
