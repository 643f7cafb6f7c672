package io.tabellion.notify;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A notification that no receiver has taken yet, as its file tells of it.
 *
 * <p>Immutable and thread-safe.
 *
 * @param webhook its name
 * @param type e.g. {@code approval.pending}
 * @param request id of the request that it tells of
 * @param at when that happened
 * @param attempts that failed
 * @param why the last one failed, or it was given up
 * @param givenUp whether nobody tries it any more
 * @param file that keeps it
 */
public record Undelivered(
    String webhook,
    String type,
    String request,
    Instant at,
    int attempts,
    String why,
    boolean givenUp,
    Path file) {
  private static final String FOLDER = "notifications";
  private static final String ENDING = ".json";

  /**
   * Lists those of a log's directory, by webhook and age; none if nobody is told there. A server
   * may use it meanwhile.
   *
   * @throws IOException if a folder cannot be read
   */
  public static List<Undelivered> list(Path log) throws IOException {
    List<Undelivered> all = new ArrayList<>();
    for (Path webhook : sorted(log.resolve(FOLDER))) {
      if (Files.isDirectory(webhook)) {
        add(all, webhook, webhook, false);
        add(all, webhook, webhook.resolve("dead"), true);
      }
    }
    return all;
  }

  private static void add(List<Undelivered> all, Path webhook, Path folder, boolean givenUp)
      throws IOException {
    for (Path file : sorted(folder)) {
      if (file.getFileName().toString().endsWith(ENDING)) {
        try {
          Letter letter = Letter.of(ByteString.copyFrom(Files.readAllBytes(file)), Instant.EPOCH);
          all.add(of(webhook.getFileName().toString(), letter, givenUp, file));
        } catch (java.nio.file.NoSuchFileException _) {
          // Delivered meanwhile.
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
          throw new IOException(file + ": " + e.getMessage(), e);
        }
      }
    }
  }

  private static Undelivered of(String webhook, Letter letter, boolean givenUp, Path file) {
    Notice notice = letter.notice();
    return new Undelivered(
        webhook,
        notice.type(),
        notice.request(),
        notice.at(),
        letter.attempts(),
        letter.why(),
        givenUp,
        file);
  }

  private static List<Path> sorted(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
