package io.tabellion.testing;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;

/** A connection of Envoy's to an ext_proc server on this machine. */
public final class EnvoyConnection implements AutoCloseable {
  private final ManagedChannel channel;

  public EnvoyConnection(int port) {
    channel =
        Grpc.newChannelBuilder("localhost:" + port, InsecureChannelCredentials.create())
            .directExecutor()
            .build();
  }

  public EnvoyPeer envoy() {
    return new EnvoyPeer(channel);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
