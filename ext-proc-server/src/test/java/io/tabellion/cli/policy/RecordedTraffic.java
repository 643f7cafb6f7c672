package io.tabellion.cli.policy;

import io.tabellion.audit.FileAuditLog;
import io.tabellion.audit.StoredEntry;
import io.tabellion.policy.PolicyFile;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.ServedLog;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;

/** Calls that went down the line under a policy, in a log that the audit API shows. */
final class RecordedTraffic {
  private final Path folder;
  private final LineFixture line = new LineFixture();
  private final ServedLog served;

  /** What a verb printed, and its exit status. */
  record Ran(int status, String out, String err) {}

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
    served.copy(entries);
    return entries;
  }

  FileAuditLog log() {
    return served.log();
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
    served.close();
  }
}
