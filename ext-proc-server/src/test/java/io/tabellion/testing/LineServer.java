package io.tabellion.testing;

import io.tabellion.audit.FileAuditLog;
import io.tabellion.audit.LogSettings;
import io.tabellion.extproc.ExtProcServer;
import io.tabellion.extproc.ExtProcSettings;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.extproc.ExtProcSettings.Transport;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.inspect.SessionOwners;
import io.tabellion.metrics.Metrics;
import io.tabellion.policy.PolicyReloader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** The ext_proc server with a log and a policy and nothing else, for a look by hand. */
public final class LineServer {
  private LineServer() {}

  /** {@code LineServer PORT LOG-FOLDER POLICY-FILE}. */
  public static void main(String[] args) throws Exception {
    var metrics = new Metrics();
    var log =
        FileAuditLog.open(
            LogSettings.of(Path.of(args[1]), "test.example/line", "test"),
            Clock.systemUTC(),
            metrics);
    var policy = PolicyReloader.load(Path.of(args[2]), log, Clock.systemUTC());
    var address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
    var settings =
        new ExtProcSettings(
            new Transport.InsecureLoopback(address),
            Limits.DEFAULTS,
            Map.of("default", IdentitySettings.ANONYMOUS));
    var server =
        new ExtProcServer(
            settings, policy, log, log.keyedHash(), SessionOwners.NONE, metrics, Clock.systemUTC());
    server.start();
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  try {
                    server.stop(Duration.ofSeconds(5));
                    log.close();
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                }));
    Thread.currentThread().join();
  }
}
