package io.tabellion.inspect;

import io.tabellion.approval.Waiting;
import io.tabellion.stop.Stop;
import org.jspecify.annotations.Nullable;

/**
 * How far a request is: whether it arrives, is looked at, left for the server or never will, and
 * whether somebody still waits for its answer. The one place that says so.
 *
 * <p>Thread-safe: the transport's thread, the lane and whoever stops the server tell it. Never
 * blocks.
 */
public final class RequestProgress {

  /** Where a request is. Each stage but the last two follows the one before. */
  private enum Stage {
    /** Nothing of it came. */
    BEFORE,
    /** Its body arrives. */
    ARRIVING,
    /** All that is wanted of it came; it is looked at. */
    HELD,
    /** It left for the server. */
    FORWARDED,
    /** It never leaves: somebody answered in the server's place, or went away. */
    STOPPED
  }

  private final Waiting waiting = new Waiting();
  private Stage stage = Stage.BEFORE; // guarded by this
  private boolean gone; // guarded by this
  private boolean concluded; // guarded by this
  private @Nullable Stop halted; // guarded by this

  /** Its head came. Returns false if something of it, or of an answer, came before. */
  public synchronized boolean begin() {
    boolean first = stage == Stage.BEFORE;
    stage = first ? Stage.ARRIVING : stage;
    return first;
  }

  /** Whether nothing of it came. */
  public synchronized boolean isBefore() {
    return stage == Stage.BEFORE;
  }

  /** All that is wanted of it came. */
  public synchronized void arrived() {
    stage = stage == Stage.ARRIVING ? Stage.HELD : stage;
  }

  /** It leaves for the server, once. Returns false if it must not. */
  public synchronized boolean forward() {
    boolean held = stage == Stage.HELD && halted == null;
    stage = held ? Stage.FORWARDED : stage;
    return held;
  }

  /** It never leaves. Returns false if it left, or was stopped, before. */
  public synchronized boolean stop() {
    boolean open = isOpen();
    stage = open ? Stage.STOPPED : stage;
    return open;
  }

  /** Whether it may still leave. */
  public synchronized boolean isOpen() {
    return stage != Stage.FORWARDED && stage != Stage.STOPPED;
  }

  /** Whether it left for the server. */
  public synchronized boolean isForwarded() {
    return stage == Stage.FORWARDED;
  }

  /** The client, or Envoy, gave up: what waits for a person need not wait any more. */
  public void gone() {
    synchronized (this) {
      gone = true;
    }
    waiting.gone();
  }

  /**
   * An operator stopped what it belongs to: it does not leave any more, what waits for a person
   * need not wait any more, and a stream that answers it is to end. One that still arrives is
   * compared with the stop when it is decided.
   */
  public void halt(Stop stop) {
    synchronized (this) {
      if (stage != Stage.HELD && stage != Stage.FORWARDED) {
        return;
      }
      halted = halted == null ? stop : halted;
    }
    waiting.gone();
  }

  /** The stop that halted it; null if none did. */
  public synchronized @Nullable Stop halted() {
    return halted;
  }

  /** Whether the client, or Envoy, gave up. */
  public synchronized boolean isGone() {
    return gone;
  }

  /** This server stops: what waits for a person does so no longer, and may come again. */
  public void drained() {
    waiting.drained();
  }

  /** Its outcomes are written, or cannot be. Returns whether that is said for the first time. */
  public synchronized boolean conclude() {
    boolean first = !concluded;
    concluded = true;
    return first;
  }

  /** Whether its outcomes are written, or cannot be. */
  synchronized boolean isConcluded() {
    return concluded;
  }

  /** How it waits for a person. */
  Waiting waiting() {
    return waiting;
  }
}
