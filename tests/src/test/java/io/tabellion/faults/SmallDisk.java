package io.tabellion.faults;

import io.tabellion.parties.Child;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A real file system of a size that fills up: a tmpfs in a mount namespace of its own, reached
 * through the process that holds it. Needs no root where user namespaces are allowed. Thread-safe.
 */
final class SmallDisk implements AutoCloseable {
  private final Child holder;
  private final Path path;

  private SmallDisk(Child holder, Path path) {
    this.holder = holder;
    this.path = path;
  }

  /**
   * @param folder where the holder's log goes
   * @param size as mount's option says it, e.g. {@code 48m}
   */
  static SmallDisk mount(Path folder, String size) throws InterruptedException {
    String script =
        "mount -t tmpfs -o size=" + size + " tmpfs /mnt && echo mounted && exec tail -f /dev/null";
    Child holder = Child.start("small-disk", folder, List.of("unshare", "-rm", "sh", "-c", script));
    holder.await(line -> line.equals("mounted"), Duration.ofSeconds(10));
    return new SmallDisk(holder, Path.of("/proc", Long.toString(holder.pid()), "root/mnt"));
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    holder.close();
  }
}
