package io.tabellion.mask.rule;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Short texts of which a plan masked nothing, of late: names of methods, tools and clients come
 * with each message, and reading one costs more than the rest of its fact. It holds nothing that is
 * to be hidden.
 *
 * <p>Bounded: {@value #MOST} texts of up to {@value #LONGEST} characters; a new one takes the place
 * of another. Thread-safe.
 */
public final class Harmless {
  /** A power of two. */
  private static final int MOST = 512;

  private static final int LONGEST = 64;

  private final AtomicReferenceArray<String> texts = new AtomicReferenceArray<>(MOST);

  public boolean has(String text) {
    return text.equals(texts.getAcquire(place(text)));
  }

  public void add(String text) {
    if (text.length() <= LONGEST) {
      texts.setRelease(place(text), text);
    }
  }

  private static int place(String text) {
    int hash = text.hashCode();
    return (hash ^ (hash >>> 16)) & (MOST - 1);
  }
}
