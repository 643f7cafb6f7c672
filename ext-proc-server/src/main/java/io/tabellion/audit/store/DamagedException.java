package io.tabellion.audit.store;

import java.io.IOException;

/** What is stored is not what was written. The message says where, never content. */
public final class DamagedException extends IOException {

  public DamagedException(String message) {
    super(message);
  }
}
