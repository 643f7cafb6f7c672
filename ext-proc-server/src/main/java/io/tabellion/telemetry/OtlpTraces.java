package io.tabellion.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.metrics.Metrics;
import io.tabellion.trace.CallSpan;
import io.tabellion.trace.TraceParent;
import io.tabellion.trace.Traces;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Traces for a collector that speaks OTLP over HTTP, by OpenTelemetry's conventions for MCP: one
 * span for each message of a client, named {@code METHOD NAME}, from when it came until its answer
 * was judged. It has what the entry has of the names of things, masked as there, and never an
 * argument, a result or the id of a session.
 *
 * <p>Thread-safe; never blocks.
 */
public final class OtlpTraces implements Traces, AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final double PERCENT = 100.0;

  private static final AttributeKey<List<String>> RULES =
      AttributeKey.stringArrayKey("tabellion.rules");

  /** Facts that are attributes, by the name of that. */
  private static final Map<Fact, AttributeKey<String>> NAMES =
      Map.of(
          Fact.METHOD, AttributeKey.stringKey("mcp.method.name"),
          Fact.REVISION, AttributeKey.stringKey("mcp.protocol.version"),
          Fact.RESOURCE, AttributeKey.stringKey("mcp.resource.uri"),
          Fact.RPC_ID, AttributeKey.stringKey("jsonrpc.request.id"),
          Fact.TOOL, AttributeKey.stringKey("gen_ai.tool.name"),
          Fact.PROMPT, AttributeKey.stringKey("gen_ai.prompt.name"),
          Fact.SERVER, AttributeKey.stringKey("tabellion.server"),
          Fact.DECISION, AttributeKey.stringKey("tabellion.decision"),
          Fact.REASON, AttributeKey.stringKey("tabellion.reason"),
          Fact.SESSION, AttributeKey.stringKey("tabellion.session"));

  private final SdkTracerProvider provider;
  private final Tracer tracer;

  /**
   * How traces reach their collector.
   *
   * @param endpoint its address, without a path
   * @param ca authorities of its certificate, PEM; null for those of the JVM
   * @param sampling percent of the messages without a parent that are traced
   */
  public record Collector(URI endpoint, @Nullable Path ca, int sampling) {}

  /**
   * Begins to trace. The collector need not be there.
   *
   * @throws IOException if the authorities cannot be read
   */
  public OtlpTraces(Collector collector, String version, Metrics metrics) throws IOException {
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(collector.endpoint().resolve("/v1/traces").toString())
            .setTimeout(TIMEOUT)
            .setRetryPolicy(null);
    Path ca = collector.ca();
    if (ca != null) {
      exporter.setTrustedCertificates(Files.readAllBytes(ca));
    }
    provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(
                    Attributes.builder()
                        .put("service.name", "tabellion")
                        .put("service.version", version)
                        .build()))
            .setSampler(
                Sampler.parentBased(Sampler.traceIdRatioBased(collector.sampling() / PERCENT)))
            .addSpanProcessor(new SpanQueue(exporter.build(), metrics))
            .build();
    tracer = provider.get("io.tabellion", version);
  }

  @Override
  public CallSpan begin(@Nullable TraceParent parent, Instant began, EntryId entry, Facts facts) {
    SpanBuilder builder =
        tracer
            .spanBuilder(name(facts))
            .setSpanKind(SpanKind.SERVER)
            .setParent(context(parent))
            .setStartTimestamp(began)
            .setAttribute("tabellion.entry", entry.toString());
    NAMES.forEach((fact, key) -> {
      String text = facts.text(fact);
      if (text != null) {
        builder.setAttribute(key, text);
      }
    });
    if ("tools/call".equals(facts.text(Fact.METHOD))) {
      builder.setAttribute("gen_ai.operation.name", "execute_tool");
    }
    List<String> rules = facts.texts(Fact.RULES);
    if (!rules.isEmpty()) {
      builder.setAttribute(RULES, rules);
    }
    return new Begun(builder.startSpan());
  }

  /** Sends what waits, for some seconds at most. */
  @Override
  public void close() {
    provider.close();
  }

  private static String name(Facts facts) {
    String method = facts.text(Fact.METHOD);
    String tool = facts.text(Fact.TOOL);
    String of = tool == null ? facts.text(Fact.PROMPT) : tool;
    String named = method == null ? "message" : method;
    return of == null ? named : named + " " + of;
  }

  private static Context context(@Nullable TraceParent parent) {
    return parent == null
        ? Context.root()
        : Context.root()
            .with(
                Span.wrap(
                    SpanContext.createFromRemoteParent(
                        parent.trace(),
                        parent.span(),
                        parent.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                        TraceState.getDefault())));
  }

  private static final class Begun implements CallSpan {
    private final Span span;
    private final AtomicBoolean over = new AtomicBoolean();

    Begun(Span span) {
      this.span = span;
    }

    @Override
    public void end(String how, boolean failed) {
      if (over.compareAndSet(false, true)) {
        span.setAttribute("tabellion.outcome", how);
        if (failed) {
          span.setAttribute("error.type", how).setStatus(StatusCode.ERROR);
        }
        span.end();
      }
    }
  }
}
