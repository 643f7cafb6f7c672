package io.tabellion.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A wire between Envoy and our server that can be made to lose what the server says: so a test can
 * kill the server after it has written and before anybody has heard of it.
 *
 * <p>Thread-safe.
 */
public final class Relay implements AutoCloseable {
  private final int target;
  private final Connections connections = new Connections(this::connect);
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean muted; // guarded by lock
  private long generation; // guarded by lock: connections of before a cut say nothing any more

  /** Relays connections to loopback port {@code target}. */
  public Relay(int target) {
    this.target = target;
    connections.start();
  }

  public int port() {
    return connections.port();
  }

  /** From now on what the server says waits. */
  public void mute() {
    lock.lock();
    try {
      muted = true;
    } finally {
      lock.unlock();
    }
  }

  /** Cuts all connections, with what waits on them, and lets later ones speak. */
  public void cut() {
    lock.lock();
    try {
      muted = false;
      generation++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    sockets.forEach(Relay::close);
  }

  @Override
  public void close() {
    connections.close();
    cut();
  }

  private void connect(Socket envoy) {
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      envoy.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      sockets.add(envoy);
      sockets.add(server);
      long born = generation();
      Thread.ofVirtual().start(() -> pump(envoy, server, born, false));
      pump(server, envoy, born, true);
    } catch (IOException e) {
      close(envoy);
    }
  }

  private void pump(Socket from, Socket to, long born, boolean mutable) {
    byte[] buffer = new byte[1 << 16];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (mutable && !mayspeak(born)) {
          break;
        }
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      // One end is gone; so is the other, in a moment.
    } finally {
      close(from);
      close(to);
    }
  }

  private boolean mayspeak(long born) {
    lock.lock();
    try {
      while (muted && generation == born) {
        changed.awaitUninterruptibly();
      }
      return generation == born;
    } finally {
      lock.unlock();
    }
  }

  private long generation() {
    lock.lock();
    try {
      return generation;
    } finally {
      lock.unlock();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
