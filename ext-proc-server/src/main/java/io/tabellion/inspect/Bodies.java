package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.approval.Settled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Puts what goes on of several messages together. Pure. */
final class Bodies {
  private static final ByteString OPEN = ByteString.copyFromUtf8("[");
  private static final ByteString COMMA = ByteString.copyFromUtf8(",");
  private static final ByteString CLOSE = ByteString.copyFromUtf8("]");

  private Bodies() {}

  /** What goes on of the messages: the one, or an array of those that do; empty if none does. */
  static ByteString join(List<? extends Settled<?>> settled, boolean batch) {
    return join(settled, batch, bytes -> bytes);
  }

  /**
   * The same.
   *
   * @param outgoing makes of a message what goes on of it
   */
  static ByteString join(
      List<? extends Settled<?>> settled,
      boolean batch,
      UnaryOperator<@Nullable ByteString> outgoing) {
    List<ByteString> sent = new ArrayList<>(settled.size());
    for (Settled<?> message : settled) {
      ByteString bytes = outgoing.apply(message.masked().forwarded());
      if (bytes != null) {
        sent.add(bytes);
      }
    }
    if (sent.isEmpty()) {
      return ByteString.EMPTY;
    }
    return batch ? array(sent) : sent.getFirst();
  }

  private static ByteString array(List<ByteString> items) {
    ByteString array = OPEN.concat(items.getFirst());
    for (ByteString item : items.subList(1, items.size())) {
      array = array.concat(COMMA).concat(item);
    }
    return array.concat(CLOSE);
  }
}
