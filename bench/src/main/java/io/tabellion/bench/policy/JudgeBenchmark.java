package io.tabellion.bench.policy;

import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.policy.Decision;
import io.tabellion.policy.Policy;
import io.tabellion.policy.PolicyFile;
import io.tabellion.policy.Question;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.ToolFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Judges one {@code tools/call}: of all rules 20 are for its tool and read its arguments in CEL,
 * the others are for other tools, servers and methods.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class JudgeBenchmark {
  private static final int READING = 20;

  @Param({"100", "1000"})
  public int rules;

  private final Question question = question();
  private @Nullable Policy policy;

  /** Reads the policy, as the server does. */
  @Setup
  public void prepare() throws IOException {
    Path file = Files.createTempFile("policy", ".yaml");
    try {
      Files.writeString(file, text());
      policy = PolicyFile.load(file).policy();
    } finally {
      Files.delete(file);
    }
    if (judge().action() != Decision.Action.ALLOW) {
      throw new IllegalStateException("decision: no (expected: allow)");
    }
  }

  private String text() {
    StringBuilder text =
        new StringBuilder(
            """
            apiVersion: tabellion.io/v1
            kind: Policy
            metadata: {name: bench}
            vars: {isDba: "'dba' in principal.groups"}
            rules:
              - {id: r0, match: {tools: [run_sql]}, when: args.limit < 1000 && vars.isDba, then: allow}
            """);
    String[] conditions = {
      "args.limit > %d000",
      "args.sql.matches(r'(?i)\\\\b(drop|truncate|alter)\\\\b_%d')",
      "args.sql.startsWith('DELETE %d') && !vars.isDba",
      "args.options.exists(o, o == 'force_%d')",
    };
    for (int i = 1; i < READING; i++) {
      String condition = conditions[i % conditions.length].formatted(i);
      text.append(
          "  - {id: r%d, match: {tools: [run_sql]}, when: \"%s\", then: deny}\n"
              .formatted(i, condition));
    }
    for (int i = READING; i < rules; i++) {
      text.append("  - {id: r%d, match: {%s}, then: deny}\n".formatted(i, other(i)));
    }
    return text.toString();
  }

  private static String other(int i) {
    return switch (i % 3) {
      case 0 -> "tools: [run_%d, 'get_%d_*']".formatted(i, i);
      case 1 -> "servers: ['db-%d']".formatted(i);
      default -> "methods: [resources/read], servers: ['db-*']";
    };
  }

  private static Question question() {
    Caller caller =
        new Caller(
            Caller.Source.JWT,
            "ann",
            "https://idp.example",
            List.of(),
            "agent",
            List.of("staff", "dba"),
            List.of(),
            null,
            "192.0.2.1");
    Json options = new Json.Array(List.of(new Json.Text("explain"), new Json.Text("read-only")));
    Json.Obj args =
        Json.Obj.EMPTY
            .with("sql", new Json.Text("SELECT name, city FROM customers WHERE id = 4711"))
            .with("limit", Json.Num.of(100))
            .with("options", options);
    return new Question(
        Direction.REQUEST,
        new Question.Setting(
            caller, "db-main", "session", "2025-11-25", "c", Instant.parse("2026-11-24T12:00:00Z")),
        new Question.Target("tools/call", "run_sql", null, null),
        ToolFacts.UNKNOWN,
        args,
        null,
        300,
        Set.of());
  }

  /** One judgement. */
  @Benchmark
  public Decision judge() {
    return Objects.requireNonNull(policy).decide(question);
  }
}
