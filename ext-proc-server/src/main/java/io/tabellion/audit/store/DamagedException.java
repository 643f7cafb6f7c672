package io.tabellion.audit.store;

import java.io.IOException;

/**
 * What lies on the disk is not what was written. The message names file and offset, never content.
 */
public final class DamagedException extends IOException {

  public DamagedException(String message) {
    super(message);
  }

  DamagedException(Place place, String found) {
    super(place + ": " + found);
  }
}
