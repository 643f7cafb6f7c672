package io.tabellion;

import io.tabellion.api.Door;
import io.tabellion.console.Console;
import io.tabellion.trail.Reader;
import org.jspecify.annotations.Nullable;

/**
 * The way from the API into the console, which is made after it: the console asks the API whose
 * tokens are.
 *
 * <p>Thread-safe.
 */
final class Opening implements Door {
  private volatile @Nullable Console console;

  void into(Console made) {
    console = made;
  }

  @Override
  public Link open(Reader reader, String approval) {
    Console open = console;
    if (open == null) {
      return NONE.open(reader, approval);
    }
    Console.Link link = open.open(reader, approval);
    return new Link(link.url(), link.expires());
  }
}
