package io.tabellion.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An agent with an SDK of others, in a process of its own, that calls tools as it is told. */
final class Peer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final Writer in;
  private final BlockingQueue<CompletableFuture<JsonNode>> asked = new LinkedBlockingQueue<>();
  private final String protocol;

  private Peer(Process process, String name) throws IOException {
    this.process = process;
    in = process.outputWriter(StandardCharsets.UTF_8);
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String hello = out.readLine();
    if (hello == null) {
      throw new IOException(name + ": ended (expected: connected; its errors are in the test's)");
    }
    protocol = JSON.readTree(hello).path("protocol").asString();
    Thread.ofPlatform().daemon().name(name + "-output").start(() -> pump(out));
  }

  /** Starts it, and returns when it is connected. */
  static Peer start(String name, Path folder, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectError(folder.resolve(name + ".err").toFile())
              .start();
      return new Peer(process, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The revision of MCP that it speaks with the server. */
  String protocol() {
    return protocol;
  }

  /** Calls a tool. */
  CompletableFuture<JsonNode> call(String tool, Map<String, ?> arguments) {
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    asked.add(answer);
    try {
      in.write(JSON.writeValueAsString(Map.of("tool", tool, "args", arguments)) + "\n");
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer;
  }

  /** What a call came to, in the client's words. */
  static String seen(CompletableFuture<JsonNode> call)
      throws InterruptedException, ExecutionException, TimeoutException {
    JsonNode answer = call.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return answer.has("error")
        ? "error: " + answer.path("error").asString()
        : answer.path("text").asString();
  }

  private void pump(BufferedReader out) {
    try {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        asked.take().complete(JSON.readTree(line));
      }
    } catch (IOException | InterruptedException _) {
      // It was killed.
    }
  }

  /** Kills it, whatever it waits for. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
