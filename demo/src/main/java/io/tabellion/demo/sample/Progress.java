package io.tabellion.demo.sample;

import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema;
import org.jspecify.annotations.Nullable;

/** Tells a client of the steps of its call, if it asked to be told. Of one thread. */
final class Progress {
  private final McpSyncServerExchange exchange;
  private final @Nullable Object token;
  private double steps;

  Progress(McpSyncServerExchange exchange, @Nullable Object token) {
    this.exchange = exchange;
    this.token = token;
  }

  void step(String message) {
    steps++;
    if (token != null) {
      exchange.progressNotification(
          McpSchema.ProgressNotification.builder(token, steps).total(3.0).message(message).build());
    }
  }
}
