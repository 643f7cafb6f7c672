package io.tabellion.pin;

import io.tabellion.name.Names;
import io.tabellion.secret.KeyedHash;

/**
 * The name of a tool of which entries show less than all, because something in it is masked there:
 * enough to know the name again.
 *
 * @param shown the name as entries show it
 * @param name keyed digest of the name
 * @param folded keyed digest of what the name is folded to
 */
record Seal(String shown, String name, String folded) {
  private static final int LABEL = 12;

  static Seal of(KeyedHash hash, String shown, String name) {
    return new Seal(shown, name(hash, name), folded(hash, name));
  }

  static String name(KeyedHash hash, String name) {
    return hash.of("tool", name);
  }

  static String folded(KeyedHash hash, String name) {
    return hash.of("tool-folded", Names.folded(name));
  }

  /** What stands for the name until the server shows it again. */
  String label() {
    return shown + "#" + name.substring(0, Math.min(LABEL, name.length()));
  }
}
