package io.tabellion.trail;

import com.google.protobuf.ByteString;
import io.tabellion.audit.index.Page;

/**
 * Which page of an answer.
 *
 * @param size most that is on it: 0 for what is usual, and never more than what is allowed
 * @param token of the page before, as its answer had it; empty for the first page
 */
public record Paging(int size, String token) {

  /** Whether it is the first page. */
  boolean first() {
    return token.isEmpty();
  }

  /**
   * Returns the size within its limits.
   *
   * @throws TrailException if it is negative
   */
  int size(int usual, int largest) {
    if (size < 0) {
      throw TrailException.invalid("page_size", "negative", "0 to " + largest);
    }
    return size == 0 ? usual : Math.min(size, largest);
  }

  /**
   * Returns the page.
   *
   * @param question what is asked; a token is good for one question only
   * @param limit most results
   * @throws TrailException if the token is none, or of another question
   */
  Page page(ByteString question, Page.Order order, Reach reach, int limit) {
    if (first()) {
      return Page.first(order, reach.upTo(), limit);
    }
    PageToken before = PageToken.parse(token, PageToken.question(question));
    return new Page(order, before.last(), before.bound(), limit);
  }

  /** Returns the token of the page after one that ends with {@code last}. */
  static String next(ByteString question, Page page, long last) {
    return new PageToken(PageToken.question(question), page.bound(), last).text();
  }
}
