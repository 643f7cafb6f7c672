package io.tabellion.testing;

import java.util.Queue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/** Keeps what is logged, for tests that read it. Thread-safe if the queue is. */
public final class LogLines extends Handler {
  private final Queue<LogRecord> lines;

  public LogLines(Queue<LogRecord> lines) {
    this.lines = lines;
  }

  @Override
  public void publish(LogRecord line) {
    lines.add(line);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
