package io.tabellion.pin;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Makes the books of all servers of what entries tell, one after the other.
 *
 * <p>Not thread-safe.
 */
final class Fold {
  private final Map<String, Book> before;
  private final Function<String, Book> empty;
  private final Map<String, Book.Draft> drafts = new HashMap<>();

  /**
   * @param before books by server, on which it goes on
   * @param empty a book of a server that has none
   */
  Fold(Map<String, Book> before, Function<String, Book> empty) {
    this.before = before;
    this.empty = empty;
  }

  /** What is told is so. */
  void tell(Told told) {
    drafts.computeIfAbsent(told.server(), this::draft).tell(told);
  }

  private Book.Draft draft(String server) {
    Book book = before.get(server);
    return (book == null ? empty.apply(server) : book).draft();
  }

  /** The books that are others now. Nothing more is told then. */
  Map<String, Book> done() {
    Map<String, Book> books = new HashMap<>();
    drafts.forEach((server, draft) -> books.put(server, draft.done()));
    return books;
  }
}
