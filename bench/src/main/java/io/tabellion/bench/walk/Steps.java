package io.tabellion.bench.walk;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.tabellion.audit.LogKeys;
import io.tabellion.audit.checkpoint.TreeHead;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.bench.calls.Bench;
import io.tabellion.bench.calls.ThreadTimes;
import io.tabellion.bench.calls.ThreadTimes.Group;
import io.tabellion.bench.walk.Meter.Spent;
import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.MendingReader;
import io.tabellion.jsonrpc.Parsed;
import io.tabellion.mask.Masker;
import io.tabellion.mask.made.MaskKeys;
import io.tabellion.mask.rule.Masking;
import io.tabellion.policy.Policy;
import io.tabellion.policy.PolicyFile;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.SecretBytes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Measures the steps of calls of one kind and prints them, in a JVM of its own that is started as
 * the server is. {@link #main} has the kind as its argument.
 *
 * <p>Of one thread.
 */
final class Steps {
  private static final int CALLS = 500;
  private static final int TURNS = 7;
  private static final int WARM_UP_TURNS = 30;

  /** Compilers that take less of the CPU than this have seen enough. */
  private static final double COMPILING = 0.03;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Example.Kind kind;
  private final Walked walked;
  private final MendingReader clients = MendingReader.ofClients(Limits.DEFAULT);
  private final MendingReader servers = MendingReader.ofServers(Limits.DEFAULT);
  private final Masker masker =
      new Masker(
          new MaskKeys(new HmacKeyedHash(SecretBytes.copyOf(new byte[32])), "bench", 1), null);
  private final Masking masking;
  private final LogKeys keys = LogKeys.random("test.example/tabellion", new SecureRandom());
  private TreeHead head = TreeHead.EMPTY;
  private long next = 1;

  private Steps(Example.Kind kind, Walked walked, Masking masking) {
    this.kind = kind;
    this.walked = walked;
    this.masking = masking;
    var _ = keys.signing().useNative();
  }

  /** Measures one kind: {@code simple} or {@code larger}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Example.Kind kind = Example.Kind.valueOf(args[0].toUpperCase(Locale.ROOT));
    Policy policy =
        PolicyFile.read(Path.of("bench.yaml"), ByteString.copyFromUtf8(kind.policy())).policy();
    Path folder = Bench.newFolder();
    try (Walked walked = new Walked(folder, policy)) {
      new Steps(kind, walked, policy.baseline()).print();
    } finally {
      Bench.delete(folder);
    }
  }

  private void print() throws InterruptedException {
    double compiling = 1;
    for (int i = 0; i < WARM_UP_TURNS && compiling >= COMPILING; i++) {
      ThreadTimes before = ThreadTimes.now();
      Meter.calibrate();
      turn();
      Map<Group, Long> used = ThreadTimes.now().since(before);
      long all = used.values().stream().mapToLong(Long::longValue).sum();
      compiling = (double) used.getOrDefault(Group.COMPILERS, 0L) / Math.max(1, all);
      System.err.printf("warm-up %d: %.0f %% compiling%n", i + 1, 100 * compiling);
    }
    Map<String, List<Spent>> turns = new LinkedHashMap<>();
    for (int i = 0; i < TURNS; i++) {
      turn()
          .forEach((step, spent) -> turns.computeIfAbsent(step, _ -> new ArrayList<>()).add(spent));
    }
    Example example = kind.example(next);
    System.out.printf(
        Locale.ROOT,
        "%s: a call of %d bytes and its answer of %d; still compiling: %.0f %% of the CPU%n",
        kind.word(),
        example.request().size(),
        example.answer().size(),
        100 * compiling);
    System.out.printf(
        Locale.ROOT,
        "begun again on a virtual thread's way: %d of %d messages%n",
        walked.aside(),
        2 * (next - 1));
    System.out.printf(Locale.ROOT, "%-58s %10s %12s%n", "step", "CPU us", "bytes");
    turns.forEach((step, spent) ->
        System.out.printf(
            Locale.ROOT,
            "%-58s %10.1f %12.0f%n",
            step,
            median(spent.stream().mapToDouble(Spent::nanos).toArray()) / CALLS / 1e3,
            median(spent.stream().mapToDouble(Spent::bytes).toArray()) / CALLS));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** One turn: each step for so many calls. */
  private Map<String, Spent> turn() throws InterruptedException {
    List<Example> examples = new ArrayList<>(CALLS);
    for (int i = 0; i < CALLS; i++) {
      examples.add(kind.example(next++));
    }
    List<Json> trees = new ArrayList<>(2 * CALLS);
    Spent parse = parse(examples, trees);
    Spent mask = mask(trees);
    Spent sign = sign();
    walked.whole.reset();
    walked.judge.reset();
    walked.encrypt.reset();
    Background before = Background.now();
    for (Example example : examples) {
      walked.walk(example);
    }
    walked.await();
    Background after = Background.now();
    Spent judge = walked.judge.spent(0);
    Spent encrypt = walked.encrypt.spent(0);
    Spent whole = walked.whole.spent(4L * CALLS); // judge and encrypt, twice a call
    Spent writer = after.writer().minus(before.writer());
    Map<String, Spent> steps = new LinkedHashMap<>();
    steps.put("parse", parse);
    steps.put("judge", judge);
    steps.put("mask, and write what goes on and what is kept", mask);
    steps.put(
        "draft: facts, state, header changes, reply",
        whole.minus(parse).minus(judge).minus(mask).minus(encrypt));
    steps.put("encrypt, and write the leaf", encrypt);
    steps.put("sum: the walk", whole);
    steps.put("sign two tree heads", sign);
    steps.put("the rest of two groups: chain, hash, write, fdatasync", writer.minus(sign));
    steps.put("index two entries", after.index().minus(before.index()));
    return steps;
  }

  private Spent parse(List<Example> examples, List<Json> trees) {
    Meter meter = new Meter();
    for (Example example : examples) {
      meter.start();
      Parsed request = clients.read(example.request()).parsed();
      Parsed answer = servers.read(example.answer()).parsed();
      meter.stop();
      trees.add(tree(request));
      trees.add(tree(answer));
    }
    return meter.spent(0);
  }

  private static Json tree(Parsed parsed) {
    return parsed instanceof Parsed.Single(Envelope envelope) ? envelope.tree() : Json.Obj.EMPTY;
  }

  private Spent mask(List<Json> trees) {
    Meter meter = new Meter();
    for (Json tree : trees) {
      meter.start();
      Objects.requireNonNull(masker.mask(tree, tree, masking).recorded());
      meter.stop();
    }
    return meter.spent(0);
  }

  private Spent sign() {
    Meter meter = new Meter();
    for (int i = 0; i < 2 * CALLS; i++) {
      Hash leaf = Hash.ofBytes(ByteString.copyFromUtf8("leaf " + i));
      meter.start();
      head = head.append(List.of(leaf), keys.signing());
      meter.stop();
    }
    return meter.spent(0);
  }

  /** What the threads behind the line have taken so far. */
  private record Background(Spent writer, Spent index) {
    static Background now() {
      return new Background(of("audit-writer"), of("audit-index"));
    }

    private static Spent of(String name) {
      for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
        if (thread != null && thread.getThreadName().equals(name)) {
          long id = thread.getThreadId();
          return new Spent(THREADS.getThreadCpuTime(id), THREADS.getThreadAllocatedBytes(id));
        }
      }
      throw new IllegalStateException(name + ": no such thread");
    }
  }
}
