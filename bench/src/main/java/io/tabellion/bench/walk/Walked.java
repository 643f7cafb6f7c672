package io.tabellion.bench.walk;

import io.tabellion.approval.Approvals;
import io.tabellion.approval.Desk;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.Entry;
import io.tabellion.audit.Receipt;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.audit.files.LogSettings;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.budget.BudgetSettings;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.identity.Caller;
import io.tabellion.inspect.AnswerHead;
import io.tabellion.inspect.Exchange;
import io.tabellion.inspect.Hop;
import io.tabellion.inspect.Inspector;
import io.tabellion.inspect.LineSettings;
import io.tabellion.inspect.Reply;
import io.tabellion.inspect.RequestHead;
import io.tabellion.inspect.RequestProgress;
import io.tabellion.inspect.Upload;
import io.tabellion.inspect.Walk;
import io.tabellion.mask.MaskSettings;
import io.tabellion.mcp.Headers;
import io.tabellion.metrics.Metrics;
import io.tabellion.pin.PinSettings;
import io.tabellion.pin.Pins;
import io.tabellion.policy.Policy;
import io.tabellion.session.SessionOwners;
import io.tabellion.state.MemoryState;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The line with a log on the disk and its search index, walked by one thread as an event loop walks
 * it: what the thread takes is measured, what it waits is not.
 *
 * <p>Of one thread.
 */
final class Walked implements AutoCloseable {
  private static final Duration CATCHING_UP = Duration.ofMinutes(1);
  private static final Hop HOP =
      new Hop("loopback", "default", "sample", "00000000-0000-4000-8000-000000000001");
  private static final Caller CALLER = Caller.anonymous("127.0.0.1:50000");
  private static final AnswerHead ANSWERED =
      new AnswerHead(200, Headers.of("content-type", "application/json"), false, null);

  private final FileAuditLog log;
  private final SearchIndex index;
  private final Inspector inspector;
  private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();

  private long aside;

  /** The whole walk, with all that the meters below measure. */
  final Meter whole = new Meter();

  /** What the policy decides. */
  final Meter judge = new Meter();

  /** What the log does on the thread that appends: contents encrypted, leaves written. */
  final Meter encrypt = new Meter();

  Walked(Path folder, Policy policy) throws IOException {
    InstantSource clock = InstantSource.system();
    Path directory = folder.resolve("log");
    log =
        FileAuditLog.open(
            LogSettings.of(directory, "test.example/tabellion", "bench"), clock, new Metrics());
    index = SearchIndex.following(directory, log.reader(), log.keyedHash());
    var _ = log.useNativeSignatures();
    Policy metered = metered(policy);
    MemoryState state = new MemoryState(clock);
    inspector =
        new Inspector(
            () -> metered,
            new MeteredLog(),
            log.keyedHash(),
            SessionOwners.NONE,
            new Pins(state, clock, PinSettings.DEFAULT, tree -> tree, log.keyedHash()),
            new Metrics(),
            clock,
            new LineSettings(
                Limits.DEFAULTS.largest(), MaskSettings.DEFAULTS, BudgetSettings.DEFAULTS),
            state,
            new Approvals(Desk.NOBODY));
  }

  /** Has a call and its answer go down the line. */
  void walk(Example example) throws InterruptedException {
    var progress = new RequestProgress();
    progress.begin();
    progress.arrived();
    whole.start();
    Exchange exchange = inspector.begin(HOP, CALLER, head(example), progress);
    whole.stop();
    go(exchange.request(new Upload.Whole(example.request()), () -> {}));
    progress.forward();
    go(exchange.answer(ANSWERED, new Upload.Whole(example.answer())));
    if (!exchange.tryConclude()) {
      throw new IllegalStateException("outcome: missing (expected: written)");
    }
  }

  private static RequestHead head(Example example) {
    return new RequestHead(
        "POST",
        false,
        Headers.of(
            "content-type", "application/json",
            "accept", "application/json, text/event-stream",
            "mcp-protocol-version", "2026-07-28",
            "mcp-method", "tools/call",
            "mcp-name", example.tool()));
  }

  private void go(Walk walk) throws InterruptedException {
    var reply = new CompletableFuture<Reply>();
    whole.start();
    boolean gone = walk.tryGo(loop::add, new Replied(reply));
    whole.stop();
    if (gone) {
      Runnable rest = loop.take();
      whole.start();
      rest.run();
    } else {
      aside++;
      whole.start();
      reply.complete(walk.go());
    }
    whole.stop();
    if (!(reply.join() instanceof Reply.Whole)) {
      throw new IllegalStateException("reply: refused (expected: the message goes on)");
    }
  }

  private record Replied(CompletableFuture<Reply> future) implements Walk.Then {
    @Override
    public void reply(Reply reply) {
      future.complete(reply);
    }

    @Override
    public void failed(Throwable why) {
      future.completeExceptionally(why);
    }
  }

  /** Messages that were begun as on an event loop, broken off, and walked again, blocking. */
  long aside() {
    return aside;
  }

  /** Waits until the index has all entries, so that the next step is measured alone. */
  void await() throws InterruptedException {
    long size = log.reader().size();
    if (index.await(size, CATCHING_UP) < size) {
      throw new IllegalStateException("index: behind (expected: all entries)");
    }
  }

  /** The same policy, its decisions measured. */
  private Policy metered(Policy policy) {
    return (Policy)
        Proxy.newProxyInstance(
            Policy.class.getClassLoader(),
            new Class<?>[] {Policy.class},
            (_, method, arguments) -> {
              boolean decides = method.getName().equals("judge");
              if (decides) {
                judge.start();
              }
              try {
                return method.invoke(policy, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                if (decides) {
                  judge.stop();
                }
              }
            });
  }

  @Override
  public void close() throws IOException {
    index.close();
    log.close();
  }

  /** The log, as what walks sees it. */
  private final class MeteredLog implements AuditLog {
    @Override
    public List<Receipt> append(List<Entry> entries) throws InterruptedException {
      encrypt.start();
      var appended = log.append(entries);
      encrypt.stop();
      return appended;
    }

    @Override
    public @Nullable CompletableFuture<List<Receipt>> tryAppend(List<Entry> entries) {
      encrypt.start();
      var appended = log.tryAppend(entries);
      encrypt.stop();
      return appended;
    }

    @Override
    public Reservation reserve(long bytes) {
      return new MeteredRoom(log.reserve(bytes));
    }

    @Override
    public @Nullable Reservation tryReserve(long bytes) {
      Reservation room = log.tryReserve(bytes);
      return room == null ? null : new MeteredRoom(room);
    }

    @Override
    public boolean writable() {
      return log.writable();
    }
  }

  private final class MeteredRoom implements AuditLog.Reservation {
    private final AuditLog.Reservation room;

    MeteredRoom(AuditLog.Reservation room) {
      this.room = room;
    }

    @Override
    public List<Receipt> append(List<Entry> entries) throws InterruptedException {
      encrypt.start();
      var appended = room.append(entries);
      encrypt.stop();
      return appended;
    }

    @Override
    public @Nullable CompletableFuture<List<Receipt>> tryAppend(List<Entry> entries) {
      encrypt.start();
      var appended = room.tryAppend(entries);
      encrypt.stop();
      return appended;
    }

    @Override
    public void close() {
      room.close();
    }
  }
}
