package io.tabellion.signin;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Gets the keys of an issuer at the start, and then again and again: one virtual thread for each
 * issuer, so that none waits for another.
 *
 * <p>Thread-safe.
 */
final class KeyRefresh implements AutoCloseable {
  private final CountDownLatch ending = new CountDownLatch(1);
  private final List<Thread> threads;

  private KeyRefresh(List<IssuerKeys> issuers) {
    threads =
        issuers.stream()
            .map(keys -> Thread.ofVirtual().name("oidc-keys").unstarted(() -> run(keys)))
            .toList();
  }

  static KeyRefresh start(List<IssuerKeys> issuers) {
    KeyRefresh refresh = new KeyRefresh(issuers);
    refresh.threads.forEach(Thread::start);
    return refresh;
  }

  private void run(IssuerKeys keys) {
    try {
      Duration pause;
      do {
        keys.renew();
        pause = keys.failed() ? IssuerKeys.AGAIN : IssuerKeys.ANEW;
      } while (!ending.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      // The server's end.
    }
  }

  @Override
  public void close() {
    ending.countDown();
    threads.forEach(Thread::interrupt);
  }
}
