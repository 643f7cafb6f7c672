package io.tabellion.cli.audit;

import java.io.PrintWriter;

/**
 * How much of the log the pages of an answer came from.
 *
 * <p>Not thread-safe.
 */
final class Reach {
  private long searched;
  private long size = -1; // before the first page

  /** Takes note of a page. */
  void add(long searchedUpTo, long logSize) {
    if (size < 0 || logSize - searchedUpTo > size - searched) {
      searched = searchedUpTo;
      size = logSize;
    }
  }

  /** Returns how many entries were searched. */
  long searched() {
    return searched;
  }

  /** Says so if entries were not searched. */
  void tell(PrintWriter out) {
    if (searched < size) {
      out.printf(
          "searched up to entry %d of %d: the search index is being built, newer entries are missing"
              + " here%n",
          searched, size);
    }
  }
}
