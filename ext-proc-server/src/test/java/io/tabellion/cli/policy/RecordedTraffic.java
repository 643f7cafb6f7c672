package io.tabellion.cli.policy;

import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.policy.PolicyFile;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.Ran;
import io.tabellion.testing.ServedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Calls that went down the line under a policy, in a log that the audit API shows. */
final class RecordedTraffic {
  private final Path folder;
  private final LineFixture line = new LineFixture();
  private final ServedLog served;

  RecordedTraffic(Path folder, String policy) throws Exception {
    this.folder = folder;
    line.policy(PolicyFile.load(write("old.yaml", policy)).policy());
    served = new ServedLog(folder);
  }

  Path write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  LineFixture line() {
    return line;
  }

  /** A call that is let on and answered with this result. */
  void answered(String tool, String args, String result) throws Exception {
    Stream stream = line.sent(call(tool, args));
    stream.answerJson("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":" + result + "}").answered();
  }

  /** A call that is refused. */
  void refused(String tool, String args) throws Exception {
    line.envoy().open().post().requestBody(call(tool, args), true).immediate();
  }

  /** The tools that the server shows. */
  void shown(String tools) throws Exception {
    line.envoy().listed("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"tools\":" + tools + "}}");
  }

  private static String call(String tool, String args) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
        .formatted(tool, args);
  }

  /** What the line recorded goes to the log that is shown. */
  List<StoredEntry> record(int atLeast) throws Exception {
    List<StoredEntry> entries = line.entries(atLeast);
    served.copy(entries);
    return entries;
  }

  FileAuditLog log() {
    return served.log();
  }

  Ran run(String verb, String... options) {
    return Ran.in(folder, new PolicyCommand(), verb, options);
  }

  void close() throws Exception {
    line.close();
    served.close();
  }
}
