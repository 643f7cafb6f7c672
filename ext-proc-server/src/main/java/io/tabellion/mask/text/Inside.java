package io.tabellion.mask.text;

import io.tabellion.jsonrpc.Json;
import java.util.List;

/** What a text holds that was read further. */
public sealed interface Inside {

  /** Number of the first name or value that is not in it. */
  int next();

  /** The text is JSON. */
  record Tree(Json value, int next) implements Inside {}

  /** The text has runs of base64. */
  record Pieces(List<Piece> pieces, int next) implements Inside {}
}
