package io.tabellion.notify;

import com.google.protobuf.ByteString;
import io.tabellion.approval.Ledger;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.follow.CursorFile;
import io.tabellion.audit.follow.Follower;
import io.tabellion.durable.Disk;
import io.tabellion.metrics.Gauge;
import io.tabellion.metrics.Metrics;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tells endpoints of approvals. It follows the log: what is told is durable there, and no caller
 * ever waits for it. What was not delivered is kept in a folder, and sent after a restart. What
 * cannot be delivered blocks nothing and opens nothing.
 *
 * <p>Thread-safe. Opened, started and closed by one thread.
 */
public final class Notifications implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Notifications.class.getName());

  /** Entries that are read at a time. */
  private static final int SLICE = 1_024;

  private final Courier courier;
  private final List<Outbox> outboxes;
  private final Follower follower;

  private Notifications(Courier courier, List<Outbox> outboxes, Follower follower) {
    this.courier = courier;
    this.outboxes = List.copyOf(outboxes);
    this.follower = follower;
  }

  /**
   * What is told.
   *
   * @param reader of the log
   * @param ledger the requests that it tells of
   * @param console where approvers look at requests; null if nowhere
   */
  public record Source(AuditReader reader, Ledger ledger, @Nullable URI console) {}

  /**
   * Opens the folder. Where there is none yet, what is in the log already is not told.
   *
   * @throws IOException if it cannot be used
   */
  public static Notifications open(
      Disk disk,
      Path folder,
      Source source,
      List<Endpoint> endpoints,
      InstantSource clock,
      Metrics metrics)
      throws IOException {
    DoubleSupplier jitter = () -> ThreadLocalRandom.current().nextDouble();
    return open(disk, folder, source, endpoints, new Courier(clock), clock, jitter, metrics);
  }

  static Notifications open(
      Disk disk,
      Path folder,
      Source source,
      List<Endpoint> endpoints,
      Courier courier,
      InstantSource clock,
      DoubleSupplier jitter,
      Metrics metrics)
      throws IOException {
    disk.createFolder(folder, Disk.Access.SECRET);
    Path place = folder.resolve("cursor");
    CursorFile cursor = new CursorFile(disk, place);
    long size = source.reader().size();
    if (!disk.exists(place) || cursor.read() > size) {
      cursor.write(size);
    }
    List<Outbox> outboxes = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      Spool spool = Spool.open(disk, folder.resolve(endpoint.name()));
      outboxes.add(
          new Outbox(
              endpoint,
              spool,
              courier,
              notice -> endpoint.arguments() ? call(source.reader(), notice) : null,
              clock,
              jitter,
              metrics));
    }
    sayForgotten(disk, folder, endpoints);
    Notices notices = new Notices(source.ledger(), source.console());
    Telling telling =
        new Telling(
            source.reader(),
            cursor,
            cursor.read(),
            source.ledger(),
            notices,
            outboxes,
            System::nanoTime,
            SLICE);
    Follower follower =
        new Follower(
            "notifications",
            "the notifications",
            source.reader(),
            telling,
            Thread.ofPlatform().name("notifications").daemon().factory());
    return new Notifications(courier, outboxes, follower);
  }

  /**
   * The call as it is recorded; null if it has no content any more, or the notice is of another
   * step.
   */
  private static @Nullable ByteString call(AuditReader reader, Notice notice) {
    if (notice.step() != Step.PENDING || notice.entry() >= reader.size()) {
      return null;
    }
    try {
      return reader.read(notice.entry()).content().get() instanceof StoredContent.Clear(var content)
          ? content.bytes()
          : null;
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "a call cannot be shown: {0}", e.getClass().getSimpleName());
      return null;
    }
  }

  private static void sayForgotten(Disk disk, Path folder, List<Endpoint> endpoints)
      throws IOException {
    List<String> known = endpoints.stream().map(Endpoint::name).toList();
    for (String name : disk.list(folder)) {
      if (!name.startsWith("cursor") && !known.contains(name)) {
        LOG.log(
            Level.WARNING,
            "{0}: of a webhook that the configuration does not name; what waits there is not sent",
            folder.resolve(name));
      }
    }
  }

  /** Begins to tell. Called once. */
  public void start() {
    outboxes.forEach(Outbox::start);
    follower.start();
  }

  /** How far it has read the log, for metrics. */
  public Follower follower() {
    return follower;
  }

  /** What waits, and which receivers want nothing any more, by webhook. */
  public List<Gauge> gauges() {
    return List.of(
        gauge(
            "notifications_waiting", "Notifications that are not delivered yet.", Outbox::waiting),
        gauge(
            "notifications_gone",
            "1 if the receiver answered 410: it is told nothing until a restart.",
            outbox -> outbox.gone() ? 1 : 0));
  }

  private Gauge gauge(String name, String help, ToDoubleFunction<Outbox> value) {
    return new Gauge(
        name,
        help,
        "webhook",
        () -> {
          Map<String, Double> values = new TreeMap<>();
          outboxes.forEach(
              outbox -> values.put(outbox.endpoint().name(), value.applyAsDouble(outbox)));
          return values;
        });
  }

  @Override
  public void close() {
    follower.close();
    outboxes.forEach(Outbox::close);
    courier.close();
  }
}
