package io.tabellion.xds.server;

import io.envoyproxy.controlplane.cache.ConfigWatcher;
import io.envoyproxy.controlplane.cache.DeltaResponse;
import io.envoyproxy.controlplane.cache.DeltaWatch;
import io.envoyproxy.controlplane.cache.DeltaXdsRequest;
import io.envoyproxy.controlplane.cache.Response;
import io.envoyproxy.controlplane.cache.Watch;
import io.envoyproxy.controlplane.cache.XdsRequest;
import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A cache that does not send again what was refused. A refusal names the version that Envoy kept;
 * the cache takes that for an Envoy that is behind and answers at once with the refused version,
 * which is refused at once, some hundred times a second.
 *
 * <p>Thread-safe.
 */
final class SentOnce implements ConfigWatcher {
  private final SimpleCache<String> cache;
  private final String group;
  private final Refusals refusals;

  SentOnce(SimpleCache<String> cache, String group, Refusals refusals) {
    this.cache = cache;
    this.group = group;
    this.refusals = refusals;
  }

  @Override
  public Watch createWatch(
      boolean ads,
      XdsRequest request,
      Set<String> knownResources,
      Consumer<Response> responses,
      boolean clusterChanged,
      boolean emptyByDefault) {
    return cache.createWatch(
        ads, settled(request), knownResources, responses, clusterChanged, emptyByDefault);
  }

  /** A refusal as the request of an Envoy that has what it refused: it waits for the next. */
  private XdsRequest settled(XdsRequest request) {
    Snapshot snapshot = cache.getSnapshot(group);
    if (!request.hasErrorDetail() || snapshot == null) {
      return request;
    }
    String present = snapshot.version(request.getResourceType(), List.of());
    return refusals.has(request.getTypeUrl(), present)
        ? XdsRequest.create(request.v3Request().toBuilder().setVersionInfo(present).build())
        : request;
  }

  @Override
  public DeltaWatch createDeltaWatch(
      DeltaXdsRequest request,
      String requesterVersion,
      Map<String, String> resourceVersions,
      Set<String> pendingResources,
      boolean wildcard,
      Consumer<DeltaResponse> responses,
      boolean clusterChanged) {
    throw new UnsupportedOperationException("delta (expected: state of the world)");
  }
}
