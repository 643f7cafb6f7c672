package io.tabellion.testing;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the heap of this process held when the dump was made, without what nothing refers to. */
public final class HeapDump implements AutoCloseable {
  private final Path file;

  public HeapDump(Path folder) throws IOException {
    file = folder.resolve("heap.hprof");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(file.toString(), true);
  }

  /** Whether the bytes stand in it, one behind the other (Knuth, Morris and Pratt). */
  public boolean holds(byte[] wanted) throws IOException {
    int[] shorter = borders(wanted);
    int matched = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
      for (int b = in.read(); b >= 0; b = in.read()) {
        while (matched > 0 && (byte) b != wanted[matched]) {
          matched = shorter[matched - 1];
        }
        matched += (byte) b == wanted[matched] ? 1 : 0;
        if (matched == wanted.length) {
          return true;
        }
      }
    }
    return false;
  }

  /** For each beginning, how much of it is its end too. */
  private static int[] borders(byte[] wanted) {
    int[] borders = new int[wanted.length];
    int length = 0;
    for (int i = 1; i < wanted.length; i++) {
      while (length > 0 && wanted[i] != wanted[length]) {
        length = borders[length - 1];
      }
      length += wanted[i] == wanted[length] ? 1 : 0;
      borders[i] = length;
    }
    return borders;
  }

  @Override
  public void close() throws IOException {
    Files.delete(file);
  }
}
