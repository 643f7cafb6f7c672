package io.tabellion.notify;

import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The letters of one endpoint on disk, one file each: {@code ENTRY.json}, and below {@code dead}
 * those that were given up. Mode 0600.
 *
 * <p>Not thread-safe: its owner calls it under its lock.
 */
final class Spool {
  /** Letters that were given up and are kept. The oldest goes first. */
  static final int MOST_DEAD = 1_000;

  private static final System.Logger LOG = System.getLogger(Spool.class.getName());
  private static final int LARGEST = 64 << 10;
  private static final String ENDING = ".json";

  private final Disk disk;
  private final Path folder;
  private final Path dead;
  private final List<String> deadFiles;

  private Spool(Disk disk, Path folder, List<String> deadFiles) {
    this.disk = disk;
    this.folder = folder;
    this.dead = folder.resolve("dead");
    this.deadFiles = new ArrayList<>(deadFiles);
  }

  static Spool open(Disk disk, Path folder) throws IOException {
    Path dead = folder.resolve("dead");
    disk.createFolder(folder, Disk.Access.SECRET);
    disk.createFolder(dead, Disk.Access.SECRET);
    return new Spool(disk, folder, letters(disk, dead));
  }

  private static List<String> letters(Disk disk, Path folder) throws IOException {
    return disk.list(folder).stream().filter(name -> name.endsWith(ENDING)).toList();
  }

  /** Reads what waits. A file that is none of ours stays where it is, and is told of. */
  List<Letter> load(Instant now) throws IOException {
    List<Letter> letters = new ArrayList<>();
    for (String name : letters(disk, folder)) {
      try {
        letters.add(Letter.of(Durably.read(disk, folder.resolve(name), LARGEST), now));
      } catch (IOException | RuntimeException _) {
        LOG.log(
            Level.WARNING, "{0}: no notification that can be read; not sent", folder.resolve(name));
      }
    }
    return letters;
  }

  /** Keeps a new one; durable on return. */
  void add(Letter letter) throws IOException {
    Durably.replace(disk, file(letter), letter.kept(), Disk.Access.SECRET);
  }

  /** Notes an attempt. What a crash undoes of it only brings the next attempt forward. */
  void update(Letter letter) throws IOException {
    Durably.replaceUnforced(disk, file(letter), letter.kept(), Disk.Access.SECRET);
  }

  /** Forgets one that was delivered. What a crash undoes of it sends it twice, with the same id. */
  void remove(Letter letter) throws IOException {
    disk.delete(file(letter));
  }

  /** Puts one where nobody tries it any more. After a crash it may be tried once more. */
  void bury(Letter letter) throws IOException {
    Durably.replace(disk, dead.resolve(name(letter)), letter.kept(), Disk.Access.SECRET);
    disk.delete(file(letter));
    deadFiles.add(name(letter));
    while (deadFiles.size() > MOST_DEAD) {
      disk.delete(dead.resolve(deadFiles.removeFirst()));
    }
  }

  private Path file(Letter letter) {
    return folder.resolve(name(letter));
  }

  private static String name(Letter letter) {
    return "%016d".formatted(letter.notice().entry()) + ENDING;
  }
}
