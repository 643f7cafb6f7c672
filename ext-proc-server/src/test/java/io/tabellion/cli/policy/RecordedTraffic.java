package io.tabellion.cli.policy;

import io.tabellion.api.ApiServer;
import io.tabellion.audit.Entry;
import io.tabellion.audit.FileAuditLog;
import io.tabellion.audit.LogSettings;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.config.Address;
import io.tabellion.config.Config.Api;
import io.tabellion.config.Config.Role;
import io.tabellion.config.Config.Token;
import io.tabellion.metrics.Metrics;
import io.tabellion.policy.PolicyFile;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.SamplePins;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import picocli.CommandLine;

/** Calls that went down the line under a policy, in a log that the audit API shows. */
final class RecordedTraffic {
  private static final InstantSource CLOCK = InstantSource.system();

  private final Path folder;
  private final LineFixture line = new LineFixture();
  private final FileAuditLog log;
  private final SearchIndex index;
  private final ApiServer api;

  /** What a verb printed, and its exit status. */
  record Ran(int status, String out, String err) {}

  RecordedTraffic(Path folder, String policy) throws Exception {
    this.folder = folder;
    line.policy(PolicyFile.load(write("old.yaml", policy)).policy());
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
    Token auditor = new Token("ann", Role.AUDITOR, token, Instant.now().plus(Duration.ofHours(1)));
    api =
        new ApiServer(
            new Api(new Address.Tcp("127.0.0.1", 0), true, null, List.of(), List.of(auditor)),
            new ApiServer.Source(
                log, log.reader(), index, log.keyedHash(), SamplePins.empty(CLOCK), new Metrics()),
            CLOCK);
    api.start();
    Files.writeString(
        folder.resolve("current"),
        "api=127.0.0.1:%d%ntoken-file=auditor.token%nlog=log%n".formatted(api.port()));
  }

  Path write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  LineFixture line() {
    return line;
  }

  /** A call that is let on and answered with this result. */
  void answered(String tool, String args, String result) throws Exception {
    Stream stream = line.envoy().open().post().requestBody(call(tool, args), true);
    stream.forwarded();
    stream.answerJson("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":" + result + "}").answered();
  }

  /** A call that is refused. */
  void refused(String tool, String args) throws Exception {
    line.envoy().open().post().requestBody(call(tool, args), true).immediate();
  }

  /** The tools that the server shows. */
  void shown(String tools) throws Exception {
    Stream stream =
        line.envoy()
            .open()
            .post()
            .requestBody("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\"}", true);
    stream.forwarded();
    stream
        .answerJson("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"tools\":" + tools + "}}")
        .answered();
  }

  private static String call(String tool, String args) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
        .formatted(tool, args);
  }

  /** What the line recorded goes to the log that is shown. */
  List<StoredEntry> record(int atLeast) throws Exception {
    List<StoredEntry> entries = line.entries(atLeast);
    for (StoredEntry stored : entries) {
      Entry.Content content =
          stored.content().get() instanceof StoredContent.Clear(var clear) ? clear : null;
      var leaf = stored.leaf();
      log.append(List.of(new Entry(leaf.id(), leaf.kind(), leaf.facts(), content)));
    }
    return entries;
  }

  FileAuditLog log() {
    return log;
  }

  Ran run(String verb, String... options) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] arguments = new String[options.length + 3];
    arguments[0] = verb;
    arguments[1] = "--dir";
    arguments[2] = folder.toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    int status =
        new CommandLine(new PolicyCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Ran(status, out.toString(), err.toString());
  }

  void close() throws Exception {
    line.close();
    api.close();
    index.close();
    log.close();
  }
}
