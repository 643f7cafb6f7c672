package io.tabellion.faults;

import io.tabellion.parties.Child;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A real file system of a size that fills up: a tmpfs in a mount namespace of its own, reached
 * through the process that holds it. Needs no root where user namespaces are allowed. Thread-safe.
 */
final class SmallDisk implements AutoCloseable {
  private static final String INSIDE = "/mnt";

  private final Child holder;

  private SmallDisk(Child holder) {
    this.holder = holder;
  }

  /**
   * Mounts one.
   *
   * @param folder where the holder's log goes
   * @param size as mount's option says it, e.g. {@code 48m}
   */
  static SmallDisk mount(Path folder, String size) throws InterruptedException {
    String mount = "mount -t tmpfs -o size=" + size + " tmpfs " + INSIDE;
    String script = mount + " && echo mounted && exec tail -f /dev/null";
    Child holder = Child.start("small-disk", folder, List.of("unshare", "-rm", "sh", "-c", script));
    holder.await(line -> line.equals("mounted"), Duration.ofSeconds(10));
    return new SmallDisk(holder);
  }

  /** Where it is for programs that are started {@link #within} it. */
  Path inside() {
    return Path.of(INSIDE);
  }

  /** Where it is for everybody else. */
  Path outside() {
    return Path.of("/proc", Long.toString(holder.pid()), "root", INSIDE);
  }

  /** The program that starts another one within. */
  List<String> within() {
    String pid = Long.toString(holder.pid());
    return List.of("nsenter", "-t", pid, "-m", "-U", "--preserve-credentials");
  }

  /** Runs a shell script within, to its end. */
  void run(String script) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(within());
    command.addAll(List.of("sh", "-ec", script));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(script + ": " + said);
    }
  }

  @Override
  public void close() {
    holder.close();
  }
}
