package io.tabellion;

import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.config.Config;
import io.tabellion.metrics.Gauge;
import io.tabellion.pin.Pin;
import io.tabellion.pin.Pins;
import io.tabellion.policy.PolicyReloader;
import io.tabellion.tls.ServerTls;
import io.tabellion.version.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What operators watch beside the traffic: which version and policy, room, what expires. */
record OperationGauges(
    Config config,
    FileAuditLog log,
    PolicyReloader policy,
    Pins pins,
    Map<String, ServerTls> certificates) {

  List<Gauge> list() {
    return List.of(
        new Gauge(
            "info",
            "1 for the version of the server.",
            "version",
            () -> Map.of(Version.text(), 1.0)),
        policy.info(),
        new Gauge("log_bytes", "Bytes of the log's files that hold entries.", log::bytes),
        new Gauge(
            "log_room_bytes",
            "Bytes for entries in files of the log that are made already.",
            log::roomMade),
        new Gauge(
            "log_disk_free_bytes", "Bytes that the log's disk has for more files.", log::diskFree),
        new Gauge(
            "quarantined_tools",
            "Tools that are hidden and refused until an operator accepts their definition.",
            () -> pins.list().stream().filter(Pin::quarantined).count()),
        new Gauge(
            "token_expiry_timestamp_seconds",
            "When a token of api.tokens expires, by its name in the configuration.",
            "name",
            this::tokens),
        new Gauge(
            "certificate_expiry_timestamp_seconds",
            "When the first of these certificates expires, ours or a client authority.",
            "files",
            this::certificateExpiry));
  }

  private Map<String, Double> certificateExpiry() {
    Map<String, Double> expiry = new HashMap<>();
    certificates.forEach(
        (files, tls) -> expiry.put(files, (double) tls.expires().getEpochSecond()));
    return expiry;
  }

  private Map<String, Double> tokens() {
    Map<String, Double> expiry = new HashMap<>();
    for (Config.Token token : config.api().tokens()) {
      expiry.put(token.name(), (double) token.expires().getEpochSecond());
    }
    return expiry;
  }
}
