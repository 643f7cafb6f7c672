package io.tabellion.http;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Gauge;
import io.tabellion.metrics.Histogram;
import io.tabellion.metrics.Metrics;
import io.tabellion.metrics.Reload;
import io.tabellion.metrics.Tally;
import io.tabellion.metrics.Timing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The metrics in the format that a Prometheus server asks for. Thread-safe.
 *
 * <p>Each {@link Counter} and {@link Tally} is {@code tabellion_NAME_total}, each family of {@link
 * Timing}s {@code tabellion_NAME_seconds}, each {@link Gauge} {@code tabellion_NAME}. Counters
 * start at zero with the process. Beside them there is what every JVM has ({@code jvm_…}, {@code
 * process_…}).
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
    for (Tally tally : Tally.values()) {
      CounterWithCallback.builder()
          .name("tabellion_" + tally.text())
          .help("Since start: " + tally.help())
          .labelNames(tally.labels().toArray(new String[0]))
          .callback(callback ->
              metrics
                  .counts(tally)
                  .forEach((values, count) -> callback.call(count, values.toArray(new String[0]))))
          .register(registry);
    }
    for (Timing.Family family : Timing.Family.values()) {
      registry.register(new Timings(metrics, family));
    }
    gauges.forEach(this::register);
    reloads(metrics).forEach(this::register);
    JvmMetrics.builder().register(registry);
  }

  /** The text for a client that accepts {@code accept}, and its content type. */
  Page page(@Nullable String accept) throws IOException {
    ExpositionFormatWriter writer = formats.findWriter(accept);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(out, registry.scrape());
    return new Page(200, writer.getContentType(), out.toByteArray());
  }

  private void register(Gauge gauge) {
    GaugeWithCallback.builder()
        .name("tabellion_" + gauge.text())
        .help(gauge.help())
        .labelNames(gauge.labels().toArray(new String[0]))
        .callback(callback ->
            gauge
                .values()
                .get()
                .forEach((values, number) -> callback.call(number, values.toArray(new String[0]))))
        .register(registry);
  }

  private static List<Gauge> reloads(Metrics metrics) {
    return List.of(
        new Gauge(
            "reload_failed",
            "1 if these files changed and cannot be used; what was read before is used.",
            "files",
            () -> each(metrics, reload -> reload.failed() ? 1 : 0)),
        new Gauge(
            "reload_success_timestamp_seconds",
            "When these files were read with success, the last time.",
            "files",
            () -> each(metrics, reload -> reload.success().toEpochMilli() / 1e3)));
  }

  private static Map<String, Double> each(Metrics metrics, ToDoubleFunction<Reload> value) {
    Map<String, Double> values = new TreeMap<>();
    metrics.reloads().forEach((files, reload) -> values.put(files, value.applyAsDouble(reload)));
    return values;
  }

  /** The timings of one family. */
  private record Timings(Metrics metrics, Timing.Family family) implements Collector {
    private static final double[] BOUNDS = Histogram.bounds();

    @Override
    public MetricSnapshot collect() {
      HistogramSnapshot.Builder all =
          HistogramSnapshot.builder()
              .name("tabellion_" + family.text() + "_seconds")
              .unit(Unit.SECONDS)
              .help(family.help());
      for (Timing timing : Timing.values()) {
        if (timing.family() == family) {
          all.dataPoint(point(timing));
        }
      }
      return all.build();
    }

    private HistogramDataPointSnapshot point(Timing timing) {
      Histogram histogram = metrics.timing(timing);
      long[] counts = histogram.counts();
      ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
      for (int i = 0; i < BOUNDS.length; i++) {
        buckets.bucket(BOUNDS[i], counts[i]);
      }
      return HistogramDataPointSnapshot.builder()
          .classicHistogramBuckets(buckets.build())
          .sum(histogram.seconds())
          .labels(Labels.of(family.label(), timing.value()))
          .build();
    }
  }
}
