package io.tabellion.xds.server;

import io.envoyproxy.controlplane.server.DiscoveryServerCallbacks;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
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

  private final Refusals refusals;

  AcknowledgementLog(Refusals refusals) {
    this.refusals = refusals;
  }

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
          "{0} refused {1} {2}: {3} (it keeps {4})",
          node,
          type,
          refusals.refuse(stream, request.getTypeUrl()).orElse("?"),
          request.getErrorDetail().getMessage().strip(),
          request.getVersionInfo().isEmpty() ? "nothing" : request.getVersionInfo());
    } else if (!request.getResponseNonce().isEmpty()) {
      LOG.log(Level.INFO, "{0} took {1} {2}", node, type, request.getVersionInfo());
    }
  }

  @Override
  public void onV3StreamResponse(
      long stream, DiscoveryRequest request, DiscoveryResponse response) {
    refusals.sent(stream, response.getTypeUrl(), response.getVersionInfo());
  }

  @Override
  public void onV3StreamDeltaRequest(long stream, DeltaDiscoveryRequest request) {
    throw new UnsupportedOperationException("delta (expected: state of the world)");
  }

  @Override
  public void onStreamClose(long stream, String type) {
    closed(stream);
  }

  @Override
  public void onStreamCloseWithError(long stream, String type, Throwable error) {
    closed(stream);
  }

  private void closed(long stream) {
    nodes.remove(stream);
    refusals.closed(stream);
  }

  private static String type(String url) {
    return url.substring(url.lastIndexOf('.') + 1);
  }
}
