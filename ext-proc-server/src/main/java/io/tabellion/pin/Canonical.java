package io.tabellion.pin;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.MemberOrder;
import io.tabellion.secret.Sha256;

/**
 * The canonical form of a definition: compact JSON, members of every object in order ({@link
 * MemberOrder}), array items in their order, numbers as they were written. What differs only in the
 * order of members or in white space has the same digest.
 *
 * <p>Pure and thread-safe.
 */
final class Canonical {

  private Canonical() {}

  /** Returns the SHA-256 of the canonical form, hex. */
  static String digest(Json value) {
    return Sha256.hex(JsonWriter.write(MemberOrder.of(value)));
  }
}
