package io.tabellion.xds.server;

import io.envoyproxy.controlplane.server.DiscoveryServerCallbacks;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One log line for each configuration that an Envoy took or refused. An Envoy that refuses keeps
 * what it had, so a refusal is the one sign that a change is not in force.
 *
 * <p>Thread-safe.
 */
final class AcknowledgementLog implements DiscoveryServerCallbacks {
  private static final Logger LOG = System.getLogger(AcknowledgementLog.class.getName());

  /** Only the first request of a stream names the node. */
  private final Map<Long, String> nodes = new ConcurrentHashMap<>();

  @Override
  public void onV3StreamRequest(long stream, DiscoveryRequest request) {
    if (request.hasNode()) {
      nodes.put(stream, request.getNode().getId());
    }
    String node = nodes.getOrDefault(stream, "?");
    String type = type(request.getTypeUrl());
    if (request.hasErrorDetail()) {
      LOG.log(
          Level.ERROR,
          "{0} refused {1}: {2} (it keeps {3})",
          node,
          type,
          request.getErrorDetail().getMessage(),
          request.getVersionInfo().isEmpty() ? "nothing" : request.getVersionInfo());
    } else if (!request.getResponseNonce().isEmpty()) {
      LOG.log(Level.INFO, "{0} took {1} {2}", node, type, request.getVersionInfo());
    }
  }

  @Override
  public void onV3StreamDeltaRequest(long stream, DeltaDiscoveryRequest request) {
    throw new UnsupportedOperationException("delta (expected: state of the world)");
  }

  @Override
  public void onStreamClose(long stream, String type) {
    nodes.remove(stream);
  }

  @Override
  public void onStreamCloseWithError(long stream, String type, Throwable error) {
    nodes.remove(stream);
  }

  private static String type(String url) {
    return url.substring(url.lastIndexOf('.') + 1);
  }
}
