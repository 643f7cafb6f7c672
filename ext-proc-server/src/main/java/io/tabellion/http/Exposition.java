package io.tabellion.http;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Gauge;
import io.tabellion.metrics.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The counters and gauges in the format that a Prometheus server asks for. Thread-safe.
 *
 * <p>Each {@link Counter} is {@code tabellion_NAME_total}; counters start at zero with the process.
 */
final class Exposition {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();

  Exposition(Metrics metrics, List<Gauge> gauges) {
    for (Counter counter : Counter.values()) {
      CounterWithCallback.builder()
          .name("tabellion_" + counter.text())
          .help("Since start: " + counter.text().replace('_', ' ') + ".")
          .callback(callback -> callback.call((double) metrics.get(counter)))
          .register(registry);
    }
    CounterWithCallback.builder()
        .name("tabellion_masked_values")
        .help("Since start: values that were masked, by what was found.")
        .labelNames("detector")
        .callback(callback ->
            metrics.masked().forEach((detector, count) -> callback.call(count, detector)))
        .register(registry);
    gauges.forEach(this::register);
    jvm().forEach(this::register);
  }

  /** The text for a client that accepts {@code accept}, and its content type. */
  Page page(@Nullable String accept) throws IOException {
    ExpositionFormatWriter writer = formats.findWriter(accept);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(out, registry.scrape());
    return new Page(200, writer.getContentType(), out.toByteArray());
  }

  private void register(Gauge gauge) {
    String label = gauge.label();
    GaugeWithCallback.builder()
        .name("tabellion_" + gauge.text())
        .help(gauge.help())
        .labelNames(label == null ? new String[0] : new String[] {label})
        .callback(callback ->
            gauge
                .values()
                .get()
                .forEach((name, value) ->
                    callback.call(value, label == null ? new String[0] : new String[] {name})))
        .register(registry);
  }

  private static List<Gauge> jvm() {
    var memory = ManagementFactory.getMemoryMXBean();
    var runtime = ManagementFactory.getRuntimeMXBean();
    return List.of(
        new Gauge("heap_bytes", "Heap in use.", () -> memory.getHeapMemoryUsage().getUsed()),
        new Gauge("heap_limit_bytes", "Most heap.", () -> memory.getHeapMemoryUsage().getMax()),
        new Gauge(
            "uptime_seconds",
            "Since start.",
            () -> Duration.ofMillis(runtime.getUptime()).toMillis() / 1000.0));
  }
}
