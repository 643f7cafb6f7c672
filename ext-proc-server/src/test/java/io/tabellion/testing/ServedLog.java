package io.tabellion.testing;

import io.tabellion.api.ApiServer;
import io.tabellion.api.ApiSettings;
import io.tabellion.audit.Entry;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.audit.files.LogSettings;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.metrics.Metrics;
import io.tabellion.pin.Pins;
import io.tabellion.signin.SignIn;
import io.tabellion.signin.TokenFile;
import io.tabellion.state.MemoryState;
import io.tabellion.stop.StopSwitch;
import io.tabellion.stop.Stops;
import io.tabellion.stop.Traffic;
import io.tabellion.trail.Reader;
import io.tabellion.trail.Role;
import io.tabellion.trail.Trail;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A real log with its index, which the audit API shows; verbs find it by {@code --dir}. */
public final class ServedLog implements AutoCloseable {
  private static final InstantSource CLOCK = InstantSource.system();

  private final FileAuditLog log;
  private final SearchIndex index;
  private final Trail trail;
  private final SignIn signIn;
  private final ApiServer api;
  private final Stops stops = new Stops(new MemoryState(CLOCK));
  private final Pins pins = SamplePins.empty(CLOCK);

  public ServedLog(Path folder) throws Exception {
    Path token = folder.resolve("auditor.token");
    Files.writeString(token, "0123456789abcdef0123456789abcdef\n");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    log =
        FileAuditLog.open(
            LogSettings.of(folder.resolve("log"), "test.example/log", "test"),
            CLOCK,
            new Metrics());
    index = SearchIndex.open(folder.resolve("log"), log.reader(), log.keyedHash());
    index.follow();
    Path responder = folder.resolve("responder.token");
    Files.writeString(responder, "fedcba9876543210fedcba9876543210\n");
    Files.setPosixFilePermissions(responder, PosixFilePermissions.fromString("rw-------"));
    Reader auditor = new Reader("ann", Role.AUDITOR, Instant.now().plus(Duration.ofHours(1)));
    Reader rob = new Reader("rob", Role.RESPONDER, Instant.now().plus(Duration.ofHours(1)));
    var operated = new StopSwitch(stops, Traffic.NONE, text -> text, CLOCK);
    trail =
        new Trail(
            new Trail.Source(
                log,
                log.reader(),
                index,
                log.keyedHash(),
                pins,
                SampleOffice.of(log, CLOCK),
                operated),
            CLOCK);
    signIn =
        new SignIn(
            List.of(new TokenFile(auditor, token), new TokenFile(rob, responder)),
            List.of(),
            CLOCK);
    api =
        new ApiServer(
            new ApiSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, List.of()),
            signIn,
            trail,
            () -> {},
            CLOCK);
    api.start();
    Files.writeString(
        folder.resolve("current"),
        "api=127.0.0.1:%d%ntoken-file=auditor.token%nlog=log%n".formatted(api.port()));
  }

  /** Returns the port of the audit API. */
  public int port() {
    return api.port();
  }

  public FileAuditLog log() {
    return log;
  }

  /** What operators stopped. */
  public Stops stops() {
    return stops;
  }

  /** The tools that the API of pins shows. */
  public Pins pins() {
    return pins;
  }

  /** Appends entries that stand in another log. */
  public void copy(List<StoredEntry> entries) throws InterruptedException {
    for (StoredEntry stored : entries) {
      Entry.Content content =
          stored.content().get() instanceof StoredContent.Clear(var clear) ? clear : null;
      var leaf = stored.leaf();
      log.append(List.of(new Entry(leaf.id(), leaf.kind(), leaf.facts(), content)));
    }
  }

  @Override
  public void close() throws IOException {
    api.close();
    signIn.close();
    trail.close();
    index.close();
    log.close();
  }
}
