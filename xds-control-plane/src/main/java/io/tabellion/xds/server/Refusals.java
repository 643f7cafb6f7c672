package io.tabellion.xds.server;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which versions of the present snapshot an Envoy refused.
 *
 * <p>Thread-safe.
 */
final class Refusals {
  private record Subscription(long stream, String type) {}

  private record Version(String type, String version) {}

  private final Map<Subscription, String> sent = new ConcurrentHashMap<>();
  private final Set<Version> refused = ConcurrentHashMap.newKeySet();

  void sent(long stream, String type, String version) {
    sent.put(new Subscription(stream, type), version);
  }

  /** The stream refuses what it was sent last; returns that version. */
  Optional<String> refuse(long stream, String type) {
    Optional<String> version = Optional.ofNullable(sent.get(new Subscription(stream, type)));
    version.ifPresent(last -> refused.add(new Version(type, last)));
    return version;
  }

  boolean has(String type, String version) {
    return refused.contains(new Version(type, version));
  }

  /** A new snapshot: each Envoy may be asked once more. */
  void forget() {
    refused.clear();
  }

  void closed(long stream) {
    sent.keySet().removeIf(subscription -> subscription.stream() == stream);
  }
}
