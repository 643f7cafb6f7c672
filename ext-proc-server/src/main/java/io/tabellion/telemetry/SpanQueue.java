package io.tabellion.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.tabellion.metrics.Metrics;
import io.tabellion.metrics.Tally;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Spans on their way to the collector. What does not fit into the queue, and what the collector
 * does not take, is counted and lost: calls never wait for it.
 *
 * <p>Thread-safe. One thread sends.
 */
final class SpanQueue implements SpanProcessor {
  private static final System.Logger LOG = System.getLogger(SpanQueue.class.getName());

  /** Spans that wait at most; some KiB each. */
  static final int MOST = 2048;

  private static final int BATCH = 512;
  private static final Duration GATHER = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(12);

  private final BlockingQueue<SpanData> waiting = new ArrayBlockingQueue<>(MOST);
  private final SpanExporter exporter;
  private final LongAdder sent;
  private final LongAdder failed;
  private final LongAdder dropped;
  private final Thread sender = Thread.ofPlatform().name("otlp").daemon().unstarted(this::run);
  private volatile boolean closed;
  private boolean failing; // owned by the sender

  SpanQueue(SpanExporter exporter, Metrics metrics) {
    this.exporter = exporter;
    this.sent = metrics.series(Tally.SPANS, "sent");
    this.failed = metrics.series(Tally.SPANS, "failed");
    this.dropped = metrics.series(Tally.SPANS, "dropped");
    sender.start();
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (span.getSpanContext().isSampled() && !waiting.offer(span.toSpanData())) {
      dropped.increment();
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  /** Sends what waits, once, and ends. Blocks for some seconds at most. */
  @Override
  public CompletableResultCode shutdown() {
    closed = true;
    sender.interrupt();
    try {
      sender.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return exporter.shutdown();
  }

  private void run() {
    List<SpanData> batch = new ArrayList<>(BATCH);
    while (!closed) {
      try {
        batch.add(waiting.take());
        TimeUnit.MILLISECONDS.sleep(GATHER.toMillis());
      } catch (InterruptedException _) {
        // Closed: what waits is sent below.
      }
      waiting.drainTo(batch, BATCH - batch.size());
      send(batch);
      batch.clear();
    }
    waiting.drainTo(batch, BATCH);
    send(batch);
    dropped.add(waiting.size());
  }

  private void send(List<SpanData> batch) {
    if (batch.isEmpty()) {
      return;
    }
    CompletableResultCode result = exporter.export(List.copyOf(batch));
    result.join(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    boolean well = result.isSuccess();
    (well ? sent : failed).add(batch.size());
    if (well == failing) {
      failing = !well;
      LOG.log(
          well ? Level.INFO : Level.WARNING,
          well
              ? "traces: the collector takes them again"
              : "traces: the collector does not take them; calls are not concerned");
    }
  }
}
