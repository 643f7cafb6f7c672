package io.tabellion.mcp;

import io.tabellion.jsonrpc.Envelope;

/** What a request or notification asks for: an {@link Operation}, or nothing that we accept. */
public sealed interface Meaning permits Operation, Fault {

  /** Returns the meaning of a request. Pure; never throws on hostile input. */
  static Meaning of(Envelope.Request request, Sender sender) {
    return new MeaningReader(sender, request.method(), request.params(), request.id()).read();
  }

  /** Returns the meaning of a notification. Pure; never throws on hostile input. */
  static Meaning of(Envelope.Notification notification, Sender sender) {
    return new MeaningReader(sender, notification.method(), notification.params(), null).read();
  }
}
