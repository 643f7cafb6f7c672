package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.HeldTask;
import java.util.List;

/**
 * A call for which a task of ours stands: it is made when its client asks for the task and people
 * have approved it.
 *
 * <p>Immutable and thread-safe.
 *
 * @param task that stands for it
 * @param owner OWNER fact of its caller
 * @param server that it goes to
 * @param approval id of the request for approval
 * @param message as it came, fit to be sent later, as JSON
 * @param mirrored the header fields that repeat arguments
 */
record Deferred(
    HeldTask task,
    String owner,
    String server,
    String approval,
    ByteString message,
    List<Header> mirrored) {

  Deferred {
    mirrored = List.copyOf(mirrored);
  }
}
