package io.tabellion.rehearsal;

import com.google.protobuf.ByteString;
import io.tabellion.approval.Approvals;
import io.tabellion.approval.Desk;
import io.tabellion.audit.LogKeys;
import io.tabellion.audit.Opening;
import io.tabellion.audit.Recovered;
import io.tabellion.audit.StoredAuditLog;
import io.tabellion.audit.WriterSettings;
import io.tabellion.audit.checkpoint.TreeHead;
import io.tabellion.budget.BudgetSettings;
import io.tabellion.extproc.CannedCalls;
import io.tabellion.extproc.ExtProcServer;
import io.tabellion.extproc.ExtProcSettings;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.extproc.Vouching;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.inspect.Inspector;
import io.tabellion.inspect.LineSettings;
import io.tabellion.mask.MaskSettings;
import io.tabellion.metrics.Metrics;
import io.tabellion.pin.PinSettings;
import io.tabellion.pin.Pins;
import io.tabellion.policy.Policy;
import io.tabellion.policy.PolicyFile;
import io.tabellion.secret.Drbg;
import io.tabellion.session.SessionOwners;
import io.tabellion.state.MemoryState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/**
 * A whole server but for its files: ext_proc on a free loopback port, a policy of its own, and a
 * log with keys of its own whose entries nobody keeps. It shares no state, metric or session with
 * any other server of the process.
 */
final class PrivateServer implements AutoCloseable {
  private static final String ORIGIN = "rehearsal.invalid/log";
  private static final Duration BEAT = Duration.ofDays(1);

  private final StoredAuditLog log;
  private final ExtProcServer server;

  private PrivateServer(StoredAuditLog log, ExtProcServer server) {
    this.log = log;
    this.server = server;
  }

  static PrivateServer start(InstantSource clock) throws IOException {
    Metrics metrics = new Metrics();
    StoredAuditLog log = log(clock, metrics);
    try {
      ExtProcServer server = server(log, clock, metrics);
      server.start();
      return new PrivateServer(log, server);
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private static StoredAuditLog log(InstantSource clock, Metrics metrics) throws IOException {
    Drbg random = new Drbg();
    LogKeys keys = LogKeys.random(ORIGIN, random);
    var settings =
        new WriterSettings(ORIGIN, "rehearsal", "0", Limits.DEFAULTS.answer() * 2L, BEAT);
    var opening =
        new Opening(
            settings,
            keys,
            new Recovered(ORIGIN, "rehearsal", true, keys),
            TreeHead.EMPTY,
            new Opening.Parts(clock, System::nanoTime, random, metrics, false));
    return opening.openNew(new UnkeptStore());
  }

  private static ExtProcServer server(StoredAuditLog log, InstantSource clock, Metrics metrics)
      throws IOException {
    Policy policy =
        PolicyFile.read(Path.of("rehearsal.yaml"), ByteString.copyFromUtf8(CannedCalls.POLICY))
            .policy();
    MemoryState state = new MemoryState(clock);
    Inspector inspector =
        new Inspector(
            () -> policy,
            log,
            log.keyedHash(),
            SessionOwners.NONE,
            new Pins(state, clock, PinSettings.DEFAULT, tree -> tree, log.keyedHash()),
            metrics,
            clock,
            new LineSettings(
                Limits.DEFAULTS.largest(), MaskSettings.DEFAULTS, BudgetSettings.DEFAULTS),
            state,
            new Approvals(Desk.NOBODY));
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var anybody = new IdentitySettings(null, null, null, true, Set.of());
    return new ExtProcServer(
        new ExtProcSettings(
            new ExtProcSettings.Transport.InsecureLoopback(loopback),
            Limits.DEFAULTS,
            Map.of("default", anybody),
            Vouching.ALL,
            0), // what is to be warm is the way of short messages
        inspector,
        metrics,
        clock);
  }

  /** Where it listens, on loopback. */
  int port() {
    return server.port();
  }

  /** Ends it; what is under way is failed. */
  @Override
  public void close() {
    try {
      server.stop(Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      log.close();
    }
  }
}
