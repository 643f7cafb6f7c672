package io.tabellion.bench.detection;

import io.tabellion.detect.Finding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Another program that finds, run beside ours: its first line is {@code {"types": […]}}, what it
 * can find by our names; then it gets each text as a line with a JSON string and answers with a
 * line {@code {"findings": [{"detector", "start", "end"}]}}, places in UTF-16 code units. Confined.
 */
final class Peer implements AutoCloseable {
  private final Process process;
  private final OutputStream in;
  private final BufferedReader out;
  private final Set<String> types = new TreeSet<>();

  private Peer(Process process) {
    this.process = process;
    this.in = process.getOutputStream();
    this.out = process.inputReader(StandardCharsets.UTF_8);
    read().path("types").forEach(type -> types.add(type.asString("")));
  }

  /** Starts the program that {@code command}, words with spaces between them, names. */
  static Peer start(String command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command.split(" +"));
    return new Peer(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  Set<String> types() {
    return Set.copyOf(types);
  }

  List<Finding> find(String text) {
    try {
      in.write(JsonMapper.shared().writeValueAsBytes(text));
      in.write('\n');
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Finding> findings = new ArrayList<>();
    for (JsonNode finding : read().path("findings")) {
      int start = finding.path("start").asInt(0);
      int end = finding.path("end").asInt(0);
      findings.add(new Finding(finding.path("detector").asString(""), start, end, 1));
    }
    return findings;
  }

  private JsonNode read() {
    try {
      String line = out.readLine();
      if (line == null) {
        throw new IllegalStateException("peer: ended (expected: a line for each text)");
      }
      return JsonMapper.shared().readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
